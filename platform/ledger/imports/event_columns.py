"""The columns of an events file: the fixed ones and one for each further attribute of the unit's schemes."""

from rulesets.vocabulary import AttributeWords, Vocabulary
from tabular import Column
from tabular.columns import Kind

EVENT_NO = "一件事一个号，由本单位编，如 2025-001；以后更正同一件事，仍用这个号"

FIXED = (
    Column("event_no", "事件号", "code", required=True, meant=EVENT_NO),
    Column("date", "日期", "date", required=True),
    Column("item", "事项", "code", required=True, aliases=("计分项",)),
    Column("subject", "对象", "code", required=True),
    Column("role", "角色", "code"),
    Column("level", "级别", "code"),
    Column("quantity", "数量", "decimal"),
    Column("rank", "名次", "integer"),
    Column("out_of", "总数", "integer"),
    Column("matter", "同一事项", "text"),
    Column("evidence", "依据", "text"),
    Column("remark", "说明", "text"),
)
# Attributes that many schemes declare: a layout shared with them may carry the column as long as it is empty.
SHARED_ATTRIBUTES = {"class": "等级", "form": "情形", "timing": "时限"}
KINDS: dict[str, Kind] = {"choice": "code", "number": "decimal", "boolean": "boolean", "date": "date"}


def event_columns(vocabulary: Vocabulary) -> list[Column]:
    """All columns that an events file of the unit may have."""
    columns = list(FIXED)
    for attribute in vocabulary.attributes.values():
        columns.append(Column(attribute.code, _name(attribute, columns), KINDS[attribute.type]))
    for code, name in SHARED_ATTRIBUTES.items():
        if code not in vocabulary.attributes:
            words = AttributeWords(code, name, "choice", {})
            columns.append(Column(code, _name(words, columns), "code", tolerated_when_empty=True))
    return columns


def _name(attribute: AttributeWords, columns: list[Column]) -> str:
    """The attribute's name, or its code where another column has that name already."""
    taken = {name for column in columns for name in (column.name, *column.aliases)}
    return attribute.code if attribute.name in taken else attribute.name
