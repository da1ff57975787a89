"""The texts of papers that an edition may word in its own way: their keys, what they are called, what stands unasked.

The papers themselves are made in `reports`; here is only what a scheme may say about them, so that packs, checks
and the admin know the keys. A text may name what changes from print to print in braces: {单位}, {期间} …
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

PLACEHOLDERS = (
    *("单位", "期间", "年度", "办法", "文号", "版次", "人数", "部门"),
    *("截止日期", "今天", "公示开始", "公示结束"),
)
_BRACED = re.compile(r"\{([^{}\n]*)\}")
LONGEST_LINE = 60

FORMS = {
    "annual": "年度考核登记表",
    "ledger": "积分台账",
    "notice": "公示",
    "summary": "考核结果汇总表",
    "monthly": "月度考核表",
    "appraisal": "民主测评表",
    "roster": "花名册",
    "filing": "备案表",
    "talk": "谈话名单",
}
# Which annual form: what a clerk writes → the form's code.
ANNUAL_FORMS = {
    "通用": "general",
    "公务员": "civil",
    "事业单位": "institution",
    "社区街道": "community",
    "部门": "department",
}
# How the annual form shows its lines: all, or of very many the sums alone.
ANNUAL_LINES = ("逐条列出", "过多的见台账")
COLUMNS = {
    "序号": "place",
    "名次": "rank",
    "工号": "no",
    "姓名": "name",
    "部门": "department",
    "职务": "position",
    "分组": "group",
    "各部分得分": "components",
    "总分": "total",
    "等次": "band",
    "结果运用": "outcomes",
}
ORDERS = {"名次": "rank", "工号": "no", "部门": "department", "姓名": "name"}
SHOWN_NAMES = {"全名": "full", "隐去名": "family"}


class TextKind(Enum):
    """What a text is: how it is written and checked."""

    LINE = auto()  # one line
    LINES = auto()  # paragraphs, a line each
    CHOICE = auto()  # one of `choices`
    LIST = auto()  # some of `choices` (any words where there are none), with 、 between
    TABLE = auto()  # a line for each: name：text, the text one of `choices` where there are any


# The text that names the rater groups; the ballots speak of them by these names as well.
RATER_GROUPS = "appraisal_groups"


@dataclass(frozen=True, slots=True)
class PaperText:
    """One text: its key, the form that it stands on, its label, the default, and how it is written."""

    key: str
    form: str
    label: str
    default: str = ""
    kind: TextKind = TextKind.LINE
    choices: tuple[str, ...] = ()
    help: str = ""


def _of(
    form: str, *texts: PaperText | tuple[str, str, str] | tuple[str, str, str, TextKind]
) -> list[PaperText]:
    """The texts of a form; each a whole one, or (end of key, label, default[, kind])."""
    return [
        text if isinstance(text, PaperText) else PaperText(f"{form}_{text[0]}", form, *text[1:])
        for text in texts
    ]


_SIGNED = ("signatures", "签名栏（用顿号隔开）")
_FOOT = ("footer", "表后说明", "", TextKind.LINES)
_TEXTS = [
    *_of(
        "annual",
        ("title", "标题（不填用所选登记表的名称）", ""),
        PaperText(
            "annual_form", "annual", "用哪一种登记表", "通用", TextKind.CHOICE, tuple(ANNUAL_FORMS),
            "以部门为考核对象的办法总用部门的登记表。",
        ),
        PaperText(
            "annual_form_by_group", "annual", "各分组用哪一种登记表", "", TextKind.TABLE, tuple(ANNUAL_FORMS),
            "每行写“分组名称：登记表”，如“科级干部：公务员”；没有写到的分组用上面所选的。",
        ),
        PaperText(
            "annual_lines", "annual", "得分明细怎样列", ANNUAL_LINES[0], TextKind.CHOICE, ANNUAL_LINES,
            "选“过多的见台账”，超过60条的只列各部分小计，逐条的见积分台账。",
        ),
        ("leader", "主管领导意见栏的名称（不填用所选登记表的）", ""),
        ("committee", "考核委员会意见栏的名称（不填用所选登记表的）", ""),
        ("person", "本人意见栏的名称（不填用所选登记表的）", ""),
        _FOOT,
    ),
    *_of(
        "ledger",
        ("title", "标题", "{期间}积分台账"),
        ("intro", "表前说明", "", TextKind.LINES),
        (*_SIGNED, "本人签名、登记人、审核人", TextKind.LIST),
        _FOOT,
    ),
    *_of(
        "notice",
        ("head", "红头", "{单位}"),
        ("number", "发文字号（不填不印）", ""),
        ("title", "标题", "{期间}考核结果公示"),
        (
            "intro", "正文",
            "根据《{办法}》，经考核、审核，现将{期间}考核结果予以公示，共{人数}。",
            TextKind.LINES,
        ),
        PaperText(
            "notice_columns", "notice", "公示哪些栏", "名次、姓名、部门、总分、等次", TextKind.LIST, tuple(COLUMNS)
        ),
        PaperText("notice_order", "notice", "按什么排列", "名次", TextKind.CHOICE, tuple(ORDERS)),
        PaperText(
            "notice_names", "notice", "姓名怎样显示", "全名", TextKind.CHOICE, tuple(SHOWN_NAMES),
            "“隐去名”只显示姓，名用*代替，如“张**”。",
        ),
        ("period", "公示时间", "公示时间：{公示开始}至{公示结束}。", TextKind.LINES),
        (
            "objections", "向谁反映",
            "公示期间，如对公示内容有异议，请以书面形式实名向本单位考核委员会办公室反映，并提供必要的事实依据。",
            TextKind.LINES,
        ),
        ("signature", "落款", "{单位}"),
    ),
    *_of(
        "summary",
        ("title", "标题", "{单位}{期间}考核结果汇总表"),
        ("intro", "表前说明", "", TextKind.LINES),
        (*_SIGNED, "制表人、审核人、单位负责人（盖章）", TextKind.LIST),
        _FOOT,
    ),
    *_of(
        "monthly",
        ("title", "标题（不填用“{期间}考核表”）", ""),
        ("intro", "表前说明", "", TextKind.LINES),
        (*_SIGNED, "制表人、审核人、单位负责人（盖章）", TextKind.LIST),
        _FOOT,
    ),
    *_of(
        "appraisal",
        ("title", "标题", "{期间}民主测评表"),
        (
            "intro", "填表说明",
            "1. 请根据被测评对象的实际表现，在“得分”栏内填写0至100之间的分数，可以有小数。\n"
            "2. 每名对象只填写一个分数，漏填、涂改不清的，该对象的测评无效。\n"
            "3. 测评人编号用于登记，不对外公开。",
            TextKind.LINES,
        ),
        PaperText(
            "appraisal_columns", "appraisal", "填写哪些栏", "得分、备注", TextKind.LIST,
            help="可改为要打勾的等次，如“优秀、称职、基本称职、不称职”。",
        ),
        PaperText(
            RATER_GROUPS, "appraisal", "各评议组的名称", "", TextKind.TABLE,
            help="每行写“评议组编码：名称”，如“leaders：领导班子成员”。导入测评票时也可以填写这里的名称。",
        ),
        _FOOT,
    ),
    *_of(
        "roster",
        ("title", "标题", "{单位}{期间}考核人员花名册"),
        ("intro", "表前说明", "", TextKind.LINES),
        (*_SIGNED, "制表人、审核人、单位负责人（盖章）", TextKind.LIST),
        _FOOT,
    ),
    *_of(
        "filing",
        ("title", "标题", "{单位}{期间}考核结果备案表"),
        ("to", "报送机关（不填留空）", ""),
        ("intro", "表前说明", "", TextKind.LINES),
        (*_SIGNED, "填报人、审核人、单位负责人（盖章）", TextKind.LIST),
        _FOOT,
    ),
    *_of(
        "talk",
        ("title", "标题", "{期间}考核谈话名单"),
        PaperText(
            "talk_outcomes", "talk", "哪些结果运用要谈话", "", TextKind.LIST,
            help="写结果运用或一票否决的名称；不填，是名称里有“谈”字的结果运用。",
        ),
        ("intro", "表前说明", "", TextKind.LINES),
        (*_SIGNED, "谈话安排人、审核人", TextKind.LIST),
        _FOOT,
    ),
]  # fmt: skip
TEXTS: Mapping[str, PaperText] = {text.key: text for text in _TEXTS}


def texts_of(form: str) -> list[PaperText]:
    """The texts of a form, in the order in which they stand on its page of settings."""
    return [text for text in TEXTS.values() if text.form == form]


def items_of(text: str) -> list[str]:
    """The items of a text of the kind LIST: “甲、乙” → 甲, 乙. Line ends and commas separate as well."""
    return [item.strip() for item in re.split(r"[、，,\n]", text) if item.strip()]


def table_of(text: str) -> list[tuple[str, str]]:
    """The lines of a text of the kind TABLE as name and text; a line without a colon has an empty text."""
    rows = [re.split(r"[：:]", line, maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(row[0].strip(), row[1].strip() if len(row) > 1 else "") for row in rows]


def faults_of(key: str, text: str, groups: Mapping[str, str] | None = None) -> list[str]:
    """What is wrong with a text, as sentences that name the way out; an unknown key is a fault.

    groups: code → name of the scheme's groups, which a text of groups must name (None: not asked).
    """
    declared = TEXTS.get(key)
    if declared is None:
        return [f"没有名为“{key}”的文书用语，请删去，或改为：{_offered(key)}。"]
    return [
        *_faults_of_braces(text),
        *_faults_of_kind(declared, text),
        *(_faults_of_groups(text, groups) if key == "annual_form_by_group" and groups is not None else []),
    ]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what stands in braces filled in; unknown braces stay as they are."""
    return _BRACED.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def _offered(key: str) -> str:
    """The keys among which the wrong one belongs: those of its form, else the forms' titles."""
    form = key.partition("_")[0]
    return "、".join(text.key for text in texts_of(form)) or "、".join(f"{name}_title" for name in FORMS)


