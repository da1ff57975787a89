"""An event is withdrawn by a successor that says why, and restored by reporting it again."""

from collections.abc import Callable

import pytest

from ledger import chain
from ledger.errors import WithdrawalRefused
from ledger.imports.report import ImportReport
from ledger.models import Batch, Event
from ledger.withdrawal import withdraw_event
from units.models import Unit

Events = Callable[..., ImportReport]
Line = Callable[..., str]
pytestmark = pytest.mark.django_db


def test_a_withdrawn_event_has_no_participants_and_keeps_its_former_state(
    events: Events, row: Line, bureau: Unit
) -> None:
    events(row())
    withdrawn = withdraw_event(bureau, "E1", "重复登记")
    assert not withdrawn.participants.exists()
    assert withdrawn.supersedes is not None and withdrawn.supersedes.participants.exists()
    assert Batch.objects.get(number=2).kind == Batch.Kind.WITHDRAWAL
    assert chain.verify(bureau).broken is None


def test_reporting_a_withdrawn_event_again_restores_it(events: Events, row: Line, bureau: Unit) -> None:
    events(row())
    withdraw_event(bureau, "E1", "重复登记")
    report = events(row())
    assert report.lines == ["变更 事件 E1：恢复已撤回的事件；增加 陈一（1001） B102 无故不参加集中学习"]
    assert Event.objects.current().get().participants.count() == 1


@pytest.mark.parametrize(
    ("number", "reason", "said"), [("E1", " ", "须写明理由"), ("E9", "误报", "没有事件 E9")]
)
def test_a_withdrawal_without_event_or_reason_is_refused(
    events: Events, row: Line, bureau: Unit, number: str, reason: str, said: str
) -> None:
    events(row())
    with pytest.raises(WithdrawalRefused, match=said):
        withdraw_event(bureau, number, reason)


def test_an_event_is_withdrawn_once(events: Events, row: Line, bureau: Unit) -> None:
    events(row())
    withdraw_event(bureau, "E1", "重复登记")
    with pytest.raises(WithdrawalRefused, match="已经撤回"):
        withdraw_event(bureau, "E1", "重复登记")
