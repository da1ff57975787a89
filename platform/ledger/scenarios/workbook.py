"""Writes a scenario's workbook: empty with what may be filled in, or with what a scenario holds."""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any, BinaryIO

from ledger.scenarios import layout as sheet
from ledger.scenarios.expectations import NONE
from ledger.scenarios.layout import Layout, layout_of
from rulesets.engine.document import frames_from
from rulesets.engine.frames import Frames, attribute_column
from rulesets.engine.numbers import SCALE
from rulesets.engine.scheme import Scheme
from rulesets.models import Edition, Scenario
from rulesets.snapshots import snapshot_of
from tabular import Column, Sheet, cells_of, write_workbook
from tabular.writing import Written

Record = Mapping[str, Any]
GUIDE = "填写说明"
WORDS = "可填内容"
# The reason for more people in a role than it has is not kept; without any, such rows would be refused.
REMARK = "用例数据"
HELP = {
    sheet.HEAD: "用例的名称、考核期间（年写作 2025，半年 2025H1，季度 2025Q3，月 2025-07），只填一行。"
    "截至不填，按期间最后一天。",
    sheet.PEOPLE: "参加这个用例的人员和部门，一行一段任职，填法同人员导入。可以是虚构的人员。",
    sheet.EVENTS: "发生的事项，填法同事项导入。",
    sheet.BALLOTS: "测评票，填法同测评票导入；没有测评的留空。",
    sheet.METRICS: "指标数据，填法同指标导入；没有的留空。",
    sheet.RESULTS: "预期的总分、名次、等次、各构成部分和结果运用，只核对填写了的。"
    "没有等次、没有结果的填“无”，有标记的填“是”。各月（季、半年）的分数另起一行，填写期间。",
    sheet.LINES: "预期的得分明细，一行一条，只核对填写了的。按期评判的规则，事件号填“@规则编码:期间”。"
    "不应得分的填 0。",
}


def write_template(target: BinaryIO, edition: Edition) -> None:
    """An empty workbook for the edition, with what each sheet is for and the words that it takes."""
    layout = layout_of(Scheme.from_snapshot(snapshot_of(edition)))
    write_workbook(target, [_guide(), *_sheets(layout, {}), _words(layout)])


def write_scenario(target: BinaryIO, scenario: Scenario) -> None:
    """The scenario's workbook; read again it gives the same scenario.

    Ballots that were taken from the record stay out of it: nobody reads single ballots there either.
    """
    layout = layout_of(Scheme.from_snapshot(snapshot_of(scenario.edition)))
    rows = _rows(scenario, layout)
    sheets = _sheets(layout, rows)
    kept = [each for each in sheets if each.name != sheet.BALLOTS or not scenario.from_record]
    write_workbook(target, [*kept, _guide(), _words(layout)])


def _sheets(layout: Layout, rows: Mapping[str, Sequence[Record]]) -> list[Sheet]:
    places = {kind: cells_of(WORDS, 2 * place) for place, kind in enumerate(_kinds(layout))}
    offered = _offered(layout)
    return [
        _sheet(name, columns, rows.get(name, ()), offered.get(name, {}), places)
        for name, columns in layout.sheets.items()
    ]


def _sheet(
    name: str,
    columns: Sequence[Column],
    records: Sequence[Record],
    offered: Mapping[str, str],
    places: Mapping[str, str],
) -> Sheet:
    used = [c for c in columns if not c.tolerated_when_empty and c.code != sheet.NOT_KEPT]
    rows = [[record.get(column.code) for column in used] for record in records]
    lists = {
        place: places[offered[column.code]]
        for place, column in enumerate(used)
        if offered.get(column.code) in places
    }
    return Sheet(name, [column.name for column in used], rows, offered=lists)


def _guide() -> Sheet:
    return Sheet(GUIDE, ["工作表", "怎样填写"], list(HELP.items()))


def _words(layout: Layout) -> Sheet:
    """All words that the sheets take: a column a kind, with the codes beside."""
    kinds = _kinds(layout)
    columns = [
        column for words in kinds.values() for column in ([w[1] for w in words], [w[0] for w in words])
    ]
    header = [heading for kind in kinds for heading in (kind, f"{kind}编码")]
    return Sheet(WORDS, header, list(zip_longest(*columns)))


