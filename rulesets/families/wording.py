"""Chinese phrases that the families' sentences share."""

from dataclasses import replace

from rulesets.engine.numbers import fraction, plain
from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.scheme import Rule, Scheme, Tier

# What a number is counted by, where it is a place or an occurrence.
COUNTERS = {"rank": "名", "occurrence": "次"}
# Families whose ranges are places unless the rule says otherwise.
PLACES = ("payout", "placing")


def before(years: int) -> str:
    """How a year so many years ago is called."""
    return "上一年度" if years == 1 else f"前{years}年"


def signed(value: str | None) -> str:
    """A number of points with its sign: “+8”, “-0.5”, “0”."""
    number = fraction(value or "0")
    return f"{'+' if number > 0 else ''}{plain(number)}"


def number_range(tier: Tier) -> str:
    """“80（含）至95（不含）”, “60以下（不含）”, “95及以上”; empty where the tier has no range."""
    low = tier.low and f"{tier.low}{'（含）' if tier.low_included else '（不含）'}"
    high = tier.high and f"{tier.high}{'（含）' if tier.high_included else '（不含）'}"
    if low and high:
        return f"{low}至{high}"
    if tier.low:
        return f"{tier.low}及以上" if tier.low_included else f"{tier.low}以上（不含）"
    if tier.high:
        return f"{tier.high}及以下" if tier.high_included else f"{tier.high}以下（不含）"
    return ""


def counted_range(rule: Rule, tier: Tier) -> str:
    """The range of what the rule's tiers count: “第1至3名”, “第3次起”; or of a number."""
    if rule.params.get("number") == "place_share":
        return place_share(tier)
    counted = rule.params.get("number", "rank" if rule.family in PLACES else "")
    counter = COUNTERS.get(counted)
    if tier.low is None and tier.high is None:
        return ""
    if counter is None:
        return f"{'总分' if counted == 'total' else ''}{number_range(tier)}"
    first = 1 if tier.low is None else int(fraction(tier.low)) + (not tier.low_included)
    if tier.high is None:
        return f"第{first}{counter}起"
    last = int(fraction(tier.high)) - (not tier.high_included)
    return f"第{first}{counter}" if first == last else f"第{first}至{last}{counter}"


def place_share(tier: Tier) -> str:
    """“前20%”, “前10%至20%”, “后20%”: a share counted from the last stands as a negative number."""
    low, high = fraction(tier.low or "0"), fraction(tier.high or "0")
    if low < 0:
        return f"后{plain(-low)}%" if high >= 0 else f"后{plain(-high)}%至{plain(-low)}%"
    if tier.high is None:
        return f"前{plain(low)}%以外" if tier.low is not None else ""
    return f"前{plain(high)}%" if low == 0 else f"前{plain(low)}%至{plain(high)}%"


def present_case(rule: Rule, tier: Tier, scheme: Scheme) -> str:
    """The case of a rule that gives something to everybody else; its band told from one of an earlier year."""
    now = "本期为" if "last_year" in rule.targets and tier.band else ""
    return f"{now}{tier_case(rule, tier, scheme) or '所有人'}"


def tier_case(rule: Rule, tier: Tier, scheme: Scheme) -> str:
    """What a tier asks, by name: “国家级、主要领导”; empty where it asks nothing."""
    names = [
        scheme.name_of(kind, code)
        for kind, code in (("level", tier.level), ("group", tier.group), ("role", tier.role))
        if code is not None
    ]
    if tier.choice is not None:
        choices = scheme.attribute(rule.params["attribute"]).choices
        names.append(next((choice.name for choice in choices if choice.code == tier.choice), tier.choice))
    if tier.band is not None:
        names.append(scheme.rule(tier.band).name)
    if number := counted_range(rule, tier):
        names.append(number)
    return "、".join(names)


def tier_list(rule: Rule, scheme: Scheme, each: str) -> str:
    """“国家级：每次+10分；省部级：主要领导、分管副职各+8分，每次。”

    Tiers that differ in nothing but the role stand together.
    """
    if not rule.tiers:
        return "只作记录，不计分。"
    together: dict[Tier, list[Tier]] = {}
    for tier in rule.tiers:
        together.setdefault(replace(tier, role=None), []).append(tier)
    phrases = []
    for shared, tiers in together.items():
        points = f"{signed(shared.value)}分"
        if len(tiers) > 1 and all(tier.role is not None for tier in tiers):
            case, roles = (
                tier_case(rule, shared, scheme),
                [scheme.name_of("role", t.role or "") for t in tiers],
            )
            phrases.append(f"{case}{'：' if case else ''}{'、'.join(roles)}各{points}，{each}")
            continue
        for tier in tiers:
            case = tier_case(rule, tier, scheme)
            phrases.append(f"{case}{'：' if case else ''}{each}{points}")
    return "；".join(phrases) + "。"


def item_clauses(rule: Rule, scheme: Scheme) -> str:
    """The further sentences of an item: members, roles, groups, evidence, how often."""
    sentences = []
    if rule.params.get("members"):
        sentences.append("部门的事项计入当日在该部门任职的全体成员。")
    if roles := rule.params.get("roles"):
        sentences.append(f"另可填写角色：{'、'.join(scheme.name_of('role', role) for role in roles)}。")
    if groups := rule.params.get("groups"):
        sentences.append(f"只适用于{'、'.join(scheme.name_of('group', group) for group in groups)}。")
    if rule.params.get("evidence"):
        sentences.append("必须填写依据。")
    if kind := rule.params.get("once"):
        sentences.append(f"同一对象每{PERIOD_KIND_NAMES[PeriodKind(kind)]}只登记一次。")
    return "".join(sentences)
