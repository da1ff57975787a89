"""Printing from the pages: who may order, watch, stop and fetch; nothing of another unit."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from assessments.models import Run
from assessments.reckoning import reckon
from reports import press
from reports.models import IssuedPaper, PrintOrder
from tests.reports.test_print_orders import InThisProcess
from units.models import Account, Membership, Person, Unit

pytestmark = pytest.mark.django_db
PRINTS = {"superuser", "scheme_admin", "committee", "leader"}
ROLES = [*Membership.Role.values, "superuser"]
GIVEN = {"form": "annual", "format": "pdf", "manner": "booklet", "size": "A4", "nos": "1001"}
Signed = Callable[..., Client]


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "ProcessPoolExecutor", InThisProcess)
    monkeypatch.setattr(press, "_press", press.Press())


@pytest.fixture
def signed(client: Client, run: Run, visitor: Callable[..., Account]) -> Signed:
    """The browser of somebody with the role in the run's unit, or in another."""

    def make(role: str = "committee", unit: Unit | None = None) -> Client:
        client.force_login(visitor(role, unit or run.unit))
        return client

    return make


def page(run: Run) -> str:
    return reverse("portal:prints", args=[run.unit.code, run.period])


def ordered(client: Client, run: Run, **given: str) -> PrintOrder:
    answer = client.post(page(run), GIVEN | given)
    assert answer.status_code == 302, answer.content.decode()
    return PrintOrder.objects.latest("pk")


def about(order: PrintOrder, name: str) -> str:
    return reverse(f"portal:{name}", args=[order.unit.code, order.pk])


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("role", ROLES)
def test_those_print_who_may_enter_papers_into_the_register(signed: Signed, run: Run, role: str) -> None:
    expected = 200 if role in PRINTS else 404
    assert signed(role).get(page(run)).status_code == expected
    assert signed(role).post(page(run), {}).status_code == (400 if role in PRINTS else 404)


def test_the_page_of_results_leads_to_printing(signed: Signed, run: Run) -> None:
    results = signed().get(reverse("portal:results", args=[run.unit.code, run.period]))
    assert page(run) in text(results)


def test_the_page_of_a_person_leads_to_printing_for_that_person(signed: Signed, run: Run) -> None:
    subject = signed().get(reverse("portal:subject", args=[run.unit.code, run.period, "1002"]))
    assert f"{page(run)}?no=1002" in text(subject)
    assert 'value="1002"' in text(signed().get(f"{page(run)}?no=1002"))


def action(client: Client, people: Sequence[Person]) -> Any:
    """What comes of choosing the people in the admin's list and the action that prints."""
    given = {"action": "print_papers", ACTION_CHECKBOX_NAME: [person.pk for person in people]}
    return client.post(reverse("admin:units_person_changelist"), given, follow=True)


def test_people_chosen_in_the_list_are_printed_for(signed: Signed, run: Run) -> None:
    client = signed()
    people = list(run.unit.people.filter(no__in=["1001", "1003", "1005"]))
    answer = action(client, people)
    assert 'value="1001，1003"' in text(answer)
    assert "的结果里没有1005，已从名单中去掉" in text(answer)


def test_people_of_another_unit_are_not_printed_for(signed: Signed, run: Run, neighbours_run: Run) -> None:
    people = [run.unit.people.get(no="1001"), neighbours_run.unit.people.get()]
    assert 'value="1001"' in text(action(signed(), people))
    assert "分属几个单位" in text(action(signed("superuser"), people))


def test_those_who_may_not_print_have_no_button(signed: Signed, run: Run) -> None:
    person = run.unit.people.get(no="1001")
    department = run.unit.departments.get(code="K01")
    for row, query in ((person, "?no=1001"), (department, "?department=K01"), (run.unit, "")):
        model = row._meta.model_name
        address = reverse(f"admin:units_{model}_change", args=[row.pk])
        button = f'href="{reverse("portal:print_for", args=[run.unit.code])}{query}">打印表册'
        assert button in text(signed("committee").get(address))
        assert button not in text(signed("recorder").get(address))
    assert "print_papers" not in text(signed("recorder").get(reverse("admin:units_person_changelist")))


def test_a_list_that_is_kept_no_longer_prints_nobody_unasked(signed: Signed, run: Run) -> None:
    assert "名单已经不在了" in text(signed().get(f"{page(run)}?chosen=0123"))


def test_the_newest_result_that_has_the_subject_is_offered(signed: Signed, run: Run) -> None:
    month = reckon(run.unit, "2025H1", scheme_code=run.edition.scheme.code)
    client = signed()
    address = reverse("portal:print_for", args=[run.unit.code])
    where = client.get(f"{address}?department=K02")
    assert where["Location"] == f"{page(run)}?run={run.pk}&department=K02"
    shown = text(client.get(where["Location"]))
    assert f'<option value="{month.pk}"' in shown
    assert 'value="K02" id="id_departments_1" checked' in shown
    assert client.get(f"{address}?run={month.pk}")["Location"].startswith(page(month))


def test_who_is_not_in_the_result_is_told_and_not_exchanged_for_everybody(signed: Signed, run: Run) -> None:
    client = signed()
    asked = f"{page(run)}?no=1005"
    assert "的结果里没有1005，不能打印" in text(client.get(asked))
    assert client.post(asked, GIVEN | {"nos": "1005"}).status_code == 400