def _kinds(layout: Layout) -> dict[str, Sequence[tuple[str, str]]]:
    """Kind of word → code and what is offered: the name, or the code where several have that name."""
    scheme, words = layout.scheme, layout.vocabulary
    kinds: dict[str, Sequence[tuple[str, str]]] = {
        "计分项": [(item.code, item.name) for item in words.items.values()],
        "得分规则": [(rule.code, rule.name) for rule in scheme.rules if rule.component],
        "级别": [(term.code, term.name) for term in scheme.levels],
        "角色": [(term.code, term.name) for term in scheme.roles],
        "分组": [(term.code, term.name) for term in scheme.groups],
        "等次": [(rule.code, rule.name) for rule in scheme.rules if rule.family == "band"],
        "指标": [(code, code) for code in words.metrics],
        "测评部分": [(code, code) for code in words.reviews],
        **{
            f"情形项{a.name}": [(choice.code, choice.name) for choice in a.choices] for a in scheme.attributes
        },
    }
    return {kind: _told_apart(pairs) for kind, pairs in kinds.items() if pairs}


def _told_apart(pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    names = Counter(name for _, name in pairs)
    return [(code, name if names[name] == 1 else code) for code, name in pairs]


def _offered(layout: Layout) -> dict[str, dict[str, str]]:
    """Sheet → column → the kind of words that Excel offers there."""
    attributes = {a.code: f"情形项{a.name}" for a in layout.scheme.attributes}
    return {
        sheet.PEOPLE: {"group": "分组"},
        sheet.EVENTS: {"item": "计分项", "level": "级别", "role": "角色", **attributes},
        sheet.BALLOTS: {"part": "测评部分"},
        sheet.METRICS: {"metric": "指标"},
        sheet.RESULTS: {"band": "等次"},
        sheet.LINES: {"item": "得分规则", "role": "角色"},
    }


def _rows(scenario: Scenario, layout: Layout) -> dict[str, Sequence[Record]]:
    frames = frames_from(scenario.inputs)
    return {
        sheet.HEAD: [{"name": scenario.name, "period": scenario.period, "as_of": scenario.as_of}],
        sheet.PEOPLE: list(_people(frames)),
        sheet.EVENTS: list(_events(frames, layout.scheme)),
        sheet.BALLOTS: list(_ballots(frames)),
        sheet.METRICS: [
            row | {"value": _number(row["value"])} for row in frames.metrics.iter_rows(named=True)
        ],
        sheet.RESULTS: [_result(row) for row in scenario.expected["results"]],
        sheet.LINES: [row | {"points": Decimal(row["points"])} for row in scenario.expected["lines"]],
    }


def _number(units: int) -> Decimal:
    """A number of the frames as it is typed in: 100000 → 10, 5000 → 0.5."""
    number = Decimal(units) / SCALE
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _people(frames: Frames) -> Iterator[Record]:
    names = dict(frames.people.select("no", "name").iter_rows())
    departments = {row["code"]: row for row in frames.departments.iter_rows(named=True)}
    for post in frames.appointments.sort("person", "start").iter_rows(named=True):
        department = departments[post["department"]]
        yield post | {
            "no": post["person"],
            "name": names[post["person"]],
            "department_name": department["name"],
            "direct_led": department["direct_led"],
        }


def _events(frames: Frames, scheme: Scheme) -> Iterator[Record]:
    kinds = {attribute.code: attribute.type for attribute in scheme.attributes}
    for row in frames.events.sort("date", "event", "item", "subject").iter_rows(named=True):
        attributes = {code: _attribute(row.get(attribute_column(code)), kind) for code, kind in kinds.items()}
        yield (
            row
            | attributes
            | {
                "event_no": row["event"],
                "quantity": _number(row["quantity"]),
                "remark": REMARK,
            }
        )


def _attribute(text: str | None, kind: str) -> Written:
    """An attribute's text as a cell of its kind."""
    if text is None:
        return None
    if kind == "boolean":
        return text == "true"
    if kind == "date":
        return datetime.date.fromisoformat(text)
    return Decimal(text) if kind == "number" else text


def _ballots(frames: Frames) -> Iterator[Record]:
    """Raters are unknown here: they are numbered, so that no two ballots are taken for one."""
    for place, row in enumerate(frames.ballots.iter_rows(named=True), start=1):
        yield row | {"rater": str(place), "score": _number(row["score"])}


def _result(row: Record) -> Record:
    stated = dict(row)
    if "total" in row:
        stated["total"] = Decimal(row["total"])
    if "band" in row:
        stated["band"] = row["band"] or NONE
    stated |= {f"component_{code}": Decimal(value) for code, value in row.get("components", {}).items()}
    stated |= {f"outcome_{code}": value or NONE for code, value in row.get("outcomes", {}).items()}
    return stated
