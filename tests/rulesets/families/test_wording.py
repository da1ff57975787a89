"""Sentences that a clerk reads in the admin and in an explanation."""

from typing import Any

import pytest

from rulesets.engine.scheme import Rule, Scheme, Tier
from rulesets.families import REGISTRY
from rulesets.families.wording import counted_range, item_clauses, tier_list

SCHEME = Scheme.from_snapshot(
    {
        "code": "s",
        "name": "办法",
        "levels": [{"code": "national", "name": "国家级"}, {"code": "provincial", "name": "省部级"}],
        "roles": [
            {"code": "chief", "name": "主要领导"},
            {"code": "deputy", "name": "分管副职"},
            {"code": "key", "name": "主要作用人"},
        ],
    }
)


def rule_of(tiers: list[dict[str, Any]], **params: str) -> Rule:
    item = {"code": "D", "name": "表彰", "family": "tiered", "tiers": tiers, "params": params}
    return Scheme.from_snapshot({"code": "s", "name": "s", "rules": [item]}).rules[0]


def test_roles_that_have_the_same_points_stand_together() -> None:
    rule = rule_of([{"level": "national", "role": role, "value": "8"} for role in ("chief", "deputy", "key")])
    assert tier_list(rule, SCHEME, "每次") == "国家级：主要领导、分管副职、主要作用人各+8分，每次。"


def test_roles_that_have_different_points_stand_apart() -> None:
    rule = rule_of([{"role": "chief", "value": "8"}, {"role": "deputy", "value": "4"}])
    assert tier_list(rule, SCHEME, "每次") == "主要领导：每次+8分；分管副职：每次+4分。"


def test_levels_without_roles_are_listed_one_by_one() -> None:
    rule = rule_of([{"level": "national", "value": "8"}, {"level": "provincial", "value": "8"}])
    assert tier_list(rule, SCHEME, "每次") == "国家级：每次+8分；省部级：每次+8分。"


@pytest.mark.parametrize(
    ("number", "tier", "words"),
    [
        ("rank", Tier(low="1", high="3", high_included=True), "第1至3名"),
        ("rank", Tier(low="1", high="1", high_included=True), "第1名"),
        ("occurrence", Tier(low="3"), "第3次起"),
        ("occurrence", Tier(high="3"), "第1至2次"),
        ("place_share", Tier(low="0", high="20", high_included=True), "前20%"),
        ("place_share", Tier(low="-20", high="0"), "后20%"),
        ("place_share", Tier(low="20", low_included=False, high="50", high_included=True), "前20%至50%"),
        ("quantity", Tier(low="80", high="95"), "80（含）至95（不含）"),
        ("rank", Tier(), ""),
    ],
)
def test_a_range_is_said_in_the_words_of_what_it_counts(number: str, tier: Tier, words: str) -> None:
    assert counted_range(rule_of([], number=number), tier) == words


def test_steps_over_a_mark_are_said_with_their_unit(bench: Any) -> None:
    rule = {
        "code": "Q", "name": "办件", "family": "quantity", "component": "work",
        "params": {"counting": "full", "unit": "5", "mark": "20"}, "tiers": [{"value": "1"}],
    }  # fmt: skip
    assert bench.sentence(rule) == "数量超过20的部分，每满5计+1分。"


def test_a_condition_on_last_year_is_said(bench: Any) -> None:
    basic = {"code": "basic", "name": "基本称职", "family": "band", "tiers": [{"high": "95"}]}
    move = {
        "code": "move", "name": "调整岗位", "family": "payout", "params": {"kind": "flag"},
        "tiers": [{"band": "basic", "value": "1"}], "targets": {"last_year": ["basic"]},
    }  # fmt: skip
    assert bench.sentence(move, basic) == "上一年度为基本称职、本期为基本称职：调整岗位。"


def test_a_share_says_who_takes_no_part(bench: Any) -> None:
    share = {
        "code": "top", "name": "前20%", "family": "share",
        "params": {"side": "top", "percent": "20", "without_vetoed": True, "without_direct_led": True},
    }  # fmt: skip
    assert "一票否决、班子直管的不参加，也不计入人数" in bench.sentence(share)


def test_a_run_of_years_a_total_and_a_rank_asked_besides_are_said(bench: Any) -> None:
    good = {"code": "good", "name": "优秀", "family": "band", "tiers": [{"low": "95"}]}
    merit = {
        "code": "merit", "name": "记功", "family": "payout",
        "params": {"kind": "flag", "years": 2, "total_from": "90.50", "rank_to": 3},
        "targets": {"last_year": ["good"]},
    }  # fmt: skip
    assert bench.sentence(merit, good) == "此前连续2年均为优秀、总分90.5及以上、前3名：记功。"


def test_an_item_that_is_registered_once_a_quarter_says_so() -> None:
    assert item_clauses(rule_of([], once="quarter"), SCHEME) == "同一对象每季度只登记一次。"


def test_an_outcome_without_tiers_gives_everybody_the_same() -> None:
    outcome = {
        "code": "P",
        "name": "奖金",
        "family": "payout",
        "params": {"kind": "number", "default": "600"},
    }
    rule = Scheme.from_snapshot({"code": "s", "name": "s", "rules": [outcome]}).rules[0]
    assert REGISTRY.of(rule).sentence(rule, SCHEME) == "所有人：600。"