def test_an_order_is_watched_and_fetched(signed: Signed, run: Run) -> None:
    client = signed()
    order = ordered(client, run)
    assert "排队中" in text(client.get(about(order, "print_order")))
    assert client.get(about(order, "print_progress")).json() == {
        "unfinished": True, "done": 0, "total": 1, "state": "排队中", "percent": 0,
    }  # fmt: skip
    assert client.get(about(order, "print_file")).status_code == 404
    call_command("run_worker", "--until-empty")
    assert "年度考核登记表_1001_陈一.pdf" in text(client.get(about(order, "print_order")))
    answer = client.get(about(order, "print_file"))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert IssuedPaper.objects.get().issued_by == order.ordered_by


def test_an_order_is_stopped_and_goes_on(signed: Signed, run: Run) -> None:
    client = signed()
    order = ordered(client, run)
    client.post(about(order, "print_change"), {"do": "stop"})
    assert "从停下的地方继续" in text(client.get(about(order, "print_order")))
    client.post(about(order, "print_change"), {"do": "resume"})
    assert "排队中" in text(client.get(about(order, "print_order")))
    assert client.post(about(order, "print_change"), {"do": "delete"}).status_code == 404


def test_an_order_of_another_unit_is_not_found(
    signed: Signed, run: Run, neighbours_run: Run, visitor: Callable[..., Account]
) -> None:
    order = ordered(signed(), run)
    call_command("run_worker", "--until-empty")
    stranger = Client()
    stranger.force_login(visitor("scheme_admin", neighbours_run.unit))
    for name in ("print_order", "print_progress", "print_file"):
        assert stranger.get(about(order, name)).status_code == 404
        theirs = reverse(f"portal:{name}", args=[neighbours_run.unit.code, order.pk])
        assert stranger.get(theirs).status_code == 404
    assert stranger.post(about(order, "print_change"), {"do": "stop"}).status_code == 404


def test_a_run_of_another_unit_is_not_printed(signed: Signed, run: Run, neighbours_run: Run) -> None:
    assert signed().get(f"{page(run)}?run={neighbours_run.pk}").status_code == 404


def test_numbers_are_given_in_any_manner(signed: Signed, run: Run) -> None:
    order = ordered(signed(), run, nos="1001，1002\n1001、1003 ")
    assert order.wanted["nos"] == ["1001", "1002", "1003"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"nos": "9999"}, "没有编号为“9999”的考核对象"),
        ({"form": ""}, "请选择要打印的表册"),
        ({"posted": "一月"}, "日期请写作"),
        ({"format": "xlsx"}, "没有 xlsx 格式"),
    ],
)
def test_what_cannot_be_printed_is_told_on_the_page(
    signed: Signed, run: Run, given: dict[str, str], sentence: str
) -> None:
    answer = signed().post(page(run), GIVEN | given)
    assert answer.status_code == 400
    assert sentence in text(answer)
    assert not PrintOrder.objects.exists()


def test_a_form_that_was_downloaded_by_itself_is_registered(
    run: Run, client: Client, visitor: Callable[..., Account]
) -> None:
    person = run.unit.people.get(no="1001")
    account = visitor(person=person)
    client.force_login(account)
    client.get(reverse("portal:annual_form", args=[run.unit.code, run.period, "1001"]))
    assert IssuedPaper.objects.get().issued_by == account


@pytest.fixture
def early(
    client: Client, bureau: Unit, bureau_people: dict[str, Person], visitor: Callable[..., Account]
) -> Client:
    """The browser of a committee whose unit has a published scheme and people, and no result yet."""
    client.force_login(visitor("committee", bureau))
    return client


def test_before_the_first_reckoning_the_roster_and_ballot_sheets_are_printed(
    early: Client, bureau: Unit
) -> None:
    roster = text(early.get(reverse("portal:roster", args=[bureau.code, "2025"])))
    address = f"{reverse('portal:prints', args=[bureau.code, '2025'])}?scheme=bureau&form=roster"
    assert address.replace("&", "&amp;") in roster
    shown = text(early.get(address))
    assert "还没有核算" in shown
    assert [f'value="{form}"' in shown for form in ("roster", "appraisal", "annual", "notice")] == [
        True, True, False, False,
    ]  # fmt: skip
    for form in ("roster", "appraisal"):
        assert early.post(address, GIVEN | {"form": form, "nos": ""}).status_code == 302
    call_command("run_worker", "--until-empty")
    assert {paper.form for paper in IssuedPaper.objects.filter(run=None)} == {"roster", "appraisal"}
    assert early.post(address, GIVEN).status_code == 400


def test_where_nothing_was_reckoned_the_print_button_leads_to_the_newest_roster(
    early: Client, bureau: Unit
) -> None:
    address = reverse("portal:print_for", args=[bureau.code])
    where = early.get(f"{address}?no=1001")["Location"]
    assert where.endswith("?scheme=bureau&no=1001")
    assert 'value="1001"' in text(early.get(where))
    assert early.get(f"{address}?run=2025:bureau")["Location"].endswith("/print/2025/?scheme=bureau")
    assert early.get(f"{address}?run=2025:other").status_code == 404


def test_a_unit_without_a_published_scheme_has_nothing_to_print(
    client: Client, other_unit: Unit, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("committee", other_unit))
    assert "还没有考核结果" in text(client.get(reverse("portal:print_for", args=[other_unit.code])))
    answer = client.get(reverse("portal:prints", args=[other_unit.code, "2025"]))
    assert answer.status_code == 404
    assert "没有已发布的考核办法" in text(answer)


def test_a_period_that_the_scheme_does_not_have_is_told_with_those_that_it_has(
    early: Client, bureau: Unit
) -> None:
    answer = early.get(reverse("portal:prints", args=[bureau.code, "2025Q3"]))
    assert answer.status_code == 404
    assert "不按季度考核，没有2025年第3季度的名册；可以打印的期间：年、半年" in text(answer)
