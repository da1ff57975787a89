"""Rules without effect, limits that never bind, matters with nothing to count once, weights that don't add up."""

from collections.abc import Callable
from typing import Any

import pytest

from rulesets.checks import check_snapshot, errors_of
from rulesets.families import REGISTRY
from tests.rulesets.conftest import BASIS

Doubts = Callable[..., list[str]]
ONE = [{"value": "1"}]
GAIN = {"code": "A", "tiers": ONE}
LOSS = {"code": "B", "tiers": [{"value": "-2"}]}
SHARE = {"code": "top", "family": "share", "params": {"side": "top", "count": 3}}
BANDS: list[dict[str, Any]] = [
    {"code": "good", "family": "band", "tiers": [{"low": "10"}]},
    {"code": "poor", "family": "band", "tiers": [{"high": "10"}]},
]


def limit(items: list[str], **params: Any) -> dict[str, Any]:
    given = {"each": "year", "side": "gain", "most": "5"} | params
    return {"code": "L", "family": "limit", "params": given, "targets": {"items": items}}


def veto(effect: str, **more: Any) -> dict[str, Any]:
    return {"code": "V", "family": "veto", "params": {"effect": effect}, **more}


def payout(**more: Any) -> dict[str, Any]:
    return {"code": "P", "family": "payout", **more}


def test_an_item_without_points_that_nothing_reads_is_named(doubts: Doubts) -> None:
    (said,) = doubts({"code": "A"})
    assert said.startswith("规则 A：没有档次，也没有别的规则用到它")


def test_an_item_of_zero_points_is_named(doubts: Doubts) -> None:
    (said,) = doubts({"code": "A", "tiers": [{"value": "0"}]})
    assert said.startswith("规则 A：各档分值都是0")


def test_an_item_that_a_clean_month_looks_at_needs_no_points(doubts: Doubts) -> None:
    clean = {
        "code": "C", "family": "clean_period", "params": {"each": "month", "value": "1"},
        "targets": {"without": ["A"]},
    }  # fmt: skip
    assert not doubts({"code": "A"}, clean)


def test_a_rule_for_periods_that_are_not_assessed_is_named(doubts: Doubts) -> None:
    (said,) = doubts({**GAIN, "periods": ["half"]})
    assert said == "规则 A：在本办法的各种考核期间都不适用：请核对规则和构成部分的适用期间。"


def test_a_yearly_judgement_in_a_scheme_of_halves_is_named(doubts: Doubts) -> None:
    rule = {"code": "T", "family": "threshold", "params": {"metric": "m", "each": "year"}, "tiers": ONE}
    (said,) = doubts(rule, periods=["half"])
    assert said.startswith("规则 T：按每年判定，而它适用的考核期间最长为半年")
    assert not doubts(rule, periods=["half", "year"])


def test_a_streak_longer_than_the_period_is_named(doubts: Doubts) -> None:
    rule = {
        "code": "C", "family": "clean_period", "params": {"each": "month", "value": "1", "streak": 4},
        "targets": {"without": ["A"]},
    }  # fmt: skip
    (said,) = doubts(GAIN, rule, periods=["quarter"])
    assert said.startswith("规则 C：按连续4个月判定")


def test_a_target_that_never_holds_beside_the_rule_is_named(doubts: Doubts) -> None:
    share = {**SHARE, "periods": ["half"]}
    outcome = payout(params={"kind": "flag"}, targets={"within": ["top"]}, periods=["year"])
    assert doubts(share, outcome, periods=["year", "half"]) == [
        "规则 P：所指的规则“top”与本规则不在同一种考核期间适用：请核对两者的适用期间。"
    ]


PARTS = [{"code": "whole", "name": "平时"}, {"code": "work", "name": "本职", "parent": "whole"}]


def test_a_limit_that_leaves_nothing_is_named(doubts: Doubts) -> None:
    (said,) = doubts(GAIN, limit(["A"], most="0"))
    assert said.startswith("规则 L：限额为0，A的加分谁也得不到")


def test_a_limit_of_the_year_that_those_of_months_never_reach_is_named(doubts: Doubts) -> None:
    monthly = limit(["A"], each="month", most="1") | {"code": "M"}
    (said,) = doubts(GAIN, limit(["A"], most="12"), monthly)
    assert said.startswith("规则 L：这个限额不会起作用：“M”（M）已经限定得更严")
    assert not doubts(GAIN, limit(["A"], most="11"), monthly)


def test_a_part_enters_its_component_without_further_rules(doubts: Doubts) -> None:
    assert not doubts(GAIN, components=PARTS)


def test_a_part_of_a_part_enters_nothing_and_is_named(doubts: Doubts) -> None:
    parts = [{"code": "all", "name": "总评"}, {**PARTS[0], "parent": "all"}, PARTS[1]]
    (said,) = doubts(GAIN, components=parts)
    assert said.startswith("规则 A：按年考核时，“本职”属于“平时”，而后者又属于别的构成部分")


