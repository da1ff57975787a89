"""Closed periods: what happened in them takes no change until they are reopened with a reason."""

import datetime
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.utils import timezone

from ledger.closing import close_period, reopen_period
from ledger.errors import ClosingRefused, WithdrawalRefused
from ledger.imports.ballots import import_ballots
from ledger.imports.metrics import import_metrics
from ledger.imports.report import ImportReport
from ledger.models import Event, PeriodClosing
from ledger.withdrawal import withdraw_event
from tabular import TableRefused
from units.models import Account, Unit

pytestmark = pytest.mark.django_db
Events = Callable[..., ImportReport]
Line = Callable[..., str]
Refusal = Callable[..., str]


def test_an_event_within_a_closed_period_is_refused_by_row_and_column(
    bureau: Unit, refusal: Refusal, row: Line
) -> None:
    close_period(bureau, "2025H1")
    said = refusal(row(event_no="E0", date="2025-07-01"), row(date="2025-06-30"))
    assert said.startswith("第 3 行，列“日期”：2025年上半年已封账")
    assert "解除封账" in said
    assert not Event.objects.exists()


def test_an_event_outside_of_the_closed_period_comes_in(bureau: Unit, events: Events, row: Line) -> None:
    close_period(bureau, "2025H1")
    assert events(row(date="2025-07-01")).new == 1


def test_what_is_only_stated_again_is_no_change(bureau: Unit, events: Events, row: Line) -> None:
    events(row())
    close_period(bureau, "2025")
    assert events(row()).unchanged == 1


def test_an_event_is_not_moved_out_of_a_closed_period(
    bureau: Unit, events: Events, refusal: Refusal, row: Line
) -> None:
    events(row())
    close_period(bureau, "2025-05")
    assert "2025年5月已封账" in refusal(row(date="2025-06-05"))


def test_a_dry_run_says_so_too(bureau: Unit, events: Events, row: Line) -> None:
    close_period(bureau, "2025")
    with pytest.raises(TableRefused, match="已封账"):
        events(row(), dry_run=True)


def test_a_closed_period_of_another_unit_holds_nothing_here(
    other_unit: Unit, events: Events, row: Line
) -> None:
    close_period(other_unit, "2025")
    assert events(row()).new == 1


def test_a_figure_of_a_closed_period_is_refused(bureau: Unit, refused: Refusal) -> None:
    close_period(bureau, "2025")
    text = "指标,期间,对象,数值\nreflections,2025H1,1001,1\n"
    assert "第 2 行，列“期间”：2025年已封账" in refused(import_metrics, text)


def test_a_figure_of_a_longer_period_comes_in(bureau: Unit, imported: Events) -> None:
    close_period(bureau, "2025H1")
    assert imported(import_metrics, "指标,期间,对象,数值\nnotes,2025,1001,9000\n").new == 1


def test_a_ballot_of_a_closed_period_is_refused(bureau: Unit, refused: Refusal) -> None:
    close_period(bureau, "2025")
    text = "期间,部分,评议人,对象,分数\n2025,leader,甲,1001,90\n"
    assert "第 2 行，列“期间”：2025年已封账" in refused(import_ballots, text)


def test_an_event_of_a_closed_period_is_not_withdrawn(bureau: Unit, events: Events, row: Line) -> None:
    events(row())
    close_period(bureau, "2025")
    with pytest.raises(WithdrawalRefused, match="已封账"):
        withdraw_event(bureau, "E1", "登记有误")


def test_a_reopened_period_takes_changes_again(bureau: Unit, events: Events, row: Line) -> None:
    clerk = Account.objects.create(username="clerk")
    close_period(bureau, "2025")
    closing = reopen_period(bureau, "2025", "补登一件", clerk)
    assert (closing.reason, closing.reopened_by) == ("补登一件", clerk)
    assert events(row()).new == 1


def test_a_reopened_period_can_be_closed_again_and_both_closings_stay(bureau: Unit) -> None:
    close_period(bureau, "2025")
    reopen_period(bureau, "2025", "补登一件")
    _, is_new = close_period(bureau, "2025")
    assert is_new
    assert PeriodClosing.objects.filter(unit=bureau).count() == 2


def test_closing_twice_changes_nothing(bureau: Unit) -> None:
    first, _ = close_period(bureau, "2025")
    assert close_period(bureau, "2025") == (first, False)


def test_a_period_that_has_not_ended_is_not_closed(bureau: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.date(2025, 12, 31))
    with pytest.raises(ClosingRefused, match="还没有结束"):
        close_period(bureau, "2025")


def test_reopening_needs_a_reason(bureau: Unit) -> None:
    close_period(bureau, "2025")
    with pytest.raises(ClosingRefused, match="理由"):
        reopen_period(bureau, "2025", "  ")


def test_what_is_not_closed_is_not_reopened(bureau: Unit) -> None:
    with pytest.raises(ClosingRefused, match="没有封账"):
        reopen_period(bureau, "2025", "补登一件")


def test_what_is_no_period_is_refused(bureau: Unit) -> None:
    with pytest.raises(ClosingRefused, match="2025H1"):
        close_period(bureau, "去年")


def test_the_commands_close_and_reopen(bureau: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("close_period", "bureau", "2025")
    call_command("reopen_period", "bureau", "2025", reason="补登一件")
    assert capsys.readouterr().out == "某局的2025年已封账。\n某局的2025年已解除封账。\n"


def test_the_command_refuses_a_blank_reason(bureau: Unit, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        call_command("reopen_period", "bureau", "2025", reason=" ")
    assert stop.value.code == 1
    assert "理由" in capsys.readouterr().err
