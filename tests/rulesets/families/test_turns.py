"""Turns of single families that other units' texts take: occurrences, streaks, ties, few ballots, vetoes, prizes."""

from typing import Any

import pytest

ITEM = {"code": "A", "name": "加分", "family": "quantity", "component": "work", "tiers": [{"value": "1"}]}


def share(**params: object) -> dict[str, Any]:
    return {"code": "top", "name": "前列", "family": "share", "params": {"side": "top"} | params}


def test_occurrences_are_counted_by_each_subject_for_itself_and_by_date(bench: Any) -> None:
    late = {
        "code": "L", "name": "迟到", "family": "tiered", "component": "daily", "params": {"number": "occurrence"},
        "tiers": [{"high": "2", "value": "-1"}, {"low": "2", "value": "-3"}],
    }  # fmt: skip
    rows = [("E1", "2025-05-01", "a"), ("E2", "2025-03-01", "a"), ("E3", "2025-04-01", "b")]
    given = {"events": [{"event": e, "date": d, "item": "L", "subject": s} for e, d, s in rows]}
    assert bench.found([late], given)["raw"] == {"E1": "-3", "E2": "-1", "E3": "-1"}


def test_a_subject_that_came_during_the_year_has_a_streak_from_its_first_whole_period_on(bench: Any) -> None:
    streak = {
        "code": "S", "name": "连续", "family": "clean_period", "component": "work",
        "params": {"each": "quarter", "value": "2", "streak": 2}, "targets": {"without": ["A"]},
    }  # fmt: skip
    outcome = bench.found([ITEM, streak], {"subjects": ["a"], "starts": {"a": "2025-04-01"}})
    assert outcome["raw"] == {"@S:2025Q3": "2"}


def test_a_streak_of_one_is_at_fault(bench: Any) -> None:
    rule = {
        "code": "S", "name": "连续", "family": "clean_period", "component": "work",
        "params": {"each": "month", "value": "2", "streak": 1}, "targets": {"without": ["A"]},
    }  # fmt: skip
    (fault,) = bench.faults(rule, ITEM)
    assert "须为2或以上" in fault


def test_a_tie_that_nothing_breaks_stays_a_tie_at_the_cut(bench: Any) -> None:
    rule = {"code": "T", "name": "同分", "family": "tie_break", "targets": {"components": ["work"]}}
    events = [{"event": f"E{no}", "item": "A", "subject": no, "quantity": "5"} for no in "abc"]
    outcome = bench.found([ITEM, rule, share(count=2)], {"events": events})
    assert outcome["ranks"] == {"a": 1, "b": 1, "c": 1}
    assert outcome["tied_at"] == {"a": ["top"], "b": ["top"], "c": ["top"]}


def test_a_higher_total_comes_first_whatever_the_tie_break_says(bench: Any) -> None:
    rule = {"code": "T", "name": "同分", "family": "tie_break", "targets": {"components": ["work"]}}
    given = {
        "totals": {"a": "10", "b": "4"},
        "events": [{"event": "E", "item": "A", "subject": "b", "quantity": "5"}],
    }
    assert bench.found([ITEM, rule], given)["ranks"] == {"a": 1, "b": 2}


def test_a_small_department_may_have_no_place_of_its_own(bench: Any) -> None:
    given = {"totals": {"a": "9", "b": "8", "c": "7"}, "department_of": {"c": "K02"}}
    outcome = bench.found([share(percent="50", within_department=True)], given)
    assert outcome["inside"] == {"a": ["top"], "b": [], "c": []}


