"""Ordering a reckoning from the first page: who may, what comes of it, what is refused."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Run
from assessments.reckoning import reckon
from portal.reckoning_order import offered_periods
from units.models import Account, Membership, Person, Unit

MAY = {"superuser", "scheme_admin", "recorder", "committee"}
ROLES = [*Membership.Role.values, "superuser"]


def order(client: Client, unit: Unit, **sent: str) -> object:
    return client.post(
        reverse("portal:assess", args=[unit.code]), {"scheme": "bureau", "period": "2025", **sent}
    )


@pytest.mark.parametrize("role", ROLES)
def test_a_reckoning_is_ordered_by_those_who_may_and_leads_to_its_result(
    role: str, client: Client, bureau: Unit, bureau_people: dict[str, Person], visitor: Callable[..., Account]
) -> None:
    account = visitor(role, bureau)
    client.force_login(account)
    response = order(client, bureau)
    if role not in MAY:
        assert (response.status_code, Run.objects.count()) == (404, 0)
        return
    run = Run.objects.get()
    assert run.made_by == account
    assert response["Location"] == f"{reverse('portal:results', args=['bureau', '2025'])}?run={run.pk}"


def test_nobody_orders_a_reckoning_in_another_unit(
    client: Client,
    bureau: Unit,
    bureau_people: dict[str, Person],
    other_unit: Unit,
    visitor: Callable[..., Account],
) -> None:
    client.force_login(visitor("committee", other_unit))
    assert (order(client, bureau).status_code, Run.objects.count()) == (404, 0)


def test_a_visitor_who_is_not_signed_in_is_sent_to_the_entrance(client: Client, bureau: Unit) -> None:
    assert order(client, bureau)["Location"].startswith(reverse("portal:login"))


def test_looking_orders_nothing(client: Client, bureau: Unit, visitor: Callable[..., Account]) -> None:
    client.force_login(visitor("committee", bureau))
    assert client.get(reverse("portal:assess", args=["bureau"])).status_code == 405


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"period": "2025Q1"}, "没有规定按季度核算"),
        ({"as_of": "2024-12-31"}, "早于2025年的第一天"),
        ({"as_of": "年底"}, "截至日期写作2025年12月31日"),
        ({"scheme": "none"}, "没有编码为“none”的考核办法"),
    ],
)
def test_a_refusal_is_said_on_the_first_page_and_changes_nothing(
    sent: dict[str, str],
    said: str,
    client: Client,
    bureau: Unit,
    bureau_people: dict[str, Person],
    visitor: Callable[..., Account],
) -> None:
    client.force_login(visitor("committee", bureau))
    order(client, bureau, **sent)
    assert said in client.get(reverse("portal:home")).content.decode()
    assert not Run.objects.exists()


def test_the_first_page_offers_the_scheme_s_periods(
    client: Client, bureau: Unit, bureau_people: dict[str, Person], visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("committee", bureau))
    page = client.get(reverse("portal:home")).content.decode()
    assert "开始核算" in page
    assert "上半年</option>" in page
    assert "季度</option>" not in page


def test_a_result_before_its_period_s_end_names_what_was_not_judged_yet(
    client: Client, run: Run, visitor: Callable[..., Account]
) -> None:
    early = reckon(run.unit, "2025", as_of=datetime.date(2025, 10, 31))
    client.force_login(visitor(Membership.Role.COMMITTEE, run.unit))
    for page in ("results", "review"):
        address = reverse(f"portal:{page}", args=[run.unit.code, "2025"])
        text = client.get(f"{address}?run={early.pk}").content.decode()
        assert "2025年到2025年10月31日还没有结束。下列规则到期才评判" in text
        assert "全年学习笔记少于1万字" in text.partition("总分和等次不能作数：")[2].partition("</p>")[0]
        assert "还没有结束" not in client.get(f"{address}?run={run.pk}").content.decode()


def test_only_periods_that_have_begun_are_offered_the_newest_first() -> None:
    offered = offered_periods(["year", "half"], datetime.date(2026, 3, 1))
    assert [code for code, _ in offered] == ["2026", "2026H1", "2025", "2025H2", "2025H1"]
