"""band 等次: which band a total gives, the best that fits first; a band may ask for a share besides."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from rulesets.engine.conditions import Comparison, Operator, Value
from rulesets.engine.decide import decide_each, range_comparisons
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.protocols import (
    Axis,
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Note,
    Stage,
    Standing,
    SubjectFamily,
    TargetField,
)
from rulesets.engine.scheme import Component, Rule, Scheme, Tier
from rulesets.engine.tables import DecisionRule, DecisionTable
from rulesets.families.wording import number_range

TABLE = "band"
COMPONENTS, PERCENT, POINTS = "单项须达标的构成部分", "各至少达到其上限的（%）", "各至少得几分"


class Band(SubjectFamily):
    """The first band whose range, share and components the subject meets.

    What a component is held against is what it enters the total with: held within its limits, and weighed.
    """

    code = "band"
    name = "等次"
    about = "总分多少、是否在名次范围内、单项是否达标，评为哪一等次。"
    stage = Stage.BAND
    fields = (
        FamilyField(
            "components_percent",
            PERCENT,
            FieldKind.DECIMAL,
            help="如“任一单项得分低于满分60%的不得评为优秀”：在优秀里选定各单项，这里填60。",
        ),
        FamilyField("components_from", POINTS, FieldKind.DECIMAL, help="按分数规定的填这一项，不填上一项。"),
    )
    targets = (
        TargetField("within", "并须在名次范围内", "rule", families=("share",), many=False),
        TargetField("components", COMPONENTS, "component"),
    )
    axes = (Axis.NUMBER,)
    tier_number = "总分"
    examples = (
        Example(
            title="95分及以上且在前20%为优秀；95分及以上而不在前20%、80分及以上为称职；80分以下（不含）为基本称职",
            rules=(
                {
                    "code": "top",
                    "name": "前20%",
                    "family": "share",
                    "params": {"side": "top", "percent": "20"},
                },
                {
                    "code": "excellent",
                    "name": "优秀",
                    "family": "band",
                    "tiers": [{"low": "95"}],
                    "targets": {"within": ["top"]},
                },
                {"code": "competent", "name": "称职", "family": "band", "tiers": [{"low": "80"}]},
                {"code": "basic", "name": "基本称职", "family": "band", "tiers": [{"high": "80"}]},
            ),
            given={"totals": {"1": "99", "2": "96", "3": "95", "4": "80", "5": "79.99"}},
            expected={
                "bands": {
                    "1": "excellent",
                    "2": "competent",
                    "3": "competent",
                    "4": "competent",
                    "5": "basic",
                }
            },
        ),
        Example(
            title="并列跨过名额线：都不评优秀，并提示由集体研究",
            rules=(
                {
                    "code": "top",
                    "name": "前20%",
                    "family": "share",
                    "params": {"side": "top", "percent": "20"},
                },
                {
                    "code": "excellent",
                    "name": "优秀",
                    "family": "band",
                    "tiers": [{"low": "95"}],
                    "targets": {"within": ["top"]},
                },
                {"code": "competent", "name": "称职", "family": "band", "tiers": [{"low": "0"}]},
            ),
            given={"totals": {"1": "99", "2": "99", "3": "95", "4": "80", "5": "79"}},
            expected={
                "bands": {"1": "competent", "2": "competent", "3": "competent"},
                "flags": {"1": ["tie_at_cut:excellent"], "2": ["tie_at_cut:excellent"], "3": []},
            },
        ),
        Example(
            title="90分以上为优秀，但“廉”（满分20分）低于80%即16分的不得评为优秀：98分而廉只有15分的评为称职，94分而廉得16分的评为优秀",
            rules=(
                {
                    "code": "I1",
                    "name": "廉政测评",
                    "family": "quantity",
                    "component": "integrity",
                    "tiers": [{"value": "1"}],
                },
                {
                    "code": "excellent",
                    "name": "优秀",
                    "family": "band",
                    "params": {"components_percent": "80"},
                    "tiers": [{"low": "90"}],
                    "targets": {"components": ["integrity"]},
                },
                {"code": "competent", "name": "称职", "family": "band", "tiers": [{"low": "0"}]},
            ),
            given={
                "components": [{"code": "integrity", "name": "廉", "ceiling": "20"}],
                "totals": {"1": "83", "2": "78"},
                "events": [
                    {"event": "E1", "item": "I1", "subject": "1", "quantity": "15"},
                    {"event": "E2", "item": "I1", "subject": "2", "quantity": "16"},
                ],
            },
            expected={
                "totals": {"1": "98", "2": "94"},
                "bands": {"1": "competent", "2": "excellent"},
                "notes": {"1": ["廉得15分，不足16分，不评为优秀"], "2": []},
            },
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        ranges = "，或者".join(number_range(tier) for tier in rule.tiers if number_range(tier))
        total = f"总分{ranges}" if ranges else "不论总分"
        shares = [scheme.rule(code).name for code in rule.targets.get("within", ())]
        further = "".join(f"，并且在{share}之内" for share in shares)
        further += _components_phrase(rule, scheme)
        return f"{total}{further}的，评为{rule.name}；符合前面等次的除外。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if not rule.tiers and not rule.targets.get("within"):
            yield "等次既没有分数范围，也没有名次范围：请至少填写一项。"
        yield from _components_faults(rule, scheme)

    def tables(self, rules: Sequence[Rule], scheme: Scheme) -> Iterator[DecisionTable]:
        """Case: the total in units of 1/10000; a share, whether inside; a band that asks for components, whether they
        are reached. Decision: the band's place in `rules`.
        """
        shares = sorted({code for rule in rules for code in rule.targets.get("within", ())})
        fields: list[tuple[str, type]] = [("total", int)]
        fields += [(_inside(share), bool) for share in shares]
        fields += [(_reached(rule), bool) for rule in rules if rule.targets.get("components")]
        decisions = []
        for place, rule in enumerate(rules):
            inside = [
                Comparison(_inside(share), Operator.EQUAL, True) for share in rule.targets.get("within", ())
            ]
            if rule.targets.get("components"):
                inside.append(Comparison(_reached(rule), Operator.EQUAL, True))
            for index, tier in enumerate(rule.tiers or (Tier(),)):
                asked = (*range_comparisons(tier, "total"), *inside)
                decisions.append(DecisionRule(rule.tier_record(index), asked, place))
        yield DecisionTable(TABLE, tuple(fields), tuple(decisions), first_match=True)

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        (table,) = self.tables(rules, inquiry.scheme)
        names = [name for name, _ in table.fields]
        shares = [name.removeprefix(INSIDE) for name in names if name.startswith(INSIDE)]
        asking = [rule for rule in rules if rule.targets.get("components")]
        ranked = [standing for standing in standings if standing.is_ranked]
        missed = [[_missed(rule, standing, inquiry.scheme) for rule in asking] for standing in ranked]
        reached = [[not short for short in of_one] for of_one in missed]
        cases = [_case(s, shares, s.inside, own) for s, own in zip(ranked, reached, strict=True)]
        decisions = decide_each(inquiry.decide, table, names, cases)
        # What the tied would be, were they inside: only who reaches the band's total is flagged.
        wished = [_case(s, shares, s.inside | s.tied_at, own) for s, own in zip(ranked, reached, strict=True)]
        hoped = decide_each(inquiry.decide, table, names, wished)
        for standing, decision, hope in zip(ranked, decisions, hoped, strict=True):
            standing.band = None if decision is None else rules[decision].code
            if hope is not None and standing.tied_at & set(rules[hope].targets.get("within", ())):
                standing.flags.add(f"tie_at_cut:{rules[hope].code}")
        if asking:
            every = [_case(s, shares, s.inside, [True] * len(asking)) for s in ranked]
            best = decide_each(inquiry.decide, table, names, every)
            for standing, decision, wish, short in zip(ranked, decisions, best, missed, strict=True):
                if wish is not None and wish != decision:
                    band = rules[wish]
                    text = f"{short[asking.index(band)]}，不评为{band.name}"
                    standing.notes.append(Note(band.code, None, text))


INSIDE = "inside_"


def _inside(share: str) -> str:
    return f"{INSIDE}{share}"


def _reached(band: Rule) -> str:
    return f"reached_{band.code}"


def _case(
    standing: Standing, shares: Sequence[str], inside: set[str], reached: Sequence[bool]
) -> tuple[Value, ...]:
    return (standing.total_units, *(share in inside for share in shares), *reached)


def _missed(band: Rule, standing: Standing, scheme: Scheme) -> str:
    """What the subject lacks in the components that the band asks for, in Chinese; empty where nothing."""
    short = []
    for code in band.targets["components"]:
        value, least = standing.components.get(code), _least(band, scheme.component(code))
        if value is not None and value < least:
            short.append(f"{scheme.component(code).name}得{plain(value)}分，不足{plain(least)}分")
    return "，".join(short)


def _least(band: Rule, component: Component) -> Fraction:
    """What the component has to enter the total with."""
    if "components_from" in band.params:
        return fraction(band.params["components_from"])
    most = fraction(component.ceiling or "0") * fraction(component.weight or "1")
    return most * fraction(band.params["components_percent"]) / 100


def _components_phrase(band: Rule, scheme: Scheme) -> str:
    names = "、".join(scheme.component(code).name for code in band.targets.get("components", ()))
    if not names:
        return ""
    if "components_from" in band.params:
        return f"，并且{names}各得{plain(fraction(band.params['components_from']))}分及以上"
    return f"，并且{names}各达到上限的{plain(fraction(band.params['components_percent']))}%"


def _components_faults(band: Rule, scheme: Scheme) -> Iterable[str]:
    given = [code for code in ("components_percent", "components_from") if code in band.params]
    asked = band.targets.get("components", ())
    if given and not asked:
        yield f"填写了单项的最低要求，但没有选定“{COMPONENTS}”：请选定构成部分，或者删去要求。"
    if asked and len(given) != 1:
        yield f"选定了“{COMPONENTS}”的，“{PERCENT}”和“{POINTS}”须填写一项，且只填一项。"
    if "components_percent" not in given:
        return
    if not 0 < fraction(band.params["components_percent"]) <= 100:
        yield f"“{PERCENT}”须大于0、不超过100。"
    for code in asked:
        ceiling = scheme.component(code).ceiling
        if ceiling is None or fraction(ceiling) <= 0:
            yield f"构成部分“{scheme.component(code).name}”没有大于0的上限，算不出百分之几：请填写上限，或改填分数。"