def _faults_of_braces(text: str) -> list[str]:
    unknown = [word for word in _BRACED.findall(text) if word.strip() not in PLACEHOLDERS]
    known = "、".join(f"{{{word}}}" for word in PLACEHOLDERS)
    return [f"“{{{word}}}”无法填写，花括号里可用的有：{known}。" for word in unknown]


def _faults_of_kind(declared: PaperText, text: str) -> list[str]:
    label, choices = declared.label, declared.choices
    allowed = "、".join(choices)
    match declared.kind:
        case TextKind.LINE:
            if "\n" in text:
                return [f"“{label}”只能写一行，请去掉换行。"]
            if len(text) > LONGEST_LINE:
                return [f"“{label}”有{len(text)}个字，最多{LONGEST_LINE}个字。"]
        case TextKind.CHOICE if text and text not in choices:
            return [f"“{label}”不能填“{text}”，可填：{allowed}。"]
        case TextKind.LIST if choices:
            return [
                f"“{label}”里的“{item}”不能用，可用：{allowed}。"
                for item in items_of(text)
                if item not in choices
            ]
        case TextKind.TABLE:
            return [
                fault for name, value in table_of(text) for fault in _faults_of_row(declared, name, value)
            ]
    return []


def _faults_of_row(declared: PaperText, name: str, value: str) -> list[str]:
    if not name or not value:
        return [f"“{declared.label}”里的“{name or value}”没有写完整，每行应为“名称：内容”。"]
    if declared.choices and value not in declared.choices:
        return [f"“{declared.label}”里“{name}”不能填“{value}”，可填：{'、'.join(declared.choices)}。"]
    return []


def _faults_of_groups(text: str, groups: Mapping[str, str]) -> list[str]:
    known = {*groups, *groups.values()}
    names = "、".join(groups.values()) or "（本办法没有分组）"
    return [f"没有名为“{name}”的分组，可填：{names}。" for name, _ in table_of(text) if name not in known]
