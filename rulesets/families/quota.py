"""quota: how many of a department's people may be named, as a share of its head count."""

from collections.abc import Iterator, Sequence

import polars as pl

from rulesets.engine.conditions import Comparison, Operator
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.protocols import (
    Axis,
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Stage,
    Standing,
    SubjectFamily,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.tables import DecisionRule, DecisionTable
from rulesets.families.wording import tier_case

TABLE = "quota"


class Quota(SubjectFamily):
    """floor(share × head count); head count is who holds an appointment in the department on the as-of date."""

    code = "quota"
    name = "名额"
    about = "按部门人数算出各等次的名额。"
    stage = Stage.OUTCOME
    fields = (
        FamilyField("default", "其余部门的占比（%）", FieldKind.DECIMAL, required=True),
        FamilyField("direct_led", "班子直管部门的占比（%）", FieldKind.DECIMAL),
        FamilyField("at_least_one_from", "满几人的至少一名", FieldKind.INTEGER),
        FamilyField("none_for_vetoed", "一票否决的没有名额", FieldKind.BOOLEAN),
    )
    axes = (Axis.BAND,)
    tier_value = "占比（%）"
    examples = (
        Example(
            title="7人的部门：20%为1.4，舍去零头为1名",
            rules=(
                {
                    "code": "advanced_quota", "name": "先进名额", "family": "quota",
                    "params": {"default": "20", "at_least_one_from": "3"},
                },
            ),
            given={"departments": {"K01": 7, "K02": 4, "K03": 2}},
            expected={"outcomes": {
                "K01": {"advanced_quota": "1"}, "K02": {"advanced_quota": "1"}, "K03": {"advanced_quota": "0"},
            }},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        p = rule.params
        shares = [f"{tier_case(rule, tier, scheme)}部门{tier.value}%" for tier in rule.tiers]
        shares += [f"班子直管部门{p['direct_led']}%"] if "direct_led" in p else []
        shares.append(f"其他部门{p['default']}%")
        least = f"，满{p['at_least_one_from']}人的至少1名" if "at_least_one_from" in p else ""
        veto = "，有一票否决的没有名额" if p.get("none_for_vetoed") else ""
        return f"{rule.name}按在册人数：{'、'.join(shares)}，舍去零头{least}{veto}。"

    def tables(self, rules: Sequence[Rule], scheme: Scheme) -> Iterator[DecisionTable]:
        """Case: the quota's code and the band; decision: the tier's place in its table."""
        decisions = tuple(
            DecisionRule(
                rule.tier_record(index),
                (
                    Comparison("quota", Operator.EQUAL, rule.code),
                    Comparison("band", Operator.EQUAL, tier.band or ""),
                ),
                index,
            )
            for rule in rules
            for index, tier in enumerate(rule.tiers)
        )
        yield DecisionTable(TABLE, (("quota", str), ("band", str)), decisions, partition="quota")

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        (table,) = self.tables(rules, inquiry.scheme)
        heads = _head_counts(inquiry)
        for rule in rules:
            cases = [{"quota": rule.code, "band": standing.band} for standing in standings]
            for standing, tier in zip(standings, inquiry.decide(table, cases), strict=True):
                share = rule.params["default"]
                if tier is not None:
                    share = rule.tiers[tier].value or "0"
                elif standing.direct_led and "direct_led" in rule.params:
                    share = rule.params["direct_led"]
                standing.outcomes[rule.code] = plain(
                    _places(rule, standing, share, heads.get(standing.subject, 0))
                )


def _places(rule: Rule, standing: Standing, share: str, heads: int) -> int:
    if rule.params.get("none_for_vetoed") and standing.vetoes:
        return 0
    places = int(fraction(share) * heads / 100)
    least = int(rule.params.get("at_least_one_from", 0))
    return max(places, 1) if least and heads >= least else places


def _head_counts(inquiry: Inquiry) -> dict[str, int]:
    posts = inquiry.frames.appointments.filter(
        ~pl.col("secondary"),
        pl.col("start") <= inquiry.as_of,
        pl.coalesce(pl.col("end"), pl.lit(inquiry.as_of)) >= inquiry.as_of,
    )
    return dict(posts.group_by("department").agg(pl.col("person").n_unique()).iter_rows())
