"""A cell of the workbook → the value as a pack would hold it."""

from collections.abc import Mapping
from typing import Any

from rulesets.condition_text import ConditionUnreadable, ConditionWords, read_condition
from rulesets.engine.protocols import FieldKind
from rulesets.shape import Key, Kind
from rulesets.workbook.layout import ParamColumn, choices_of
from rulesets.workbook.names import BETWEEN, Names, parts
from tabular import CellRefused, fold
from tabular.cells import clean_boolean, clean_date, clean_decimal, clean_integer


def key_value(key: Key, text: str, names: Names, words: ConditionWords, attribute: str = "") -> Any:
    """The value of a key's cell; `attribute` is that of the tier's rule. Raises CellRefused."""
    match key.kind:
        case Kind.CODE:
            return (
                names.resolved(key.of, text, attribute if key.of == "choices" else "")
                if key.of
                else fold(text)
            )
        case Kind.NUMBER:
            return clean_decimal(text)
        case Kind.INTEGER:
            return clean_integer(text)
        case Kind.BOOLEAN:
            return clean_boolean(text)
        case Kind.DATE:
            day = clean_date(text)
            return day and day.isoformat()
        case Kind.CHOICE:
            return _chosen(choices_of(key), text)
        case Kind.PERIODS:
            return [_chosen(choices_of(key), word) for word in parts(text)]
        case Kind.CONDITION:
            try:
                return read_condition(text, words)
            except ConditionUnreadable as unreadable:
                raise CellRefused(str(unreadable)) from None
    return text


def param_value(param: ParamColumn, text: str, names: Names) -> Any:
    """The value of a cell of the rules' params. Raises CellRefused."""
    match param.kind:
        case FieldKind.INTEGER:
            return clean_integer(text)
        case FieldKind.DECIMAL:
            return clean_decimal(text)
        case FieldKind.BOOLEAN:
            return clean_boolean(text)
        case FieldKind.CHOICE | FieldKind.PERIOD_KIND:
            return _chosen(param.choices, text)
        case FieldKind.LEVELS | FieldKind.ROLES | FieldKind.GROUPS:
            return [names.resolved(param.kind, word) for word in parts(text)]
        case FieldKind.ATTRIBUTE:
            return names.resolved("attributes", text)
    return text


def _chosen(choices: Mapping[str, str], text: str) -> str:
    """The code of a choice that is given by name or code."""
    folded = fold(text)
    by_name = {fold(name): code for name, code in choices.items()}
    if folded in by_name:
        return by_name[folded]
    if folded in choices.values():
        return folded
    raise CellRefused(f"不能填“{text}”；可填 {BETWEEN.join(choices)}")
