"""Simulation: a changed scheme beside the result that stands; who moves, and why."""

from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from assessments.decisions import DecisionEntry, decide
from assessments.errors import NoRun, RunRefused
from assessments.management.commands.simulate import report_of
from assessments.models import Document, Run
from assessments.publication import publish_run
from assessments.reckoning import reckon
from assessments.simulation import Shift, draft_snapshot, simulate
from ledger.imports.events import import_events
from rulesets.drafts import new_draft
from rulesets.models import Edition, Rule
from rulesets.packs import dump_pack
from units.models import Unit

pytestmark = pytest.mark.django_db


def changed(pack: dict[str, Any], code: str, **values: Any) -> dict[str, Any]:
    """The pack with other values in one of its rules."""
    copy = deepcopy(pack)
    (rule,) = [rule for rule in copy["rules"] if rule["code"] == code]
    rule.update(values)
    return copy


@pytest.fixture
def dearer(bureau_pack: dict[str, Any]) -> dict[str, Any]:
    """The bureau's scheme with -2 in place of -1 for a missed session (B102)."""
    return changed(bureau_pack, "B102", tiers=[{"value": "-2"}])


def test_the_same_scheme_moves_nobody(run: Run, bureau_pack: dict[str, Any]) -> None:
    simulation = simulate(run.unit, "2025", bureau_pack)
    assert simulation.moves == []
    assert simulation.standing == run
    assert not simulation.ledger_changed


def test_a_move_names_the_lines_that_differ(run: Run, dearer: dict[str, Any]) -> None:
    moves = simulate(run.unit, "2025", dearer).moves
    absent = {
        subject["no"]: [line for line in subject["lines"] if line["item"] == "B102"]
        for subject in run.result["subjects"]
    }
    for move in moves:
        for shift, line in zip(move.lines, absent[move.no], strict=True):
            assert line["event"] in shift.name
            assert (shift.before, shift.after) == ("-1", "-2")
    assert {move.no for move in moves if move.lines} == {no for no, lines in absent.items() if lines}


def test_the_gain_is_the_difference_of_the_totals(run: Run, dearer: dict[str, Any]) -> None:
    moves = [move for move in simulate(run.unit, "2025", dearer).moves if move.lines]
    assert moves
    assert {move.gain for move in moves} == {str(-len(move.lines)) for move in moves}


def test_who_is_only_overtaken_moves_without_a_line(run: Run, dearer: dict[str, Any]) -> None:
    overtaken = [move for move in simulate(run.unit, "2025", dearer).moves if not move.lines]
    assert overtaken
    for move in overtaken:
        assert move.before is not None and move.after is not None
        assert move.before["rank"] != move.after["rank"]
        assert move.gain == "0"


def test_another_range_of_a_band_shows_in_the_tally_and_the_outcomes(
    run: Run, bureau_pack: dict[str, Any]
) -> None:
    stricter = changed(bureau_pack, "competent", tiers=[{"low": "85"}])
    stricter = changed(stricter, "basic", tiers=[{"low": "60", "high": "85"}])
    simulation = simulate(run.unit, "2025", stricter)
    bands = {tally.name: (tally.before, tally.after) for tally in simulation.bands}
    dropped = [move for move in simulation.moves if move.outcomes]
    before, after = bands["基本称职(基本合格)"]
    assert after - before == len(dropped) > 0
    assert dropped[0].outcomes == [Shift("年度奖金发放系数", "1", "0.9")]
    outcomes = {tally.name: (tally.before, tally.after) for tally in simulation.outcomes}
    assert outcomes["年度奖金发放系数 0.9"] == (before, after)


