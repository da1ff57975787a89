"""Blank workbooks for the imports, with the unit's own words as drop-down lists."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence

from ledger.entries import DEPARTMENT, PERSON
from ledger.imports import ballots, exclusions, metrics, roster
from ledger.imports.event_columns import event_columns
from ledger.imports.labels import label_of
from ledger.imports.opening import vocabulary_needed
from ledger.imports.words import Words
from ledger.models import ImportRecord
from ledger.roster import subject_kinds
from rulesets.engine.period import PERIOD_KIND_NAMES, Period, PeriodKind
from rulesets.names import names_of
from rulesets.vocabulary import ItemWords, Vocabulary, vocabulary_of
from tabular import Column, Sheet
from tabular.blank import BlankColumn, blank_workbook
from units.models import Department, Person, Unit

YES_OR_NO = ("是", "否")
GENDERS = ("男", "女")
POLITICS = ("中共党员", "中共预备党员", "共青团员", "民主党派", "无党派人士", "群众")
ADVICE = (
    "在第一张工作表中填写，一行一条；不要改动表头。黄色表头（带 * 号）的列必填。",
    "带下拉箭头的列请从列表中选择；也可以直接填写编码或工号。",
    "填好后在系统的导入页选择本文件，先预览，确认后才写入。说明页和一览页不影响导入，不必删除。",
)
DATE_NOTE = "填写日期，如 2025-05-01、2025.5.1 或 2025年5月1日"

# What may be written in a column, by its code: a note, and the words of its list.
Offers = Mapping[str, tuple[str, Sequence[str]]]


def blank_for(kind: ImportRecord.Kind, unit: Unit, day: datetime.date) -> bytes:
    """The blank workbook of a kind of import for the unit. Raises NoVocabulary where it needs a scheme.

    day: today; the periods that are offered are those around it.
    """
    makers: dict[ImportRecord.Kind, Callable[[Unit, datetime.date], bytes]] = {
        ImportRecord.Kind.EVENTS: _events,
        ImportRecord.Kind.BALLOTS: _ballots,
        ImportRecord.Kind.METRICS: _metrics,
        ImportRecord.Kind.PEOPLE: _people,
        ImportRecord.Kind.ROSTER: _roster,
    }
    return makers[kind](unit, day)


def _workbook(
    name: str,
    columns: Iterable[Column],
    offers: Offers,
    advice: Sequence[str] = (),
    overviews: Sequence[Sheet] = (),
) -> bytes:
    offered = [
        BlankColumn(column, *offers.get(column.code, ("", ())))
        for column in columns
        if not column.tolerated_when_empty
    ]
    return blank_workbook(name, offered, (*ADVICE, *advice), overviews)


def _events(unit: Unit, day: datetime.date) -> bytes:
    words = vocabulary_needed(unit)
    advice = ("同一事件号的各行合为一件事项：日期、依据、同一事项应一致。",)
    return _workbook("事项", event_columns(words), event_offers(unit, words), advice, [items_overview(words)])


def event_offers(unit: Unit, words: Vocabulary) -> Offers:
    """What may be written in the columns of an events file, by their codes."""
    roles = Words("角色", {code: role.name for code, role in words.roles.items()})
    levels = Words("级别", words.levels)
    offers: dict[str, tuple[str, Sequence[str]]] = {
        "event_no": ("自编的编号，不重复；同一件事有几名参加人或几个计分项时，各行填同一个号", ()),
        "date": (DATE_NOTE, ()),
        "item": ("从列表中选择计分项，见“计分项一览”", _labels(words.items.values())),
        "subject": ("记在谁名下：从列表中选择人员或部门", subject_labels(unit, _kinds(words.items.values()))),
        "role": ("计分项分角色时选择，否则留空", [roles.label(code) for code in roles.names]),
        "level": ("计分项分级别时选择，否则留空", [levels.label(code) for code in levels.names]),
        "quantity": ("按数量计分的填写，留空即为 1", ()),
        "rank": ("按名次计分的填写，1 以上的整数", ()),
        "out_of": ("参加排名的总数", ()),
        "matter": ("不同事件属于同一件事、只计一次的，填同样的文字", ()),
        "evidence": ("文号等依据；计分项要求依据的必填", ()),
        "remark": ("其他需要说明的", ()),
    }
    for code, attribute in words.attributes.items():
        choices = Words(attribute.name, attribute.choices)
        listed = (
            YES_OR_NO if attribute.type == "boolean" else [choices.label(choice) for choice in choices.names]
        )
        offers[code] = ("计分项要求时填写，见“计分项一览”", listed)
    return offers


def _people(unit: Unit, day: datetime.date) -> bytes:
    groups = vocabulary_of(unit).groups
    group_words = Words("分组", groups)
    offers = {
        "no": ("工号，作为文本填写，前面的 0 会保留", ()),
        "name": ("姓名", ()),
        "department": ("从列表中选择；新部门填写新编码，并在“部门名称”中写明名称", department_labels(unit)),
        "department_name": ("新部门必填", ()),
        "group": ("按考核办法的分组", [group_words.label(code) for code in groups]),
        "position": ("职务", ()),
        "start": (f"任职开始的日期。{DATE_NOTE}", ()),
        "end": ("任职结束的日期；至今任职的留空", ()),
        "gender": ("", GENDERS),
        "birth": ("如 1985-03", ()),
        "politics": ("", POLITICS),
        "direct_led": ("部门是否由班子直管", YES_OR_NO),
        "secondary": ("兼任的职务填“是”", YES_OR_NO),
        "citizen_number": ("选填，加密保存；整列须为文本格式", ()),
    }
    advice = ("一行一段任职；有几段任职的写几行。表中写到的人员，从所写最早一天起的任职以本表为准。",)
    return _workbook("人员", roster.COLUMNS, offers, advice)


def _ballots(unit: Unit, day: datetime.date) -> bytes:
    words = vocabulary_needed(unit)
    reviews = [review for part in words.reviews.values() for review in part]
    kinds = {kind for review in reviews for kind in review.kinds}
    groups = Words("评议组", names_of(unit.pk).rater_groups)
    codes = _sorted(group for review in reviews for group in review.groups)
    offers = {
        "period": ("测评的期间", _periods(kinds, day)),
        "round": ("分轮次的填写", _sorted(review.round for review in reviews if review.round)),
        "part": ("测评的部分", sorted(words.reviews)),
        "rater_group": (
            "分评议组的填写",
            [groups.label(code) if code in groups.names else code for code in codes],
        ),
        "rater": ("评议人的编号，系统只保存指纹，不保存编号", ()),
        "rater_department": ("评议人所在部门，外单位的留空", department_labels(unit)),
        "subject": ("被测评的对象", subject_labels(unit, {review.subject for review in reviews})),
        "score": ("0 至 100，小数最多 4 位", ()),
    }
    return _workbook("测评票", ballots.COLUMNS, offers)


def _metrics(unit: Unit, day: datetime.date) -> bytes:
    words = vocabulary_needed(unit)
    kinds = {kind for metric in words.metrics.values() for kind in metric.kinds}
    subjects = {subject for metric in words.metrics.values() for subject in metric.subjects}
    offers = {
        "metric": ("指标的编码", sorted(words.metrics)),
        "period": ("数据所属的期间", _periods(kinds, day)),
        "subject": ("数据属于谁", subject_labels(unit, subjects)),
        "value": ("数字，小数最多 4 位", ()),
    }
    overview = Sheet(
        "指标一览",
        ("指标", "期间", "记在谁名下", "可否为负"),
        [
            (
                code,
                "、".join(PERIOD_KIND_NAMES[kind] for kind in PeriodKind if kind in metric.kinds),
                "、".join(sorted(_subject_name(subject) for subject in metric.subjects)),
                metric.signed,
            )
            for code, metric in sorted(words.metrics.items())
        ],
    )
    return _workbook("指标数据", metrics.COLUMNS, offers, overviews=[overview])


def _roster(unit: Unit, day: datetime.date) -> bytes:
    offers = {
        "period": ("考核的期间，如 2025、2025H1、2025-07", _periods({PeriodKind.YEAR}, day)),
        "subject": (
            "从列表中选择要调整的对象；照常参加考核的不用写",
            subject_labels(unit, subject_kinds(unit)),
        ),
        "name": ("选填，用来核对", ()),
        "kind": (
            "不参加考核，或者参加考核但不定等次；先前调出的可以恢复",
            list(exclusions.KINDS.names.values()),
        ),
        "ground": ("", list(exclusions.GROUNDS.names.values())),
        "reason": ("情形为“其他”的、恢复参加考核的必填", ()),
        "since": (f"从哪一天起；不填为期间的第一天。{DATE_NOTE}", ()),
    }
    return _workbook("名册调整", exclusions.COLUMNS, offers)


def items_overview(words: Vocabulary) -> Sheet:
    """What each item asks for, a row an item."""
    rows = []
    for item in words.items.values():
        attributes = [words.attributes[code].name for code in item.attributes if code in words.attributes]
        needed = [
            *(["角色"] if item.role_needed else []),
            *(["级别"] if item.level_needed else []),
            *(["数量"] if item.quantity_read else []),
            *(["名次"] if item.rank_needed else []),
            *(["总数"] if item.out_of_needed else []),
            *(["依据"] if item.evidence_needed else []),
            *attributes,
        ]
        allowed = "、".join(words.roles[code].name for code in item.roles if code in words.roles)
        rows.append((item.code, item.name, _subject_name(item.subject), "、".join(needed), allowed))
    return Sheet("计分项一览", ("编码", "名称", "记在谁名下", "须填写的列", "可选角色"), rows)


def _labels(items: Iterable[ItemWords]) -> list[str]:
    return [label_of(item.code, item.name) for item in items]


def _kinds(items: Iterable[ItemWords]) -> set[str]:
    """Whom events may name: departments only where an item reaches them."""
    kinds = set()
    for item in items:
        kinds |= {item.subject, DEPARTMENT} if item.members else {item.subject}
    return kinds


def _subject_name(subject: str) -> str:
    return "部门" if subject == DEPARTMENT else "个人"


def subject_labels(unit: Unit, kinds: Iterable[str]) -> list[str]:
    """The people, then the departments, as far as they are asked for, as drop-down lists show them."""
    wanted = set(kinds)
    people = Person.objects.filter(unit=unit).order_by("no").values_list("no", "name")
    labels = [label_of(number, name) for number, name in people] if PERSON in wanted else []
    return labels + department_labels(unit) if DEPARTMENT in wanted else labels


def department_labels(unit: Unit) -> list[str]:
    """The departments as drop-down lists show them."""
    rows = Department.objects.filter(unit=unit).order_by("code").values_list("code", "name")
    return [label_of(code, name) for code, name in rows]


def _sorted(codes: Iterable[str]) -> list[str]:
    return sorted(set(codes))


def _periods(kinds: Iterable[PeriodKind], day: datetime.date) -> list[str]:
    """The periods of these kinds in the year before the day's and in its own."""
    wanted = set(kinds)
    months = [
        day.replace(year=year, month=month, day=1)
        for year in (day.year - 1, day.year)
        for month in range(1, 13)
    ]
    found = [Period.holding(month, kind).code for kind in PeriodKind if kind in wanted for month in months]
    return list(dict.fromkeys(found))
