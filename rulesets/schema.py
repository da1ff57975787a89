"""The JSON Schema of packs (draft 2020-12), made from the shape of records and the families' declared fields."""

from typing import Any

from rulesets.engine.conditions import Operator
from rulesets.engine.protocols import Axis, Family, FamilyField, FieldKind, Registry, TargetField
from rulesets.models.fields import CODE_LENGTH, CODE_PATTERN
from rulesets.shape import EMPTY, FORMAT, PERIODS, RULE_KEYS, SCHEME_KEYS, TIER_KEYS, Key, Kind

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
CODE: Schema = {"type": "string", "pattern": f"^{CODE_PATTERN}$", "maxLength": CODE_LENGTH}
# A number may be written as a number or, as in snapshots, as text.
NUMBER: Schema = {"type": ["number", "string"], "pattern": r"^[-+]?[0-9]{1,8}(\.[0-9]{1,4})?$"}
RANGE = ("low", "low_included", "high", "high_included")


def pack_schema(registry: Registry) -> Schema:
    """The schema of a whole pack, as plain JSON data."""
    families = sorted(registry.newest().values(), key=lambda family: family.code)
    return {
        "$schema": DIALECT,
        "title": "考核办法",
        **_record(SCHEME_KEYS),
        "$defs": {
            "code": CODE,
            "number": NUMBER,
            "periods": _list(_choice(PERIODS)),
            "condition": _condition(),
            "rule": _rule(families),
        },
    }


def _record(keys: tuple[Key, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {key.code: {"title": key.label, **_value(key)} for key in keys},
        "required": [key.code for key in keys if key.required],
        "additionalProperties": False,
    }


def _value(key: Key) -> Schema:
    schema = _value_of_kind(key)
    if key.default is not None or key.kind is Kind.BOOLEAN:
        schema = {**schema, "default": EMPTY[key.kind] if key.default is None else key.default}
    return schema


def _value_of_kind(key: Key) -> Schema:
    match key.kind:
        case Kind.CODE:
            return _reference("code")
        case Kind.NUMBER:
            return _reference("number")
        case Kind.PERIODS:
            return _reference("periods")
        case Kind.CONDITION:
            return _reference("condition")
        case Kind.TEXT:
            return {"type": "string", "maxLength": key.longest}
        case Kind.INTEGER:
            return {"const": FORMAT} if key.code == "format" else {"type": "integer", "minimum": 0}
        case Kind.BOOLEAN:
            return {"type": "boolean"}
        case Kind.CHOICE:
            return _choice(key.choices)
        case Kind.DATE:
            return {"type": "string", "format": "date"}
        case Kind.RECORDS:
            return _list(_reference("rule") if key.keys is RULE_KEYS else _record(key.keys))
        case Kind.TEXTS:
            return {"type": "object", "additionalProperties": {"type": "string", "maxLength": key.longest}}
        case Kind.PARAMS | Kind.TARGETS:
            return {"type": "object"}  # what may stand in it depends on the family


def _rule(families: list[Family]) -> Schema:
    schema = _record(RULE_KEYS)
    schema["properties"]["family"] = {
        "title": "规则类型",
        "oneOf": [{"const": family.code, "title": family.name} for family in families],
    }
    schema["allOf"] = [
        {"if": {"properties": {"family": {"const": family.code}}}, "then": _of_family(family)}
        for family in families
    ]
    return schema


def _of_family(family: Family) -> Schema:
    """What a rule of the family may and must say."""
    params = {
        "type": "object",
        "properties": {field.code: _field(field) for field in family.fields},
        "required": [field.code for field in family.fields if field.required],
        "additionalProperties": False,
    }
    targets = {
        "type": "object",
        "properties": {target.purpose: _target(target) for target in family.targets},
        "required": [target.purpose for target in family.targets if target.required],
        "additionalProperties": False,
    }
    required = [name for name, part in (("params", params), ("targets", targets)) if part["required"]]
    if family.has_component:
        required.append("component")
    properties = {"params": params, "targets": targets, "tiers": _tiers(family)}
    if not family.has_component:
        properties["component"] = False  # type: ignore[assignment]
    return {"properties": properties, "required": required}


def _tiers(family: Family) -> Schema:
    if not family.axes and not family.tier_value:
        return {"maxItems": 0}
    allowed = {axis.value for axis in family.axes}
    if Axis.NUMBER in family.axes:
        allowed.update(RANGE)
    if family.tier_value:
        allowed.add("value")
    tier = _record(tuple(key for key in TIER_KEYS if key.code in allowed))
    return _list({**tier, "required": ["value"] if family.tier_value else []})


def _field(field: FamilyField) -> Schema:
    schema: Schema = {"title": field.label}
    if field.help:
        schema["description"] = field.help
    match field.kind:
        case FieldKind.TEXT:
            return {**schema, "type": "string", "minLength": 1}
        case FieldKind.INTEGER:
            return {**schema, "type": "integer"}
        case FieldKind.DECIMAL:
            return {**schema, **_reference("number")}
        case FieldKind.BOOLEAN:
            return {**schema, "type": "boolean"}
        case FieldKind.CHOICE:
            return {**schema, **_choice(field.choices)}
        case FieldKind.PERIOD_KIND:
            return {**schema, **_choice(PERIODS)}
        case FieldKind.LEVELS | FieldKind.ROLES | FieldKind.GROUPS:
            return {**schema, **_list(_reference("code"))}
        case FieldKind.ATTRIBUTE:
            return {**schema, **_reference("code")}


def _target(target: TargetField) -> Schema:
    most = {} if target.many else {"maxItems": 1}
    least = {"minItems": 1} if target.required else {}
    return {"title": target.label, **_list(_reference("code")), **most, **least}


def _condition() -> Schema:
    parts = _list(_reference("condition"))
    comparison = {
        "type": "object",
        "properties": {
            "field": {"type": "string", "minLength": 1},
            "is": {"enum": [operator.value for operator in Operator]},
            "value": {"type": ["string", "integer", "boolean"]},
        },
        "required": ["field", "is"],
        "additionalProperties": False,
    }
    return {
        "oneOf": [
            _only("all", parts),
            _only("any", {**parts, "minItems": 1}),
            _only("not", _reference("condition")),
            comparison,
        ]
    }


def _only(code: str, schema: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {code: schema},
        "required": [code],
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _choice(choices: tuple[tuple[str, str], ...]) -> Schema:
    return {"oneOf": [{"const": code, "title": name} for code, name in choices]}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
