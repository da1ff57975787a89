"""What is wrong with rules: their family, fields, tiers, targets and conditions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rulesets.checks.finding import Finding, error
from rulesets.checks.overlap import overlap_findings
from rulesets.checks.words import (
    LARGEST_NUMBER,
    Snapshot,
    code_findings,
    number_findings,
    period_findings,
)
from rulesets.condition_text import ConditionWords
from rulesets.engine.conditions import (
    ConditionMalformed,
    ConditionTooBroad,
    alternatives,
    parse_condition,
)
from rulesets.engine.protocols import (
    Axis,
    Family,
    FamilyField,
    FamilyUnknown,
    FieldKind,
    Registry,
    TargetField,
)
from rulesets.shape import PERIODS

# The numbers of a tiered item that are counted in whole ones, as are the ranks that outcomes ask for.
TURN = "occurrence"
COUNTED_PLACES = ("rank", "out_of", TURN)
MOST_TIERS = 500  # a rule; what the rules engine takes
FORMS = {
    FieldKind.INTEGER: int,
    FieldKind.BOOLEAN: bool,
    FieldKind.LEVELS: list,
    FieldKind.ROLES: list,
    FieldKind.GROUPS: list,
}
AXIS_LABELS = {"level": "级别", "role": "角色", "group": "分组", "choice": "情形", "band": "等次"}


class Declared:
    """What rules may name, code and name, by kind; and each rule's family."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.level = _names(snapshot.get("levels", ()))
        self.role = _names(snapshot.get("roles", ()))
        self.group = _names(snapshot.get("groups", ()))
        self.attributes = _names(snapshot.get("attributes", ()))
        self.choices = {a["code"]: _names(a.get("choices", ())) for a in snapshot.get("attributes", ())}
        self.components = _names(snapshot.get("components", ()))
        self.families = {rule["code"]: rule["family"] for rule in snapshot.get("rules", ())}
        self.bands = _names(rule for rule in snapshot.get("rules", ()) if rule["family"] == "band")

    def allowed(self, axis: str, rule: Snapshot) -> Mapping[str, str]:
        """What a tier of the rule may name on an axis, code and name."""
        if axis == "choice":
            return self.choices.get(rule.get("params", {}).get("attribute", ""), {})
        if axis == "band":
            return self.bands
        names: Mapping[str, str] = getattr(self, axis)
        return names


def _names(records: Iterable[Snapshot]) -> dict[str, str]:
    return {record["code"]: record.get("name", record["code"]) for record in records}


def rule_findings(snapshot: Snapshot, registry: Registry) -> Iterator[Finding]:
    """Everything that can be said of the rules from what their families declare."""
    rules = snapshot.get("rules", ())
    declared = Declared(snapshot)
    yield from code_findings("规则", rules)
    for rule in rules:
        record = f"规则 {rule['code']}"
        yield from period_findings(record, rule.get("periods", ()))
        try:
            family = registry.get(rule["family"], rule.get("version", 1))
        except FamilyUnknown as unknown:
            known = "、".join(family.name for family in registry.newest().values())
            yield error(record, f"{unknown}可用的类型有 {known}。")
            continue
        yield from _component_findings(record, rule, family, declared)
        yield from _param_findings(record, rule.get("params", {}), family, declared)
        yield from _tier_findings(record, rule, family, declared)
        yield from _target_findings(record, rule.get("targets", {}), family, declared, registry)
        yield from _condition_findings(record, rule, family, snapshot)


def _component_findings(record: str, rule: Snapshot, family: Family, declared: Declared) -> Iterator[Finding]:
    component = rule.get("component")
    if component is None and family.has_component:
        yield error(record, f"“{family.name}”须属于一个构成部分，请填写所属的构成部分。")
    elif component is not None and not family.has_component:
        yield error(record, f"“{family.name}”不属于任何构成部分，请去掉所属的构成部分。")
    elif component is not None and component not in declared.components:
        yield error(record, f"构成部分“{component}”不存在，请核对编码。")