def trimmed(*ballots: tuple[str, str], **params: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A review in which the highest and the lowest score are left out, and ballots of (rater group, score) on a."""
    rule = {
        "code": "R", "name": "测评", "family": "review", "component": "review",
        "params": {"part": "democratic", "points": "100", "trim": 1} | params,
    }  # fmt: skip
    rows = [
        {"part": "democratic", "rater_group": group, "subject": "a", "score": score}
        for group, score in ballots
    ]
    return [rule], {"subjects": ["a"], "ballots": rows}


def test_of_equal_highest_scores_one_is_left_out(bench: Any) -> None:
    outcome = bench.found(*trimmed(("", "90"), ("", "90"), ("", "60"), ("", "30"), ("", "60")))
    assert outcome["components"] == {"a": {"review": "70"}}


def test_each_rater_group_leaves_out_its_own_highest_and_lowest_scores(bench: Any) -> None:
    ballots = [("x", "90"), ("x", "80"), ("x", "10"), ("y", "60"), ("y", "40")]
    outcome = bench.found(*trimmed(*ballots, groups="x、y"))
    assert outcome["components"] == {"a": {"review": "65"}}


def test_a_mean_of_fewer_than_three_scores_that_are_left_is_kept_back(bench: Any) -> None:
    (note,) = bench.found(*trimmed(("", "98"), ("", "90"), ("", "88"), ("", "60")))["notes"]["a"]
    assert "平均" not in note.partition("（")[0] and "89" not in note
    (note,) = bench.found(*trimmed(*[("", score) for score in ("98", "90", "89", "88", "60")]))["notes"]["a"]
    assert note.startswith("平均89分")


def test_so_many_highest_and_lowest_scores_as_are_left_out_is_at_least_one(bench: Any) -> None:
    (rule,), _ = trimmed(trim=0)
    assert bench.faults(rule) == ["“去掉最高分、最低分各几个”须为1或以上。"]


def test_where_nobody_has_enough_ballots_nothing_can_stand_in(bench: Any) -> None:
    rule = {
        "code": "R", "name": "测评", "family": "review", "component": "review",
        "params": {"part": "p", "points": "10", "at_least": 2, "stand_in": "field"},
    }  # fmt: skip
    given = {"subjects": ["a"], "ballots": [{"part": "p", "subject": "a", "score": "90"}]}
    outcome = bench.found([rule], given)
    assert outcome["components"] == {"a": {"review": "0"}}
    assert outcome["flags"] == {"a": ["ballots_missing:p"]}


def weighted(weights: str, groups: str = "leaders、staff") -> dict[str, Any]:
    params = {"part": "p", "points": "10", "groups": groups, "group_weights": weights}
    return {"code": "R", "name": "测评", "family": "review", "component": "review", "params": params}


@pytest.mark.parametrize("weights", ["0.4、0.6", "40%，60%", "4、6"])
def test_groups_count_by_their_weights_however_these_are_written(bench: Any, weights: str) -> None:
    ballots = [("leaders", "90"), ("leaders", "80"), ("staff", "95")]
    given = {
        "ballots": [{"part": "p", "rater_group": g, "subject": "a", "score": s} for g, s in ballots],
        "subjects": ["a"],
    }
    assert bench.found([weighted(weights)], given)["components"] == {"a": {"review": "9.1"}}
    assert "leaders占40%、staff占60%" in bench.sentence(weighted(weights))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (weighted("40、30、30"), "有2个评议组、3个权重"),
        (weighted("40、60", groups=""), "有0个评议组、2个权重"),
        (weighted("40、0"), "须为大于0的数字"),
        (weighted("四、六"), "须为大于0的数字"),
        (weighted("40、60", groups="staff、staff"), "里有重复"),
    ],
)
def test_weights_that_fit_no_groups_are_at_fault(bench: Any, rule: dict[str, Any], words: str) -> None:
    (fault,) = bench.faults(rule)
    assert words in fault


def veto(code: str, factor: str, ranking: str = "again") -> dict[str, Any]:
    params = {"effect": "factor", "factor": factor, "ranking": ranking}
    return {"code": code, "name": code, "family": "veto", "params": params}


def test_of_several_vetoes_the_smallest_factor_holds(bench: Any) -> None:
    outcome = bench.found(
        [veto("V1", "0.8"), veto("V2", "0.5")], {"totals": {"a": "90"}, "vetoes": {"a": ["V1", "V2"]}}
    )
    assert outcome["totals"] == {"a": "45"}


def test_a_total_below_zero_is_not_improved_by_a_factor(bench: Any) -> None:
    outcome = bench.found([veto("V1", "0.5")], {"totals": {"a": "-8"}, "vetoes": {"a": ["V1"]}})
    assert outcome["totals"] == {"a": "-8"}


def test_shares_read_the_total_before_the_factor_where_the_rank_stands(bench: Any) -> None:
    given = {"totals": {"a": "90", "b": "80"}, "vetoes": {"a": ["V1"]}}
    stands = bench.found([veto("V1", "0.5", "stands"), share(count=1)], given)
    again = bench.found([veto("V1", "0.5", "again"), share(count=1)], given)
    assert stands["inside"] == {"a": ["top"], "b": []}
    assert again["inside"] == {"a": [], "b": ["top"]}


@pytest.mark.parametrize(
    "params", [{"factor": "1.2", "ranking": "again"}, {"factor": "0.5"}, {"ranking": "again"}]
)
def test_a_veto_with_a_factor_says_which_and_what_becomes_of_the_rank(
    bench: Any, params: dict[str, str]
) -> None:
    rule = {"code": "V1", "name": "处分", "family": "veto", "params": {"effect": "factor"} | params}
    assert len(bench.faults(rule)) == 1


def test_an_outcome_by_totals_may_ask_for_the_first_places_besides_and_ties_share_them(bench: Any) -> None:
    prize = {
        "code": "prize", "name": "奖金", "family": "payout",
        "params": {"kind": "number", "number": "total", "rank_to": 2, "default": "0"},
        "tiers": [{"low": "90", "value": "500"}],
    }  # fmt: skip
    outcomes = bench.found([prize], {"totals": {"a": "95", "b": "92", "c": "92", "d": "91"}})["outcomes"]
    assert {no: own["prize"] for no, own in outcomes.items()} == {
        "a": "500",
        "b": "500",
        "c": "500",
        "d": "0",
    }


@pytest.mark.parametrize(
    ("params", "targets", "said"),
    [
        ({"rank_to": 0}, {}, "“还须在前几名”须为1或以上"),
        ({"years": 2}, {}, "没有选定“上一年度须为何等次”"),
        ({"years": 0}, {"last_year": ["basic"]}, "须为1至5的整数"),
    ],
)
def test_what_an_outcome_asks_besides_its_tiers_is_checked(
    bench: Any, params: dict[str, Any], targets: dict[str, list[str]], said: str
) -> None:
    basic = {"code": "basic", "name": "基本称职", "family": "band", "tiers": [{"high": "95"}]}
    rule = {"code": "P", "name": "推荐", "family": "payout", "params": {"kind": "flag"} | params}
    (fault,) = bench.faults(rule | {"targets": targets}, basic)
    assert said in fault


def test_last_years_band_of_somebody_else_does_not_count(bench: Any) -> None:
    basic = {"code": "basic", "name": "基本称职", "family": "band", "tiers": [{"high": "95"}]}
    move = {
        "code": "move", "name": "调整岗位", "family": "payout", "params": {"kind": "flag"},
        "targets": {"last_year": ["basic"]},
    }  # fmt: skip
    inherited = [{"source": "last_year", "subject": "b", "total": "75", "band": "basic"}]
    outcome = bench.found([basic, move], {"totals": {"a": "70"}, "inherited": inherited})
    assert outcome["outcomes"] == {"a": {}}
