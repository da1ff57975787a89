"""Rules without effect: such as never hold, give nothing, or are read by nothing."""

from collections.abc import Iterator

from rulesets.checks.bounds import values_of
from rulesets.checks.finding import Finding, error, warning
from rulesets.engine.corrections import VALUES
from rulesets.engine.decide import rules_in
from rulesets.engine.numbers import fraction
from rulesets.engine.period import MONTHS_OF, PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.scheme import Rule, Scheme

ITEMS = ("tiered", "quantity")


def effect_findings(scheme: Scheme) -> Iterator[Finding]:
    """A warning for each rule that changes nothing, whatever happens."""
    holding = {kind: {rule.code for rule in rules_in(scheme, kind)} for kind in scheme.periods}
    kinds = {
        rule.code: frozenset(kind for kind, codes in holding.items() if rule.code in codes)
        for rule in scheme.rules
    }
    for rule in scheme.rules:
        record = f"规则 {rule.code}"
        if not kinds[rule.code]:
            yield warning(record, "在本办法的各种考核期间都不适用：请核对规则和构成部分的适用期间。")
            continue
        yield from _judged_findings(record, rule, kinds[rule.code])
        yield from _apart_findings(record, rule, kinds)
        yield from _component_target_findings(record, rule, kinds[rule.code], scheme)
        if rule.family in ITEMS:
            yield from _item_findings(record, rule, scheme)
        if rule.component is not None:
            yield from _home_findings(record, rule, scheme)
        if rule.family == "veto":
            yield from _veto_findings(record, rule, scheme)
        if rule.family == "payout":
            yield from _payout_findings(record, rule)
        if rule.family == "share" and not _pointing("within", rule, scheme):
            yield warning(record, "没有等次或结果运用用到这个名次范围：请在其中选定，或者删去本规则。")


def _pointing(purpose: str, target: Rule, scheme: Scheme) -> list[Rule]:
    """The rules that speak of the rule for a purpose."""
    return [rule for rule in scheme.rules if target.code in rule.targets.get(purpose, ())]


def _judged_findings(record: str, rule: Rule, kinds: frozenset[PeriodKind]) -> Iterator[Finding]:
    """A rule that judges periods longer than any that is assessed."""
    each = rule.params.get("each")
    if rule.family == "limit" or each not in set(PeriodKind):
        return
    judged = PeriodKind(each)
    streak = int(rule.params.get("streak", 1))
    if not any(MONTHS_OF[judged] * streak <= MONTHS_OF[kind] for kind in kinds):
        name = PERIOD_KIND_NAMES[judged]
        how = f"连续{streak}个{name}" if streak > 1 else f"每{name}"
        longest = PERIOD_KIND_NAMES[max(kinds, key=lambda kind: MONTHS_OF[kind])]
        yield warning(
            record, f"按{how}判定，而它适用的考核期间最长为{longest}，永远判定不到：请改动其中一处。"
        )


def _apart_findings(record: str, rule: Rule, kinds: dict[str, frozenset[PeriodKind]]) -> Iterator[Finding]:
    """What it speaks of holds in other kinds of periods only."""
    for codes in rule.targets.values():
        for code in codes:
            if code in kinds and kinds[code] and not kinds[code] & kinds[rule.code]:
                yield warning(
                    record, f"所指的规则“{code}”与本规则不在同一种考核期间适用：请核对两者的适用期间。"
                )


def _component_target_findings(
    record: str, rule: Rule, kinds: frozenset[PeriodKind], scheme: Scheme
) -> Iterator[Finding]:
    """A component that it reads or adds to, and that stands in no total that the rule is reckoned for."""
    for purpose in ("component", "components"):
        for code in rule.targets.get(purpose, ()):
            component = scheme.component(code)
            # A part takes what is added to it along; by its own value nobody is compared.
            stands = [
                scheme.homes_in(kind).get(code)
                in ((code, component.parent) if purpose == "component" else (code,))
                for kind in kinds
            ]
            if not any(stands):
                yield warning(
                    record,
                    f"所指的构成部分“{component.name}”在本规则适用的考核期间都不直接计入总分："
                    "请核对适用期间，或改选构成部分。",
                )


