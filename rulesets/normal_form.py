"""A pack as it was written → the shape of a snapshot, with every fault of form named by its record."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rulesets.checks.finding import Finding, error
from rulesets.engine.corrections import corrected
from rulesets.engine.protocols import FamilyField, FamilyUnknown, FieldKind, Registry
from rulesets.models.fields import CODE_LENGTH, CODE_PATTERN
from rulesets.shape import (
    PERIODS,
    SCHEME_KEYS,
    Key,
    Kind,
    plain_decimal,
    without_defaults,
    without_empty,
)
from tabular import fold

PLAIN_NUMBER = re.compile(r"[-+]?[0-9]{1,40}(\.[0-9]{1,40})?")
# What lists of records are called in messages.
RECORD_LABELS = {"choices": "情形", "tiers": "档次"}


class _Unfit(ValueError):
    """A value is not what its key holds; says what it should be."""


def normal_form(written: Any, registry: Registry) -> tuple[dict[str, Any], list[Finding], bool]:
    """The snapshot of a pack read from YAML, the faults of form, and whether the snapshot is whole.

    It is not whole where a value with a fault was left out; an unknown key takes nothing away.
    """
    if not isinstance(written, dict):
        return {}, [error("文件", "内容应为“名称: 值”的形式，第一行通常是 format: 1。")], False
    reading = _Reading(registry)
    snapshot = corrected(reading.record(written, SCHEME_KEYS, "考核办法"))
    return snapshot, reading.findings, reading.whole


class _Reading:
    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.findings: list[Finding] = []
        self.whole = True

    def record(self, written: Mapping[str, Any], keys: tuple[Key, ...], name: str) -> dict[str, Any]:
        known = {key.code: key for key in keys}
        for code in written:
            if code not in known:
                self.findings.append(error(name, f"不认识“{code}”，可用的有 {_listed(keys)}。"))
        values: dict[str, Any] = {}
        for code, key in known.items():
            value = written.get(code)
            if value is not None:
                self._set(values, key, value, name, written)
            if key.required and value in (None, ""):
                self._fault(name, f"没有填写“{key.label}”，请补上。", code)
        return without_defaults(values, keys)

    def _set(self, values: dict[str, Any], key: Key, value: Any, name: str, owner: Mapping[str, Any]) -> None:
        try:
            if key.kind is Kind.RECORDS:
                values[key.code] = self._records(key, value, name)
            elif key.kind is Kind.PARAMS:
                values[key.code] = self._params(value, owner, name)
            else:
                values[key.code] = _value(key, value)
        except _Unfit as unfit:
            self._fault(name, f"“{key.label}”{unfit}", key.code)

    def _records(self, key: Key, written: Any, name: str) -> list[dict[str, Any]]:
        if not isinstance(written, list):
            raise _Unfit("应为一个列表，每一项前面写“-”。")
        found = []
        for place, item in enumerate(written):
            named = record_name(key, item, place, name)
            if isinstance(item, dict):
                found.append(self.record(item, key.keys, named))
            else:
                self._fault(named, "应为“名称: 值”的形式。")
        return found

    def _params(self, written: Any, owner: Mapping[str, Any], name: str) -> dict[str, Any]:
        params = _mapping(written)
        try:
            family = self.registry.get(str(owner.get("family")), int(owner.get("version") or 1))
        except (FamilyUnknown, ValueError, TypeError):
            fields: dict[str, FamilyField] = {}  # what the family is, is for the checks to say
        else:
            fields = {field.code: field for field in family.fields}
        values = {}
        for code, value in params.items():
            try:
                values[code] = _param(fields[code], value) if code in fields else _plain(value)
            except _Unfit as unfit:
                self._fault(name, f"“{fields[code].label}”{unfit}", code)
        return without_empty(values)

    def _fault(self, record: str, message: str, field: str = "") -> None:
        self.whole = False
        self.findings.append(error(record, message, field))


def record_name(key: Key, item: Any, place: int, owner: str) -> str:
    """What messages call the record at a place (from 0) of the list `key` of the record called `owner`."""
    if key.code == "tiers":
        return f"{owner} 第{place + 1}档"
    label = RECORD_LABELS.get(key.code, key.label)
    code = item.get("code") if isinstance(item, dict) else None
    own = f"{label} {code}" if isinstance(code, str) else f"{label} 第{place + 1}条"
    return f"{owner} {own}" if key.code == "choices" else own


def _listed(keys: tuple[Key, ...]) -> str:
    """Keys by their labels, with what a pack's text calls them: who made a slip there types these."""
    return "、".join(f"{key.label}（写作 {key.code}）" for key in keys)