def _param_findings(
    record: str, params: Mapping[str, Any], family: Family, declared: Declared
) -> Iterator[Finding]:
    fields = {field.code: field for field in family.fields}
    for code, value in params.items():
        if code in fields:
            yield from _field_findings(record, fields[code], value, declared)
        else:
            known = "、".join(field.label for field in family.fields) or "（没有）"
            yield error(record, f"“{family.name}”没有“{code}”这一项，可填的有 {known}。")
    for field in family.fields:
        if field.required and field.code not in params:
            yield error(record, f"没有填写“{field.label}”，请补上。", field.code)


def _has_form(kind: FieldKind, value: Any) -> bool:
    """Whether a value has the type that such a field has in a snapshot."""
    # Exact: in Python True is an integer as well.
    return type(value) is FORMS.get(kind, str)


def _field_findings(record: str, field: FamilyField, value: Any, declared: Declared) -> Iterator[Finding]:
    label = f"“{field.label}”"
    if not _has_form(field.kind, value):
        yield error(record, f"{label}的值“{value}”形式不对，请重新填写。", field.code)
        return
    match field.kind:
        case FieldKind.DECIMAL:
            yield from number_findings(record, label, value)
        case FieldKind.INTEGER if abs(value) >= LARGEST_NUMBER:
            yield error(record, f"{label}“{value}”过大，最多八位。", field.code)
        case FieldKind.CHOICE:
            yield from _unknown(record, label, [value], dict(field.choices), field.code)
        case FieldKind.PERIOD_KIND:
            yield from _unknown(record, label, [value], dict(PERIODS), field.code)
        case FieldKind.LEVELS:
            yield from _unknown(record, label, value, declared.level, field.code)
        case FieldKind.ROLES:
            yield from _unknown(record, label, value, declared.role, field.code)
        case FieldKind.GROUPS:
            yield from _unknown(record, label, value, declared.group, field.code)
        case FieldKind.ATTRIBUTE:
            yield from _unknown(record, label, [value], declared.attributes, field.code)


def _unknown(
    record: str, label: str, values: Sequence[str], allowed: Mapping[str, str], field: str = ""
) -> Iterator[Finding]:
    for value in values:
        if value not in allowed:
            listed = (
                f"可填 {'、'.join(allowed.values())}。" if allowed else "办法里还没有可填的内容，请先添加。"
            )
            yield error(record, f"{label}里的“{value}”不存在，{listed}", field)


def _tier_findings(record: str, rule: Snapshot, family: Family, declared: Declared) -> Iterator[Finding]:
    tiers = rule.get("tiers", ())
    if tiers and not family.axes and not family.tier_value:
        yield error(record, f"“{family.name}”不用档次，请去掉所填的档次。")
        return
    if len(tiers) > MOST_TIERS:
        yield error(record, f"有{len(tiers)}个档次，最多{MOST_TIERS}个，请拆成几条规则。")
        return
    faults: list[Finding] = []
    for place, tier in enumerate(tiers):
        faults.extend(_one_tier_findings(f"{record} 第{place + 1}档", tier, rule, family, declared))
    yield from faults
    if not faults and family.tier_value:
        yield from overlap_findings(record, tiers)


def _one_tier_findings(
    record: str, tier: Snapshot, rule: Snapshot, family: Family, declared: Declared
) -> Iterator[Finding]:
    for axis, label in AXIS_LABELS.items():
        if axis not in tier:
            continue
        if Axis(axis) not in family.axes:
            yield error(record, f"“{family.name}”的档次不能按{label}区分，请清空这一项。", axis)
        else:
            yield from _unknown(record, f"“{label}”", [tier[axis]], declared.allowed(axis, rule), axis)
    if ("low" in tier or "high" in tier) and Axis.NUMBER not in family.axes:
        yield error(
            record,
            f"“{family.name}”的档次不能按数字分段，请清空范围的上下界。",
            "low" if "low" in tier else "high",
        )
    if family.tier_value and "value" not in tier:
        yield error(record, f"没有填写“{family.tier_value}”，请补上。", "value")
    if not family.tier_value and "value" in tier:
        yield error(record, f"“{family.name}”的档次没有数值，请清空数值。", "value")
    counted = rule.get("params", {}).get("number", "rank" if family.code == "payout" else "quantity")
    yield from _range_findings(record, tier, counted in COUNTED_PLACES)


