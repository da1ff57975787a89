"""Who is outside the count of a share's places: by bands of earlier years, by lines of items, by group."""

from typing import Any

import pytest

GOOD = {"code": "good", "name": "优秀", "family": "band", "tiers": [{"low": "0"}]}
HONOUR = {
    "code": "honour", "name": "表彰", "family": "tiered", "component": "work",
    "tiers": [{"level": "province", "value": "0"}],
}  # fmt: skip
TWO_YEARS = {"uncounted_bands": ["good"]}
FOUR = {"totals": {"a": "90", "b": "80", "c": "70", "d": "60"}}


def share(targets: dict[str, list[str]] | None = None, **params: object) -> dict[str, Any]:
    given = {"side": "top", "count": 1} | params
    return {"code": "top", "name": "前列", "family": "share", "params": given, "targets": targets or {}}


def inherited(*rows: tuple[str, str]) -> list[dict[str, str]]:
    return [{"source": source, "subject": subject, "total": "99", "band": "good"} for subject, source in rows]


def test_only_the_year_before_counts_where_no_number_of_years_is_said(bench: Any) -> None:
    given = FOUR | {"inherited": inherited(("c", "last_year"), ("d", "2_years_back"))}
    assert bench.found([GOOD, share(TWO_YEARS)], given)["inside"] == {
        "a": ["top"], "b": [], "c": ["top"], "d": [],
    }  # fmt: skip


def test_a_year_without_a_result_interrupts_the_run(bench: Any) -> None:
    given = FOUR | {"inherited": inherited(("d", "last_year"), ("d", "3_years_back"))}
    assert bench.found([GOOD, share(TWO_YEARS, uncounted_years=3)], given)["inside"]["d"] == []


def test_who_is_uncounted_by_group_leaves_the_cut_of_the_others_to_their_ties(bench: Any) -> None:
    given = {"totals": {"a": "90", "b": "80", "c": "80", "d": "90"}, "groups": {"d": "village"}}
    outcome = bench.found([share(count=2, uncounted_groups=["village"])], given)
    assert outcome["inside"] == {"a": ["top"], "b": [], "c": [], "d": ["top"]}
    assert outcome["tied_at"] == {"a": [], "b": ["top"], "c": ["top"], "d": []}
    assert outcome["flags"]["d"] == ["uncounted:top"]


def test_who_stands_outside_the_selection_is_not_inside_for_being_uncounted(bench: Any) -> None:
    veto = {"code": "V1", "name": "处分", "family": "veto", "params": {"effect": "mark"}}
    given = FOUR | {"groups": {"d": "village"}, "vetoes": {"d": ["V1"]}}
    outcome = bench.found([veto, share(uncounted_groups=["village"], without_vetoed=True)], given)
    assert outcome["inside"]["d"] == []


def test_places_are_a_share_of_all_unless_the_others_alone_are_counted(bench: Any) -> None:
    given = FOUR | {"groups": {"d": "village"}}
    asked = {"percent": "50", "uncounted_groups": ["village"]}
    rule = share(**asked)
    del rule["params"]["count"]
    apart = {**rule, "params": rule["params"] | {"uncounted_apart": True}}
    assert bench.found([rule], given)["inside"] == {"a": ["top"], "b": ["top"], "c": [], "d": ["top"]}
    assert bench.found([apart], given)["inside"] == {"a": ["top"], "b": [], "c": [], "d": ["top"]}


def test_a_band_still_asks_for_its_total(bench: Any) -> None:
    band = {**GOOD, "tiers": [{"low": "85"}], "targets": {"within": ["top"]}}
    given = FOUR | {"groups": {"d": "village"}}
    assert bench.found([band, share(uncounted_groups=["village"])], given)["bands"]["d"] is None


def test_what_makes_somebody_uncounted_is_said_in_one_sentence(bench: Any) -> None:
    rule = share(
        {"uncounted_bands": ["good"], "uncounted_items": ["honour"]},
        uncounted_years=2,
        uncounted_levels=["province"],
        uncounted_groups=["village"],
    )
    given = {"groups": {"a": "village"}}
    assert bench.sentence(rule, GOOD, HONOUR, given=given) == (
        "总分从高到低的1名；此前连续2年均为优秀，或者有“表彰”（province）的明细，或者属于village的，"
        "算在范围之内而不占名额，名额按全体人数计算；并列跨过名额线的不计入，由集体研究。"
    )


@pytest.mark.parametrize(
    ("params", "targets", "said"),
    [
        ({"uncounted_years": 2}, {}, "没有选定“不占名额：往年的等次”"),
        ({"uncounted_years": 6}, TWO_YEARS, "须为1至5的整数，现为6"),
        ({"uncounted_levels": ["province"]}, {}, "没有选定“不占名额：有其明细的计分项”"),
        ({"uncounted_apart": True}, {}, "没有写明谁不占名额"),
        ({"side": "bottom"}, TWO_YEARS, "只有按整个考核期间从高到低的名次范围才有不占名额的人"),
        ({"each": "quarter"}, TWO_YEARS, "只有按整个考核期间从高到低的名次范围才有不占名额的人"),
    ],
)
def test_what_does_not_fit_together_is_at_fault(
    bench: Any, params: dict[str, Any], targets: dict[str, list[str]], said: str
) -> None:
    (fault,) = bench.faults(share(targets, **params), GOOD, HONOUR)
    assert said in fault