def _item_findings(record: str, item: Rule, scheme: Scheme) -> Iterator[Finding]:
    """An item that gives nobody anything, and that no other rule looks at."""
    if any(values_of(item)):
        return
    readers = [
        rule
        for purpose in ("without", "items", "having", "uncounted_items")
        for rule in _pointing(purpose, item, scheme)
    ]
    if not [rule for rule in readers if rule.family in ("clean_period", "escalation", "payout", "share")]:
        lacking = "各档分值都是0" if item.tiers else "没有档次"
        yield warning(record, f"{lacking}，也没有别的规则用到它，谁也得不到分：请填写分值，或者删去本项。")


def _home_findings(record: str, rule: Rule, scheme: Scheme) -> Iterator[Finding]:
    """A rule of a part that cannot enter its component: of a part of a part, or a score on a sheet of lines."""
    homes = {component.code: component for component in scheme.components}
    home = homes[rule.component or ""]
    if home.parent is None:
        return
    for kind in scheme.periods:
        if not (home.applies_in(kind) and rule.applies_in(kind)) or home.code in scheme.homes_in(kind):
            continue
        when = f"按{PERIOD_KIND_NAMES[kind]}考核时，“{home.name}”"
        if scheme.sheets_of(home, kind) is None:
            yield warning(
                record,
                f"{when}属于“{homes[home.parent].name}”，而后者又属于别的构成部分，本规则的得分不会计入总分："
                "构成部分只能有一级下级，请改正上级构成部分。",
            )
        elif rule.family in (*VALUES, "fill"):
            yield error(
                record,
                f"{when}在各期的考核表上，表上只有基础分和明细，本规则的得分计不进去："
                "请改属别的构成部分，或在“适用的考核期间”中去掉这一种期间。",
            )


def _veto_findings(record: str, veto: Rule, scheme: Scheme) -> Iterator[Finding]:
    effect = veto.params["effect"]
    if effect == "factor" or _is_read(veto, scheme):
        return
    if effect == "mark":
        yield warning(
            record,
            "只作标记，但没有名次范围、名额、结果运用或考核奖用到它，没有后果：请在其中选定，或改动后果。",
        )
    elif veto.targets["band"][0] == next(rule.code for rule in scheme.rules if rule.family == "band"):
        yield warning(record, "不高于的等次已经是最高的等次，没有后果：请选定较低的等次。")


def _is_read(veto: Rule, scheme: Scheme) -> bool:
    """Whether a share, a quota, an outcome or a pay looks at the veto."""
    everyone = any(
        rule.params.get("without_vetoed") or rule.params.get("none_for_vetoed") for rule in scheme.rules
    )
    return everyone or bool(_pointing("vetoed", veto, scheme))


def _payout_findings(record: str, payout: Rule) -> Iterator[Finding]:
    """An outcome that is the same for everybody."""
    params, kind = payout.params, payout.params["kind"]
    if kind == "number":
        values = {fraction(tier.value or "0") for tier in payout.tiers}
        default = None if "default" not in params else fraction(params["default"])
        if not payout.tiers and default is None:
            yield warning(record, "没有档次，也没有“其余情形的数值”，谁也得不到：请填写档次。")
        elif default is not None and values <= {default}:
            yield warning(
                record, f"不论结果如何都是{params['default']}，人人相同：请填写档次，或者删去本规则。"
            )
    elif kind == "flag" and not _is_held(payout) and all(_asks_nothing(tier) for tier in payout.tiers):
        yield warning(record, "没有写明对什么情形适用，人人都有：请填写档次或所指对象。")
    elif kind == "steps" and fraction(params["value"]) == 0:
        yield warning(record, "每满一次的数值是0，谁也得不到：请填写数值。")


def _is_held(payout: Rule) -> bool:
    """Whether an outcome asks for anything besides its tiers."""
    return bool(payout.targets) or bool({"total_from", "rank_to"} & set(payout.params))


def _asks_nothing(tier: object) -> bool:
    return all(getattr(tier, name) is None for name in ("band", "group", "low", "high"))
