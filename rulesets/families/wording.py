"""Chinese phrases that the families' sentences share."""

from rulesets.engine.numbers import fraction, plain
from rulesets.engine.scheme import Rule, Scheme, Tier


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
    if number := number_range(tier):
        names.append(number)
    return "、".join(names)


def tier_list(rule: Rule, scheme: Scheme, each: str) -> str:
    """“国家级：每次+10分；省部级：每次+8分。”"""
    if not rule.tiers:
        return "只作记录，不计分。"
    phrases = []
    for tier in rule.tiers:
        case = tier_case(rule, tier, scheme)
        phrases.append(f"{case}：{each}{signed(tier.value)}分" if case else f"{each}{signed(tier.value)}分")
    return "；".join(phrases) + "。"


def item_clauses(rule: Rule, scheme: Scheme) -> str:
    """The further sentences of an item: members, roles, groups, evidence."""
    sentences = []
    if rule.params.get("members"):
        sentences.append("部门的事项计入当日在该部门任职的全体成员。")
    if roles := rule.params.get("roles"):
        sentences.append(f"另可填写角色：{'、'.join(scheme.name_of('role', role) for role in roles)}。")
    if groups := rule.params.get("groups"):
        sentences.append(f"只适用于{'、'.join(scheme.name_of('group', group) for group in groups)}。")
    if rule.params.get("evidence"):
        sentences.append("必须填写依据。")
    return "".join(sentences)