def _value(key: Key, value: Any) -> Any:
    match key.kind:
        case Kind.CODE:
            return _code(value)
        case Kind.TEXT:
            return _text(value, key.longest)
        case Kind.NUMBER:
            return _number(value)
        case Kind.INTEGER:
            return _integer(value)
        case Kind.BOOLEAN:
            return _boolean(value)
        case Kind.CHOICE:
            return _choice(value, key.choices)
        case Kind.DATE:
            return _date(value)
        case Kind.PERIODS:
            return [_choice(kind, PERIODS) for kind in _codes_list(value)]
        case Kind.CONDITION:
            return _plain(_mapping(value))
        case Kind.TARGETS:
            return _targets(value)
        case Kind.TEXTS:
            return {
                _code(code): _text(text, key.longest, lines=True) for code, text in _mapping(value).items()
            }
    raise AssertionError(key.kind)


def _param(field: FamilyField, value: Any) -> Any:
    if value is None:
        return None
    match field.kind:
        case FieldKind.TEXT:
            return _text(value, 200)
        case FieldKind.INTEGER:
            return _integer(value)
        case FieldKind.DECIMAL:
            return _number(value)
        case FieldKind.BOOLEAN:
            return _boolean(value)
        case FieldKind.CHOICE:
            return _choice(value, field.choices)
        case FieldKind.PERIOD_KIND:
            return _choice(value, PERIODS)
        case FieldKind.LEVELS | FieldKind.ROLES | FieldKind.GROUPS:
            return [_code(code) for code in _codes_list(value)]
        case FieldKind.ATTRIBUTE:
            return _code(value)


def _targets(value: Any) -> dict[str, list[str]]:
    found = {
        purpose: [_code(code) for code in _codes_list(codes)] for purpose, codes in _mapping(value).items()
    }
    return {purpose: codes for purpose, codes in found.items() if codes}


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Unfit("应为“名称: 值”的形式。")
    return value


def _codes_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _Unfit("应为一个列表，写在方括号里，如 [year, half]。")
    return value


def _code(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(CODE_PATTERN, value) or len(value) > CODE_LENGTH:
        raise _Unfit(
            f"“{value}”不能作为编码：须以英文字母开头，只含字母、数字和下划线，最多{CODE_LENGTH}个字符。"
        )
    return value


def _text(value: Any, longest: int, lines: bool = False) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise _Unfit(f"应为文字，实际为“{value}”。")
    text = str(value).strip()
    allowed = "\n" if lines else ""
    if any(_is_control(letter) and letter not in allowed for letter in text):
        raise _Unfit("里有换行或不可见的控制字符，请删去。")
    if text and not fold(text):
        raise _Unfit("里只有看不见的字符，请重新填写。")
    if len(text) > longest:
        raise _Unfit(f"有{len(text)}个字，最多{longest}个字。")
    return text


def _is_control(letter: str) -> bool:
    """Whether no database, document or paper holds the character."""
    return unicodedata.category(letter) in ("Cc", "Cs") or letter in "\ufffe\uffff"


def _number(value: Any) -> str:
    if isinstance(value, str) and PLAIN_NUMBER.fullmatch(value):
        return plain_decimal(Decimal(value))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _Unfit(f"应为数字，如 0.5，实际为“{value}”。")
    return plain_decimal(Decimal(value))


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Unfit(f"应为整数，实际为“{value}”。")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Unfit(f"应为 true 或 false，实际为“{value}”。")
    return value


def _choice(value: Any, choices: tuple[tuple[str, str], ...]) -> str:
    if value not in [code for code, _ in choices]:
        allowed = "、".join(f"{name}（写作 {code}）" for code, name in choices)
        raise _Unfit(f"不能填“{value}”，可填 {allowed}。")
    return str(value)


def _date(value: Any) -> str:
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise _Unfit(f"应为日期，如 2025-01-31，实际为“{value}”。") from None


def _plain(value: Any) -> Any:
    """The value with decimals as texts."""
    if isinstance(value, Decimal):
        return plain_decimal(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