def test_a_score_on_a_sheet_of_lines_is_an_error() -> None:
    score = {"code": "R", "name": "测评", "family": "review", "component": "work",
             "params": {"part": "p", "points": "10"}}  # fmt: skip
    mean = {"code": "M", "name": "平均", "family": "weighting", "component": "whole",
            "params": {"each": "month", "percent": "100"}}  # fmt: skip
    snapshot = {**BASIS, "components": PARTS, "rules": [score, mean]}
    (fault,) = errors_of(check_snapshot(snapshot, REGISTRY))
    assert str(fault).startswith("规则 R：按年考核时，“本职”在各期的考核表上，表上只有基础分和明细")


def test_a_mark_that_nothing_reads_is_named(doubts: Doubts) -> None:
    (said,) = doubts(veto("mark"))
    assert said.startswith("规则 V：只作标记，但没有名次范围、名额、结果运用或考核奖用到它")


def test_a_mark_that_keeps_out_of_a_share_has_an_effect(doubts: Doubts) -> None:
    share = {**SHARE, "params": {**SHARE["params"], "without_vetoed": True}}  # type: ignore[dict-item]
    assert not doubts(veto("mark"), share, payout(params={"kind": "flag"}, targets={"within": ["top"]}))


def test_a_veto_that_caps_at_the_best_band_is_named(doubts: Doubts) -> None:
    (said,) = doubts(GAIN, LOSS, *BANDS, veto("band", targets={"band": ["good"]}))
    assert said.startswith("规则 V：不高于的等次已经是最高的等次")
    assert not doubts(GAIN, LOSS, *BANDS, veto("band", targets={"band": ["poor"]}))


def test_a_share_that_nothing_reads_is_named(doubts: Doubts) -> None:
    assert doubts(SHARE) == ["规则 top：没有等次或结果运用用到这个名次范围：请在其中选定，或者删去本规则。"]


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (payout(params={"kind": "number", "default": "1"}), "不论结果如何都是1，人人相同"),
        (payout(params={"kind": "number", "default": "1"}, tiers=[{"band": "good", **ONE[0]}]), "不论结果如何都是1"),
        (payout(params={"kind": "number"}), "没有档次，也没有“其余情形的数值”"),
        (payout(params={"kind": "flag"}), "没有写明对什么情形适用，人人都有"),
        (payout(params={"kind": "steps", "above": "1", "step": "1", "value": "0"}), "每满一次的数值是0"),
    ],
)  # fmt: skip
def test_an_outcome_that_is_the_same_for_all_is_named(
    doubts: Doubts, outcome: dict[str, Any], message: str
) -> None:
    (said,) = doubts(GAIN, LOSS, *BANDS, outcome)
    assert said.startswith(f"规则 P：{message}")


def test_an_outcome_that_tells_bands_apart_has_an_effect(doubts: Doubts) -> None:
    tiers = [{"band": "good", "value": "2"}]
    assert not doubts(GAIN, LOSS, *BANDS, payout(params={"kind": "number", "default": "1"}, tiers=tiers))


def test_a_limit_on_gains_of_what_only_takes_is_named(doubts: Doubts) -> None:
    assert doubts(LOSS, limit(["B"])) == [
        "规则 L：这个限额不会起作用：所限定的计分项都没有加分。请改动限额，或者删去本规则。"
    ]


def test_a_limit_above_what_one_event_gives_is_named(doubts: Doubts) -> None:
    (said,) = doubts(GAIN, limit(["A"], each="event"))
    assert "最多也到不了这个分数" in said


def test_an_event_that_names_one_in_two_roles_can_reach_its_limit(doubts: Doubts) -> None:
    both = {"code": "A", "params": {"roles": ["lead", "help"]}, "tiers": [{"value": "3"}]}
    assert not doubts(both, limit(["A"], each="event"))


def test_a_limit_wider_than_the_room_to_the_ceiling_is_named(doubts: Doubts) -> None:
    narrow = [{"code": "work", "name": "工作", "base": "6", "ceiling": "10"}]
    (said,) = doubts(GAIN, limit(["A"]), components=narrow)
    assert "“工作”的上限更早起作用" in said


def test_such_a_limit_matters_where_losses_make_room_again(doubts: Doubts) -> None:
    narrow = [{"code": "work", "name": "工作", "base": "6", "ceiling": "10"}]
    assert not doubts(GAIN, LOSS, limit(["A"]), components=narrow)


def test_a_limit_under_a_stricter_one_is_named(doubts: Doubts) -> None:
    strict = {**limit(["A", "B"], most="3"), "code": "strict"}
    assert doubts(GAIN, {**GAIN, "code": "B"}, limit(["A"]), strict) == [
        "规则 L：这个限额不会起作用：“strict”（strict）已经限定得更严。请改动限额，或者删去本规则。"
    ]


