"""tiered: points by level, role, group, choice, or the range of a number."""

from collections.abc import Iterable, Sequence

import polars as pl

from rulesets.engine.numbers import fraction
from rulesets.engine.protocols import (
    Axis,
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    LineFamily,
    Stage,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.families.wording import item_clauses, tier_list

# Who may stand in a row of the item; shared by every family whose rules are items.
HALF = 50
ITEM_FIELDS = (
    FamilyField("members", "部门事项计入全体成员", FieldKind.BOOLEAN),
    FamilyField("evidence", "必须填写依据", FieldKind.BOOLEAN),
    FamilyField("roles", "另可填写的角色", FieldKind.ROLES, help="档次中已列出的角色不必重复。"),
    FamilyField("groups", "适用分组", FieldKind.GROUPS, help="不选表示各组都适用。"),
    FamilyField("attribute", "档次按哪一项情形区分", FieldKind.ATTRIBUTE),
    FamilyField("once", "同一对象每期只登记一次", FieldKind.PERIOD_KIND),
)
# A place share is counted from the nearer end: positive from the first, negative from the last, in percent.
NUMBERS = (
    ("quantity", "数量"),
    ("rank", "名次"),
    ("out_of", "总数"),
    ("occurrence", "本年第几次"),
    ("place_share", "名次占比（%，从前数为正，从后数为负）"),
)


class Tiered(LineFamily):
    code = "tiered"
    name = "按档计分"
    about = "一件事项按级别、角色、分组、情形或数字的范围，加几分或扣几分。"
    stage = Stage.AWARD
    is_item = True
    has_component = True
    fields = (*ITEM_FIELDS, FamilyField("number", "档次按哪个数字分段", FieldKind.CHOICE, choices=NUMBERS))
    axes = (Axis.LEVEL, Axis.ROLE, Axis.GROUP, Axis.CHOICE, Axis.NUMBER)
    tier_value = "每次分值"

    def reads_year(self, rule: Rule) -> bool:
        return rule.params.get("number") == "occurrence"

    examples = (
        Example(
            title="市级表彰加5分；县级未列档次，记0分",
            rules=(
                {
                    "code": "B601",
                    "name": "表彰",
                    "family": "tiered",
                    "component": "bonus",
                    "tiers": [{"level": "provincial", "value": "8"}, {"level": "municipal", "value": "5"}],
                },
            ),
            given={
                "events": [
                    {"event": "E1", "item": "B601", "subject": "1001", "level": "municipal"},
                    {"event": "E2", "item": "B601", "subject": "1001", "level": "county"},
                ]
            },
            expected={"raw": {"E1": "5", "E2": "0"}},
        ),
        Example(
            title="带班领导扣2分，值班组员扣1分",
            rules=(
                {
                    "code": "B405",
                    "name": "值班事故",
                    "family": "tiered",
                    "component": "daily",
                    "tiers": [{"role": "duty_leader", "value": "-2"}, {"role": "duty_member", "value": "-1"}],
                },
            ),
            given={
                "events": [
                    {"event": "E1", "item": "B405", "subject": "1001", "role": "duty_leader"},
                    {"event": "E1", "item": "B405", "subject": "1002", "role": "duty_member"},
                ]
            },
            expected={"points_of": {"1001": "-2", "1002": "-1"}},
        ),
        Example(
            title="迟到每次扣0.5分，本年第3次起每次扣1分：四次共扣3分",
            rules=(
                {
                    "code": "L",
                    "name": "迟到",
                    "family": "tiered",
                    "component": "daily",
                    "params": {"number": "occurrence"},
                    "tiers": [{"high": "3", "value": "-0.5"}, {"low": "3", "value": "-1"}],
                },
            ),
            given={
                "events": [
                    {"event": f"E{n}", "date": f"2025-0{n}-10", "item": "L", "subject": "1001"}
                    for n in range(1, 5)
                ]
            },
            expected={
                "raw": {"E1": "-0.5", "E2": "-0.5", "E3": "-1", "E4": "-1"},
                "points_of": {"1001": "-3"},
            },
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        return f"{tier_list(rule, scheme, '每次')}{item_clauses(rule, scheme)}"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        yield from choice_faults(rule)
        if rule.params.get("number") == "place_share":
            yield from _place_faults(rule)

    def reckon(self, rules: Sequence[Rule], lines: pl.DataFrame, inquiry: Inquiry) -> pl.DataFrame:
        return lines.with_columns(raw=pl.col("value").fill_null(0))


def _place_faults(rule: Rule) -> Iterable[str]:
    """A place has one share, from the nearer end: a range that is open or passes the middle says what it isn't."""
    for place, tier in enumerate(rule.tiers, start=1):
        if tier.low is None and tier.high is None:
            continue
        whole = tier.low is not None and tier.high is not None
        low, high = fraction(tier.low or "0"), fraction(tier.high or "0")
        if not (whole and (0 <= low <= high <= HALF or -HALF <= low <= high <= 0)):
            yield (
                f"第{place}档：名次占比从较近的一端数，前一半为0至50，后一半为-50至0，两端都要填写，且不跨过中间。"
                "如前20%填0至20，后20%填-20至0；要跨过中间的，请分成两档，或改按名次分段。"
            )


def choice_faults(rule: Rule) -> Iterable[str]:
    """A tier can ask a choice only of an attribute that the item names."""
    if any(tier.choice is not None for tier in rule.tiers) and not rule.params.get("attribute"):
        yield "档次按情形区分，但没有选定是哪一项情形：请填写“档次按哪一项情形区分”。"
