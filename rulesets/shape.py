"""The shape of a pack and of a snapshot: which keys each record has, what they hold, what is left out.

One table, from which reading (`packs`), freezing (`snapshots`), writing and the JSON Schema (`schema`) derive.
A value equal to its default is left out of a snapshot, so that equal schemes have equal digests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from rulesets.engine.period import PERIOD_KIND_NAMES

FORMAT = 1
PERIODS = tuple((kind.value, name) for kind, name in PERIOD_KIND_NAMES.items())
SUBJECTS = (("person", "个人"), ("department", "部门"))
ATTRIBUTE_TYPES = (("choice", "选择"), ("number", "数字"), ("boolean", "是否"), ("date", "日期"))


class Kind(Enum):
    """What a key holds; in brackets its form in a snapshot."""

    CODE = auto()  # text that begins with a letter
    TEXT = auto()  # one line
    NUMBER = auto()  # decimal text in plain notation
    INTEGER = auto()  # integer
    BOOLEAN = auto()  # true or false
    CHOICE = auto()  # one of `choices`
    DATE = auto()  # text 2025-01-31
    PERIODS = auto()  # list of period kinds
    RECORDS = auto()  # list of records with `keys`
    PARAMS = auto()  # mapping: what the rule's family declares
    CONDITION = auto()  # mapping: a condition (engine.conditions)
    TARGETS = auto()  # mapping: purpose → list of codes
    TEXTS = auto()  # mapping: code → text of several lines


EMPTY: dict[Kind, Any] = {
    Kind.TEXT: "",
    Kind.BOOLEAN: False,
    Kind.PERIODS: [],
    Kind.RECORDS: [],
    Kind.PARAMS: {},
    Kind.TARGETS: {},
    Kind.TEXTS: {},
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a record. `default` None: the kind's empty value; `keys` are those of the records in a list.

    `of`: what a code names: records of that list of the scheme (of `choices`, those of the rule's attribute),
    `bands` (rules that are bands) or `families`.
    """

    code: str
    label: str
    kind: Kind
    required: bool = False
    default: Any = None
    choices: tuple[tuple[str, str], ...] = ()
    keys: tuple["Key", ...] = ()
    longest: int = 200
    of: str = ""

    @property
    def left_out(self) -> Any:
        """The value that a snapshot leaves out besides None."""
        return EMPTY.get(self.kind) if self.default is None else self.default


CODE = Key("code", "编码", Kind.CODE, required=True)
NAME = Key("name", "名称", Kind.TEXT, required=True)
CLAUSE = Key("clause", "条款", Kind.TEXT)
ASSUMED = Key("assumed", "假定及理由", Kind.TEXT, longest=500)
APPLIES_IN = Key("periods", "适用的考核期间", Kind.PERIODS)

TERM_KEYS = (CODE, NAME)
ROLE_KEYS = (*TERM_KEYS, Key("most", "每件事项最多人数", Kind.INTEGER))
ATTRIBUTE_KEYS = (
    *TERM_KEYS,
    Key("type", "填写方式", Kind.CHOICE, required=True, choices=ATTRIBUTE_TYPES),
    Key("choices", "可选情形", Kind.RECORDS, keys=TERM_KEYS),
)
COMPONENT_KEYS = (
    CODE,
    NAME,
    Key("parent", "上级构成部分", Kind.CODE, of="components"),
    Key("base", "基础分", Kind.NUMBER, default="0"),
    Key("floor", "下限", Kind.NUMBER),
    Key("ceiling", "上限", Kind.NUMBER),
    Key("weight", "权重", Kind.NUMBER),
    APPLIES_IN,
    Key("base_periods", "计基础分的考核期间", Kind.PERIODS),
    CLAUSE,
    ASSUMED,
)
TIER_KEYS = (
    Key("level", "级别", Kind.CODE, of="levels"),
    Key("role", "角色", Kind.CODE, of="roles"),
    Key("group", "分组", Kind.CODE, of="groups"),
    Key("choice", "情形", Kind.CODE, of="choices"),
    Key("band", "等次", Kind.CODE, of="bands"),
    Key("low", "下界", Kind.NUMBER),
    Key("low_included", "含下界", Kind.BOOLEAN, default=True),
    Key("high", "上界", Kind.NUMBER),
    Key("high_included", "含上界", Kind.BOOLEAN),
    Key("value", "数值", Kind.NUMBER),
)
RULE_KEYS = (
    CODE,
    Key("component", "构成部分", Kind.CODE, of="components"),
    Key("family", "规则类型", Kind.CODE, required=True, of="families"),
    Key("version", "类型版次", Kind.INTEGER, default=1),
    NAME,
    CLAUSE,
    ASSUMED,
    Key("params", "规则内容", Kind.PARAMS),
    Key("condition", "适用条件", Kind.CONDITION),
    Key("tiers", "档次", Kind.RECORDS, keys=TIER_KEYS),
    Key("targets", "所指对象", Kind.TARGETS),
    APPLIES_IN,
)
SCHEME_KEYS = (
    Key("format", "格式版次", Kind.INTEGER, required=True),
    CODE,
    NAME,
    Key("document_number", "文号", Kind.TEXT, longest=100),
    Key("effective_from", "施行日期", Kind.DATE),
    Key("effective_to", "截止日期", Kind.DATE),
    Key("subject", "考核对象", Kind.CHOICE, default="person", choices=SUBJECTS),
    Key("decimals", "总分小数位数", Kind.INTEGER, default=2),
    Key("periods", "考核期间", Kind.PERIODS, default=["year"]),
    Key("levels", "级别", Kind.RECORDS, keys=TERM_KEYS),
    Key("roles", "角色", Kind.RECORDS, keys=ROLE_KEYS),
    Key("groups", "分组", Kind.RECORDS, keys=TERM_KEYS),
    Key("attributes", "情形项", Kind.RECORDS, keys=ATTRIBUTE_KEYS),
    Key("components", "构成部分", Kind.RECORDS, keys=COMPONENT_KEYS),
    Key("rules", "规则", Kind.RECORDS, keys=RULE_KEYS),
    Key("wordings", "文书用语", Kind.TEXTS, longest=10_000),
)


def without_defaults(record: Mapping[str, Any], keys: tuple[Key, ...]) -> dict[str, Any]:
    """The record with its keys in the order of the shape, and without what equals a default.

    A required key is kept whatever it holds; keys that the shape doesn't know are dropped.
    """
    kept = {}
    for key in keys:
        value = record.get(key.code)
        # 1 == True in Python, so the type is compared as well.
        is_default = type(value) is type(key.left_out) and value == key.left_out
        if value is not None and (key.required or not is_default):
            kept[key.code] = value
    return kept


def without_empty(params: Mapping[str, Any]) -> dict[str, Any]:
    """The filled-in fields of a rule: what is empty, or a mark that isn't set, is left out."""
    return {
        code: value
        for code, value in params.items()
        if value is not None and value is not False and value not in ("", [])
    }


def plain_decimal(number: Decimal) -> str:
    """Plain decimal notation without trailing zeros: “-0.5”, “10000”, never “1E+4” or “-0”."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