def test_a_figure_that_is_called_by_yuan_is_summed(run: Run, bureau_pack: dict[str, Any]) -> None:
    award = {
        "code": "award", "family": "payout", "name": "年度奖励（元）",
        "params": {"kind": "number", "default": "500"}, "tiers": [{"band": "competent", "value": "2000"}],
    }  # fmt: skip
    simulation = simulate(run.unit, "2025", bureau_pack | {"rules": [*bureau_pack["rules"], award]})
    (tally,) = [tally for tally in simulation.outcomes if tally.name.startswith("年度奖励")]
    competent = next(band for band in simulation.bands if band.name == "称职(合格)")
    others = tally.after - competent.after
    assert others > 0 and competent.after > 0
    assert (tally.sum_before, tally.sum_after) == ("0", str(2000 * competent.after + 500 * others))


def test_an_item_that_is_left_out_takes_its_lines_along(run: Run, bureau_pack: dict[str, Any]) -> None:
    without = deepcopy(bureau_pack)
    without["rules"] = [rule for rule in without["rules"] if rule["code"] != "B102"]
    lines = [shift for move in simulate(run.unit, "2025", without).moves for shift in move.lines]
    assert lines
    assert {(shift.before, shift.after) for shift in lines} == {("-1", None)}


def test_nothing_is_written(run: Run, dearer: dict[str, Any]) -> None:
    before = (Run.objects.count(), Document.objects.count(), Edition.objects.count())
    simulate(run.unit, "2025", dearer)
    assert (Run.objects.count(), Document.objects.count(), Edition.objects.count()) == before


def test_the_published_result_stands_beside_and_not_the_newest(run: Run, dearer: dict[str, Any]) -> None:
    publish_run(run)
    absence = "事件号,日期,事项,对象\nX1,2025-05-05,B102,1004\n"
    import_events(run.unit, BytesIO(absence.encode()), filename="more.csv")
    newest = reckon(run.unit, "2025")
    simulation = simulate(run.unit, "2025", dearer)
    assert simulation.is_published
    assert simulation.standing == run != newest
    assert simulation.ledger_changed


def test_a_decision_is_not_taken_for_an_effect_of_the_scheme(run: Run, bureau_pack: dict[str, Any]) -> None:
    decide(run, [DecisionEntry("1004", "competent", "群众反映", "纪要1号")])
    assert simulate(run.unit, "2025", bureau_pack).moves == []


def test_a_period_that_was_not_reckoned_is_refused(case_bureau: Unit, bureau_pack: dict[str, Any]) -> None:
    with pytest.raises(NoRun, match="assess"):
        simulate(case_bureau, "2025", bureau_pack)


def test_a_scheme_that_has_no_such_period_is_refused(run: Run, bureau_pack: dict[str, Any]) -> None:
    reckon(run.unit, "2025H1")
    with pytest.raises(RunRefused, match="半年"):
        simulate(run.unit, "2025H1", bureau_pack | {"periods": ["year"]})


def test_a_draft_with_faults_is_not_simulated(run: Run, bureau_pack: dict[str, Any]) -> None:
    draft = new_draft(run.edition.scheme, bureau_pack)
    Rule.objects.filter(edition=draft, code="B102").update(params={"attribute": "nothing"})
    with pytest.raises(RunRefused, match="B102"):
        draft_snapshot(draft)


def test_the_command_prints_who_moves_and_the_bands(
    run: Run, dearer: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "dearer.yaml"
    pack.write_text(dump_pack(dearer), encoding="utf-8")
    capsys.readouterr()
    call_command("simulate", "u", "2025", pack=pack)
    printed = capsys.readouterr().out
    assert printed.splitlines() == list(report_of(simulate(run.unit, "2025", dearer)))
    assert "优秀：4 → 4" in printed
    assert "：-1 → -2" in printed


def test_the_command_simulates_the_newest_draft(
    run: Run, dearer: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    new_draft(run.edition.scheme, dearer)
    capsys.readouterr()
    call_command("simulate", "u", "2025", draft="bureau")
    assert "：-1 → -2" in capsys.readouterr().out


def test_the_command_refuses_a_pack_that_is_not_there(run: Run, refused: Callable[..., str]) -> None:
    assert "nowhere.yaml" in refused("simulate", "u", "2025", pack=Path("nowhere.yaml"))