def _range_findings(record: str, tier: Snapshot, whole: bool) -> Iterator[Finding]:
    labels = {"low": "下界", "high": "上界", "value": "数值"}
    if whole and any("." in tier.get(code, "") for code in ("low", "high")):
        yield error(record, "按名次、总数或次数分段的上下界须为整数。")
    faults = [
        fault for code, label in labels.items() for fault in number_findings(record, label, tier.get(code))
    ]
    yield from faults
    if faults or "low" not in tier or "high" not in tier:
        return
    low, high = Decimal(tier["low"]), Decimal(tier["high"])
    single = low == high and tier.get("low_included", True) and tier.get("high_included", False)
    if low >= high and not single:
        yield error(record, f"下界{low}须小于上界{high}；只含一个数时，两者相等并都包含在内。")


def _target_findings(
    record: str,
    targets: Mapping[str, Sequence[str]],
    family: Family,
    declared: Declared,
    registry: Registry,
) -> Iterator[Finding]:
    purposes = {target.purpose: target for target in family.targets}
    for purpose, codes in targets.items():
        if purpose not in purposes:
            known = "、".join(target.label for target in family.targets) or "（没有）"
            yield error(record, f"“{family.name}”没有“{purpose}”这一种所指对象，可用的有 {known}。")
            continue
        yield from _pointed_findings(record, purposes[purpose], codes, declared, registry)
    for purpose, target in purposes.items():
        if target.required and not targets.get(purpose):
            yield error(record, f"没有选定“{target.label}”，请补上。")


def _pointed_findings(
    record: str, target: TargetField, codes: Sequence[str], declared: Declared, registry: Registry
) -> Iterator[Finding]:
    label = f"“{target.label}”"
    if len(set(codes)) < len(codes):
        yield error(record, f"{label}里有重复的编码，请删去。")
    if not target.many and len(codes) > 1:
        yield error(record, f"{label}只能有一个，实际有{len(codes)}个。")
    for code in dict.fromkeys(codes):
        if target.of == "component":
            yield from _unknown(record, label, [code], declared.components)
        elif code not in declared.families:
            yield error(record, f"{label}里的规则“{code}”不存在，请核对编码。")
        elif target.families and declared.families[code] not in target.families:
            names = {code: family.name for code, family in registry.newest().items()}
            own = names.get(declared.families[code], declared.families[code])
            allowed = "、".join(f"“{names[family]}”" for family in target.families)
            yield error(record, f"{label}不能是“{own}”类的规则“{code}”，只能是{allowed}。")


def _condition_findings(record: str, rule: Snapshot, family: Family, snapshot: Snapshot) -> Iterator[Finding]:
    if rule.get("condition") is None:
        return
    if not (family.is_item and family.tier_value and rule.get("tiers")):
        yield error(record, "只有带档次的计分项才能设适用条件，请清空适用条件。", "condition")
        return
    try:
        ways = alternatives(parse_condition(rule["condition"], rule["code"]), rule["code"])
    except (ConditionMalformed, ConditionTooBroad) as fault:
        yield error(record, f"{ConditionWords.of(snapshot).named_in(str(fault))}。")
        return
    asks_turn = any(comparison.field == TURN for way in ways for comparison in way)
    if asks_turn and rule.get("params", {}).get("number") != TURN:
        # Of other items nobody counts which time it is: the condition would never hold.
        yield error(
            record, "适用条件用到“本年第几次”的，须是“按档计分”，并在“档次按哪个数字分段”选“本年第几次”。"
        )
