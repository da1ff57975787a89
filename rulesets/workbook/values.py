"""Values of a snapshot as people read them: by names, as they stand in a cell."""

import datetime
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from rulesets.condition_text import ConditionWords, write_condition
from rulesets.engine.protocols import FieldKind, Registry
from rulesets.shape import Key, Kind
from rulesets.workbook.layout import ParamColumn, choices_of
from rulesets.workbook.names import BETWEEN, Names

Record = Mapping[str, Any]
Written = str | int | Decimal | datetime.date | bool | None


class Values:
    """The values of one snapshot, said with its own names."""

    def __init__(self, snapshot: Record, registry: Registry) -> None:
        self.names = Names(snapshot, registry)
        self.words = ConditionWords.of(snapshot)

    def of_key(self, key: Key, value: Any, whose: Record) -> Written:
        """A key's value; `whose` is the rule of a tier, or the record itself."""
        if value is None:
            return None
        match key.kind:
            case Kind.CODE if key.of:
                return self.names.said(key.of, value, whose.get("params", {}).get("attribute", ""))
            case Kind.NUMBER:
                return _number(value)
            case Kind.CHOICE | Kind.PERIODS:
                names = {code: name for name, code in choices_of(key).items()}
                values = value if isinstance(value, list) else [value]
                return BETWEEN.join(names.get(code, str(code)) for code in values)
            case Kind.CONDITION:
                return write_condition(value, self.words)
            case Kind.DATE:
                return datetime.date.fromisoformat(value)
        plain: Written = value
        return plain

    def of_param(self, param: ParamColumn, rule: Record) -> Written:
        """What a rule says in a column of params; None where its family has no such field."""
        declared = param.fields.get((rule.get("family", ""), rule.get("version", 1)))
        value = None if declared is None else rule.get("params", {}).get(declared.code)
        if declared is None or value is None:
            return None
        match declared.kind:
            case FieldKind.DECIMAL:
                return _number(value)
            case FieldKind.CHOICE | FieldKind.PERIOD_KIND:
                words = {code: name for name, code in param.choices.items()}
                return words.get(value, str(value))
            case FieldKind.LEVELS | FieldKind.ROLES | FieldKind.GROUPS:
                return BETWEEN.join(self.names.said(declared.kind, code, listed=True) for code in value)
            case FieldKind.ATTRIBUTE:
                return self.names.said("attributes", value)
        plain: Written = value
        return plain


def _number(text: str) -> Decimal | str:
    """The number; what is none (in a draft that is not right yet) as it stands."""
    try:
        return Decimal(text)
    except (InvalidOperation, TypeError):
        return str(text)