def test_of_two_equal_limits_one_is_named(doubts: Doubts) -> None:
    (said,) = doubts(GAIN, limit(["A"]), {**limit(["A"]), "code": "again"})
    assert said.startswith("规则 again：")


def matter(*items: str) -> dict[str, Any]:
    return {"code": "M", "family": "matter", "targets": {"items": list(items)}}


def test_matters_of_items_in_two_parts_never_meet(doubts: Doubts) -> None:
    parts = [{"code": "work", "name": "工作"}, {"code": "other", "name": "其他"}]
    other = {**GAIN, "code": "B", "component": "other"}
    (said,) = doubts(GAIN, other, matter("A", "B"), components=parts)
    assert "所选计分项分属工作、其他，同一事项只在同一构成部分之内合并" in said


def test_the_highest_of_losses_is_the_lightest(doubts: Doubts) -> None:
    (said,) = doubts(LOSS, matter("B"))
    assert "留下的是扣得最少的一次" in said


def test_items_that_ask_for_no_matter_have_none_in_common(doubts: Doubts) -> None:
    (said,) = doubts({**GAIN, "condition": {"field": "matter", "is": "missing"}}, matter("A"))
    assert "没有可以合并的" in said


def test_a_single_item_may_still_meet_one_matter_twice(doubts: Doubts) -> None:
    assert not doubts(GAIN, matter("A"))


def test_weights_that_do_not_come_to_one_are_named(doubts: Doubts) -> None:
    parts = [
        {"code": "work", "name": "工作", "base": "100", "weight": "0.6"},
        {"code": "rest", "name": "其他", "base": "100", "weight": "0.3"},
    ]
    (said,) = doubts(GAIN, components=parts)
    assert "各构成部分的权重合计为0.9，不是1" in said


def test_the_weight_of_a_part_within_another_does_nothing(doubts: Doubts) -> None:
    parts = [
        {"code": "whole", "name": "平时"},
        {"code": "work", "name": "本职", "parent": "whole", "base": "100", "weight": "0.5"},
    ]
    mean = {
        "code": "W",
        "family": "weighting",
        "component": "whole",
        "params": {"each": "month", "percent": "100"},
    }
    (said,) = doubts(mean, GAIN, components=parts)
    assert said.startswith("构成部分 work：只经上级构成部分计入总分，权重不起作用")


def test_percentages_that_do_not_come_to_a_hundred_are_named(doubts: Doubts) -> None:
    parts = [
        {"code": "whole", "name": "平时"},
        {"code": "work", "name": "本职", "parent": "whole", "base": "100"},
        {"code": "votes", "name": "测评"},
    ]
    mean = {
        "code": "W",
        "family": "weighting",
        "component": "whole",
        "params": {"each": "month", "percent": "60"},
    }
    votes = {"code": "R", "family": "review", "component": "votes", "params": {"part": "p", "points": "30"}}
    (said,) = doubts(mean, votes, GAIN, components=parts)
    assert "合计为90，不是100" in said


@pytest.mark.parametrize(("points", "message"), [("25", "超过上限20"), ("15", "不到上限20")])
def test_full_marks_that_miss_the_ceiling_are_named(doubts: Doubts, points: str, message: str) -> None:
    votes = {"code": "R", "family": "review", "params": {"part": "p", "points": points}}
    (said,) = doubts(votes, components=[{"code": "work", "name": "测评", "ceiling": "20"}])
    assert message in said


def test_full_marks_below_the_ceiling_leave_room_for_items(doubts: Doubts) -> None:
    votes = {"code": "R", "family": "review", "params": {"part": "p", "points": "15"}}
    assert not doubts(votes, GAIN, components=[{"code": "work", "name": "测评", "ceiling": "20"}])


def test_a_part_that_ties_are_never_broken_by_is_named(doubts: Doubts) -> None:
    parts = [
        {"code": "work", "name": "工作"},
        {"code": "yearly", "name": "年终", "periods": ["year"], "base": "5"},
    ]
    tie = {"code": "T", "family": "tie_break", "targets": {"components": ["yearly"]}, "periods": ["half"]}
    assert doubts(GAIN, tie, components=parts, periods=["year", "half"]) == [
        "规则 T：所指的构成部分“年终”在本规则适用的考核期间都不直接计入总分：请核对适用期间，或改选构成部分。"
    ]


def test_weights_of_rater_groups_that_add_up_to_neither_100_nor_1_are_named(doubts: Doubts) -> None:
    params = {"part": "p", "points": "10", "groups": "a、b"}
    review = {"code": "R", "family": "review"}
    (said,) = doubts({**review, "params": params | {"group_weights": "40、50"}})
    assert said.startswith("规则 R：各评议组的权重合计为90")
    assert not doubts({**review, "params": params | {"group_weights": "40、60"}})
