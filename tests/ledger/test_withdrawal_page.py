"""Withdrawing events on their list: a reason first, and nobody's but one's own."""

from collections.abc import Callable

import pytest
from django.test import Client

from ledger.imports.report import ImportReport
from ledger.models import Event
from units.models import Account, Unit

LIST = "/admin/ledger/event/"
Events = Callable[..., ImportReport]
Line = Callable[..., str]
pytestmark = pytest.mark.django_db


@pytest.fixture
def event(events: Events, row: Line) -> Event:
    events(row())
    return Event.objects.get()


def posted_by(account: Account, event: Event, **values: str) -> str:
    client = Client()
    client.force_login(account)
    form = {"action": "withdraw", "_selected_action": str(event.pk)} | values
    return client.post(LIST, form, follow=True).content.decode()


def test_the_page_asks_for_a_reason_first(
    event: Event, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    account = account_in("clerk", bureau, permissions=("view_event", "change_event"))
    assert "撤回理由" in posted_by(account, event)
    assert "撤回理由" in posted_by(account, event, reason=" ")
    assert Event.objects.count() == 1


def test_with_a_reason_the_event_is_withdrawn_in_the_accounts_name(
    event: Event, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    account = account_in("clerk", bureau, permissions=("view_event", "change_event"))
    assert "已撤回 1 件事项" in posted_by(account, event, reason="重复登记")
    withdrawn = Event.objects.current().get()
    assert (withdrawn.withdrawal_reason, withdrawn.batch.made_by) == ("重复登记", account)


def test_who_may_only_look_withdraws_nothing(
    event: Event, bureau: Unit, account_in: Callable[..., Account]
) -> None:
    posted_by(account_in("reader", bureau, permissions=("view_event",)), event, reason="重复登记")
    assert Event.objects.count() == 1


def test_an_event_of_another_unit_is_not_withdrawn(
    event: Event, other_unit: Unit, account_in: Callable[..., Account]
) -> None:
    account = account_in("foreigner", other_unit, permissions=("view_event", "change_event"))
    posted_by(account, event, reason="重复登记")
    assert Event.objects.count() == 1
