"""One event entered or corrected by hand: the importer's own checks, each fault at its field."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from ledger.chain import verify
from ledger.closing import close_period
from ledger.imports.report import ImportReport
from ledger.models import Event, ImportRecord
from units.models import Account, Membership, Person, Unit

ENTER = "/admin/ledger/event/enter/"
Events = Callable[..., ImportReport]
Line = Callable[..., str]
pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(bureau: Unit, bureau_people: dict[str, Person], account_in: Callable[..., Account]) -> Client:
    return logged_in(account_in("clerk", bureau, role=Membership.Role.RECORDER))


def logged_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def values(*parts: dict[str, str], **event: str) -> dict[str, Any]:
    """What a browser sends: an event of 5 May, and its parts."""
    sent: dict[str, Any] = {"event_no": "H1", "date": "2025-05-05"} | event
    sent |= {"parts-TOTAL_FORMS": str(len(parts)), "parts-INITIAL_FORMS": "0"}
    for number, part in enumerate(parts):
        sent |= {f"parts-{number}-{name}": value for name, value in part.items()}
    return sent


def post(client: Client, sent: dict[str, Any], page: str = ENTER) -> str:
    return client.post(page, sent, follow=True).content.decode()


def test_the_page_offers_a_free_number_and_the_units_words(clerk: Client) -> None:
    page = clerk.get(ENTER).content.decode()
    assert '-01"' in page and '<option value="1001 陈一">' in page and '<option value="B102 ' in page
    assert "登记一件事项" in clerk.get("/admin/ledger/event/").content.decode()


def test_an_event_is_entered_in_the_accounts_name(clerk: Client, bureau: Unit) -> None:
    page = post(
        clerk,
        values(
            {"subject": "1001 陈一", "item": "B102"},
            {"subject": "1002", "item": "B102", "remark": "=1+1"},
            {},
        ),
    )
    assert "已登记：事件 H1" in page
    parts = Event.objects.get().participants.order_by("pk")
    assert [(part.subject.no, part.item, part.remark) for part in parts] == [
        ("1001", "B102", ""),
        ("1002", "B102", "=1+1"),
    ]
    assert ImportRecord.objects.get(kind="events").made_by.username == "clerk"  # type: ignore[union-attr]
    assert verify(bureau).broken is None


def test_faults_stand_at_their_fields_and_nothing_is_written(clerk: Client) -> None:
    sent = values(
        {"subject": "1001", "item": "B999"}, {"subject": "没有此人", "item": "B102", "quantity": "多"}
    )
    response = clerk.post(ENTER, sent)
    first, second = response.context["formset"].forms
    assert "没有计分项“B999”" in str(first["item"].errors)
    assert "没有此人" in str(second["subject"].errors) and "不是数字" in str(second["quantity"].errors)
    assert "还没有登记" in response.content.decode() and not Event.objects.exists()


def test_a_day_to_come_is_asked_about_at_its_field_and_entered_once_it_is_said_to_be_right(
    clerk: Client,
) -> None:
    sent = values({"subject": "1001", "item": "B102"}, date="2062-03-01")
    page = post(clerk, sent)
    assert "2062年3月1日还没有到" in page and "日期确实无误" in page and not Event.objects.exists()
    assert "已登记：事件 H1" in post(clerk, sent | {"is_right": "on"})


def test_what_concerns_the_whole_event_stands_above(clerk: Client, bureau: Unit) -> None:
    assert "请至少填写一个对象和计分项" in post(clerk, values({}))
    close_period(bureau, "2025-05")
    assert "2025年5月已封账" in post(clerk, values({"subject": "1001", "item": "B102"}))
    assert not Event.objects.exists()


def test_parts_that_contradict_each_other_are_counted_as_the_page_does(clerk: Client) -> None:
    page = post(clerk, values(*[{"subject": "1001", "item": "B102"}] * 2))
    assert "与第 1 个对象重复" in page


def test_a_number_that_is_taken_is_refused(clerk: Client, events: Events, row: Line) -> None:
    events(row(event_no="H1"))
    assert "事件号 H1 已登记" in post(clerk, values({"subject": "1002", "item": "B102"}))
    assert Event.objects.count() == 1


def test_a_page_leads_to_a_history_where_one_is_kept(clerk: Client, events: Events, row: Line) -> None:
    events(row(event_no="H1"))
    for address, kept in (
        (f"/admin/ledger/event/{Event.objects.get().pk}/change/", False),
        (f"/admin/units/person/{Person.objects.get(no='1001').pk}/change/", True),
    ):
        page = clerk.get(address).content.decode()
        assert ("historylink" in page) is kept


def test_more_parts_are_asked_for_without_losing_what_was_typed(clerk: Client) -> None:
    response = clerk.post(ENTER, values({"subject": "1001 陈一", "item": "B102"}) | {"more": "1"})
    assert len(response.context["formset"].forms) == 4 and 'value="1001 陈一"' in response.content.decode()
    assert not Event.objects.exists()


def test_an_event_is_corrected_by_a_successor(clerk: Client, events: Events, row: Line, bureau: Unit) -> None:
    events(row(item="B401", form="late", remark="原来的"), row(item="B401", form="late", subject="1002"))
    event = Event.objects.get()
    page = f"/admin/ledger/event/{event.pk}/correct/"
    assert page in clerk.get(f"/admin/ledger/event/{event.pk}/change/").content.decode()
    form = clerk.get(page)
    parts = [dict(part.initial) for part in form.context["formset"].forms]
    assert [part["subject"] for part in parts] == ["1001 陈一", "1002 李二"] and parts[0][
        "remark"
    ] == "原来的"
    sent = {name: value for name, value in parts[0].items() if value}
    sent["remark"] = "改过的"
    assert "已更正：事件 E1" in post(clerk, values(sent, event_no="别的号"), page)
    part = Event.objects.current().get().participants.get()
    assert (Event.objects.current().get().event_no, part.remark) == ("E1", "改过的")
    assert part.attributes == {"form": "late"} and verify(bureau).broken is None
    assert clerk.get(page).status_code == 404


def test_only_units_of_ones_own_are_offered_and_taken(
    clerk: Client, events: Events, row: Line, other_unit: Unit, account_in: Callable[..., Account]
) -> None:
    events(row())
    event = Event.objects.get()
    stranger = logged_in(account_in("stranger", other_unit, role=Membership.Role.RECORDER))
    assert stranger.get(f"/admin/ledger/event/{event.pk}/correct/").status_code == 404
    assert clerk.get(ENTER, {"unit": other_unit.pk}).status_code == 403
    assert clerk.post(f"{ENTER}?unit={other_unit.pk}", values({"subject": "1001"})).status_code == 403


def test_who_may_only_look_enters_and_corrects_nothing(
    bureau: Unit, events: Events, row: Line, account_in: Callable[..., Account]
) -> None:
    events(row())
    reader = logged_in(account_in("reader", bureau, role=Membership.Role.AUDITOR))
    address = f"/admin/ledger/event/{Event.objects.get().pk}/correct/"
    assert reader.get(ENTER).status_code == 403 and reader.post(address, values({})).status_code == 403
    assert "登记一件事项" not in reader.get("/admin/ledger/event/").content.decode()


def test_who_keeps_two_units_chooses_first(
    bureau: Unit, bureau_people: dict[str, Person], other_unit: Unit, account_in: Callable[..., Account]
) -> None:
    client = logged_in(account_in("both", bureau, other_unit, role=Membership.Role.RECORDER))
    assert "登记到哪个单位" in client.get(ENTER).content.decode()
    assert "1001 陈一" in client.get(ENTER, {"unit": bureau.pk}).content.decode()
    assert "还没有考核办法" in client.get(ENTER, {"unit": other_unit.pk}, follow=True).content.decode()
