"""The committee's page: what it must look at comes first; decisions, publication, closing and the ways back."""

import datetime
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.template.defaultfilters import striptags
from django.test import Client
from django.urls import reverse

from assessments.models import Decision, Publication, Run
from assessments.projection import project
from assessments.reckoning import reckon, scheme_of
from jobs.work import perform, take
from ledger.imports.events import import_events
from ledger.models import PeriodClosing
from portal.places import band_places
from portal.review_page import review_page
from units.models import Account, Membership, Unit

pytestmark = pytest.mark.django_db
DECIDES = {"superuser", "scheme_admin", "committee"}
CLOSES = {"superuser", "scheme_admin", "committee"}
ROLES = [*Membership.Role.values, "superuser"]
GIVEN = {"band": "basic", "reason": "群众反映", "minutes": "纪要〔2026〕1号"}


def text_of(response: Any) -> str:
    body = response.content.decode().partition("<main")[2].partition(">")[2]
    return re.sub(r"\s+", " ", striptags(body))


def address(run: Run, name: str = "review") -> str:
    return reverse(f"portal:{name}", args=[run.unit.code, run.period])


@pytest.fixture
def signed_in(client: Client, run: Run, visitor: Callable[..., Account]) -> Callable[..., Client]:
    """The browser of somebody with the role in the run's unit."""

    def make(role: str = "scheme_admin", unit: Unit | None = None) -> Client:
        client.force_login(visitor(role, unit or run.unit))
        return client

    return make


@pytest.fixture
def tied_run(run: Run) -> Run:
    """The run with 1001 and 1002 tied at the cut of the excellent."""
    result = run.result
    for subject in result["subjects"]:
        if subject["no"] in ("1001", "1002"):
            subject["flags"] = ["tie_at_cut:excellent"]
    project(run, result, run.inputs.read())
    return run


def test_ties_come_first_then_vetoes_then_missing_figures_then_the_others(
    signed_in: Callable[..., Client], tied_run: Run
) -> None:
    result = tied_run.result
    tie, lacks = ["tie_at_cut:excellent"], ["figure_missing:B103"]
    flags = {"1001": tie, "1002": tie, "1003": lacks}
    for subject in result["subjects"]:
        subject["flags"] = flags.get(subject["no"], subject["flags"])
    project(tied_run, result, tied_run.inputs.read())
    page = signed_in().get(address(tied_run)).content.decode()
    headings = re.findall(r'<h2 id="group-(\w+)"', page)
    assert headings[:3] == ["tie_at_cut", "vetoed", "figure_missing"]


def test_who_lacks_an_amount_that_few_have_does_not_hide_who_lacks_a_figure(run: Run) -> None:
    scheme = scheme_of(run.edition)
    money = replace(scheme.rule("B103"), code="M1", name="计提奖励", family="bracket")
    scheme = replace(scheme, rules=(*scheme.rules, money))
    flags = {
        "1001": ["figure_missing:B103", "figure_missing:M1"],
        "1002": ["figure_missing:M1"],
        "1003": ["figure_missing:M1"],
    }
    result = run.result
    for subject in result["subjects"]:
        subject["flags"] = flags.get(subject["no"], [])
    project(run, result, run.inputs.read())
    groups = {group.code: group for group in review_page(run, scheme).groups}
    assert [row.no for row in groups["figure_missing"].rows] == ["1001"]
    assert {row.no for row in groups["amount_of_few"].rows} == {"1002", "1003"}
    assert groups["amount_of_few"].advice.startswith("“计提奖励”只有1个考核对象有数据。")
    # Where nobody has it, it is not registered yet: everybody lacks it, which is said once.
    for subject in result["subjects"]:
        subject["flags"] = ["figure_missing:M1"]
    project(run, result, run.inputs.read())
    page = review_page(run, scheme)
    assert [group.code for group in page.groups] == ["others"]
    assert [lack.sentence for lack in page.lacks] == [
        "全部4个考核对象都没有指标“notes”的数据，“计提奖励”没有评判。"
    ]


def test_a_corrected_result_shows_what_the_committee_decided_before(
    signed_in: Callable[..., Client], run: Run
) -> None:
    browser = signed_in()
    browser.post(address(run), {"no": ["1001"], **GIVEN})
    browser.post(address(run, "publish"), {"run": run.pk})
    assert "上次核算后审定" not in text_of(browser.get(address(run)))
    later = "事件号,日期,事项,对象\nE9,2025-10-01,B102,1001\n"
    import_events(run.unit, BytesIO(later.encode()), filename="更正.csv")
    reckon(run.unit, "2025")
    page = text_of(browser.get(address(run)))
    assert "上次核算后审定为基本称职(基本合格)：群众反映（纪要〔2026〕1号）" in page


def test_who_is_outside_the_count_holds_none_of_the_places(run: Run) -> None:
    scheme, result = scheme_of(run.edition), run.result
    rules = [
        replace(r, params={**r.params, "uncounted_apart": True}) for r in scheme.rules if r.family == "share"
    ]
    others = [rule for rule in scheme.rules if rule.family != "share"]
    for number, subject in enumerate(result["subjects"]):
        subject["band"] = "excellent"
        subject["flags"] = ["uncounted:top_fifth"] if number == 0 else []
    counted = len(result["subjects"]) - 1
    (places,) = band_places(result, replace(scheme, rules=(*others, *rules)))
    assert (places.held, places.places) == (counted, counted // 5)


def test_more_in_a_band_than_it_has_places_is_told(signed_in: Callable[..., Client], run: Run) -> None:
    browser = signed_in()
    assert "优秀：名额0个，现有0个。" in text_of(browser.get(address(run)))
    answer = browser.post(address(run), {"no": ["1001"], **GIVEN, "band": "excellent"}, follow=True)
    assert "优秀：名额0个，现有1个，超出1个" in text_of(answer)


def test_one_decision_is_recorded_and_shown_beside_the_reckoning(
    signed_in: Callable[..., Client], run: Run
) -> None:
    browser = signed_in()
    answer = browser.post(address(run), {"no": ["1001"], **GIVEN}, follow=True)
    assert "已登记1个考核对象的审定" in text_of(answer)
    decision = Decision.objects.get()
    assert (decision.no, decision.band, decision.minutes) == ("1001", "basic", "纪要〔2026〕1号")
    assert "群众反映（纪要〔2026〕1号）" in text_of(browser.get(address(run)))
    listed = text_of(browser.get(reverse("portal:results", args=[run.unit.code, run.period])))
    assert re.search(r"基本称职\S* *审定；核算", listed)
    subject = text_of(browser.get(reverse("portal:subject", args=[run.unit.code, run.period, "1001"])))
    assert "审定 基本称职" in subject
    assert "审定理由：群众反映" in subject


def test_decisions_on_a_large_result_are_recorded_by_a_job_and_the_page_says_how_far_it_is(
    signed_in: Callable[..., Client], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessments.decision_orders.LARGE_BYTES", 0)
    browser = signed_in()
    answer = browser.post(address(run), {"no": ["1001"], **GIVEN}, follow=True)
    assert "已提交登记" in text_of(answer)
    assert "审定正在后台登记（排队中）" in text_of(answer)
    assert 'name="band"' not in answer.content.decode()
    further = text_of(browser.post(address(run), {"no": ["1002"], **GIVEN}, follow=True))
    assert "上一次登记的审定还在办理" in further
    published = text_of(browser.post(address(run, "publish"), {"run": run.pk}, follow=True))
    assert "请等登记完成后再公布" in published
    assert not Decision.objects.exists()
    task = take()
    assert task is not None
    perform(task)
    page = text_of(browser.get(address(run)))
    assert "群众反映（纪要〔2026〕1号）" in page
    assert "正在后台登记" not in page
    assert Decision.objects.get().decided_by is not None


def test_several_are_decided_at_once(signed_in: Callable[..., Client], run: Run) -> None:
    signed_in().post(address(run), {"no": ["1001", "1002"], **GIVEN})
    assert set(Decision.objects.values_list("no", flat=True)) == {"1001", "1002"}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"no": []}, "请先勾选要审定的考核对象"),
        ({"band": ""}, "请选择审定等次"),
        ({"reason": ""}, "请填写审定理由"),
        ({"minutes": ""}, "请填写会议纪要文号"),
    ],
)
def test_a_decision_that_lacks_something_is_refused_and_what_was_typed_stays(
    signed_in: Callable[..., Client], run: Run, sent: dict[str, Any], said: str
) -> None:
    response = signed_in().post(address(run), {"no": ["1001"], **GIVEN, **sent})
    assert said in text_of(response)
    assert not Decision.objects.exists()
    if "reason" not in sent:
        assert 'value="群众反映"' in response.content.decode()


@pytest.mark.parametrize("sent", [{"no": ["9999"]}, {"band": "best"}])
def test_a_forged_subject_or_band_is_refused(
    signed_in: Callable[..., Client], run: Run, sent: dict[str, Any]
) -> None:
    signed_in().post(address(run), {"no": ["1001"], **GIVEN, **sent})
    assert not Decision.objects.exists()


def test_a_settled_tie_is_no_longer_waited_for(signed_in: Callable[..., Client], tied_run: Run) -> None:
    browser = signed_in()
    assert "2人并列待定" in text_of(browser.get(address(tied_run)))
    for no in ("1001", "1002"):
        row = tied_run.results.get(no=no)
        row.summary |= {"decision": {"kind": "tie", "band": "competent", "reason": "甲", "minutes": "乙"}}
        row.save()
    page = text_of(browser.get(address(tied_run)))
    assert "人并列待定" not in page
    assert "并列已审定 2" in text_of(
        browser.get(reverse("portal:results", args=[tied_run.unit.code, "2025"]))
    )


def test_an_earlier_run_is_not_decided_any_more(signed_in: Callable[..., Client], run: Run) -> None:
    later = "事件号,日期,事项,对象\nE9,2025-10-01,B102,1001\n"
    import_events(run.unit, BytesIO(later.encode()), filename="补登.csv")
    reckon(run.unit, "2025")
    answer = signed_in().post(f"{address(run)}?run={run.pk}", {"no": ["1001"], **GIVEN})
    assert "此后已重新核算" in text_of(answer)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("role", ROLES)
def test_decisions_and_publications_are_of_those_who_may(
    role: str, signed_in: Callable[..., Client], run: Run
) -> None:
    browser = signed_in(role)
    browser.post(address(run), {"no": ["1001"], **GIVEN})
    browser.post(address(run, "publish"), {"run": run.pk})
    expected = int(role in DECIDES)
    assert (Decision.objects.count(), Publication.objects.count()) == (expected, expected)


@pytest.mark.parametrize("role", ROLES)
def test_a_period_is_closed_and_reopened_by_those_who_may(
    role: str, signed_in: Callable[..., Client], run: Run
) -> None:
    browser = signed_in(role)
    browser.post(address(run, "close"))
    assert PeriodClosing.objects.in_force(run.unit).exists() is (role in CLOSES)
    browser.post(address(run, "reopen"), {"reason": "补登"})
    assert not PeriodClosing.objects.in_force(run.unit).exists()


@pytest.mark.parametrize("name", ["review", "publish", "close", "reopen"])
def test_nobody_of_another_unit_changes_anything(
    name: str, signed_in: Callable[..., Client], run: Run, other_unit: Unit
) -> None:
    sent = {"no": ["1001"], "run": run.pk, **GIVEN}
    assert signed_in("scheme_admin", other_unit).post(address(run, name), sent).status_code == 404
    assert not Decision.objects.exists()
    assert not Publication.objects.exists()
    assert not PeriodClosing.objects.exists()


def test_open_ties_are_published_only_knowingly(signed_in: Callable[..., Client], tied_run: Run) -> None:
    browser = signed_in()
    answer = browser.post(address(tied_run, "publish"), {"run": tied_run.pk}, follow=True)
    assert "还有2个对象并列待定" in text_of(answer)
    browser.post(address(tied_run, "publish"), {"run": tied_run.pk, "ties_known": "on"})
    assert Publication.objects.count() == 1


def test_a_correction_takes_a_reason(signed_in: Callable[..., Client], run: Run) -> None:
    browser = signed_in()
    browser.post(address(run, "publish"), {"run": run.pk})
    browser.post(address(run), {"no": ["1001"], **GIVEN})
    sent = {"run": run.pk, "corrects": "1"}
    assert "须写明理由" in text_of(
        browser.post(address(run, "publish"), {**sent, "reason": " "}, follow=True)
    )
    answer = browser.post(address(run, "publish"), {**sent, "reason": "审定后更正"}, follow=True)
    assert "更正后的结果已公布" in text_of(answer)
    assert Publication.objects.current().get().reason == "审定后更正"


def test_a_result_before_its_periods_end_is_published_only_with_a_reason(
    signed_in: Callable[..., Client], run: Run
) -> None:
    early = reckon(run.unit, "2025", as_of=datetime.date(2025, 6, 30))
    browser = signed_in()
    assert "数据只到2025年6月30日，2025年还没有结束" in text_of(browser.get(address(early)))
    refused = browser.post(address(early, "publish"), {"run": early.pk}, follow=True)
    assert "请写明为何提前公布" in text_of(refused) and not Publication.objects.exists()
    browser.post(address(early, "publish"), {"run": early.pk, "reason": "年中换届"})
    assert Publication.objects.get().reason == "年中换届"


def test_reopening_takes_a_reason(signed_in: Callable[..., Client], run: Run) -> None:
    browser = signed_in()
    browser.post(address(run, "close"))
    assert "没有办理：解除封账须写明理由" in text_of(browser.post(address(run, "reopen"), follow=True))
    assert PeriodClosing.objects.in_force(run.unit).exists()


@pytest.mark.parametrize("named", ["", "abc", "999999"])
def test_a_run_that_is_not_there_is_not_published(
    signed_in: Callable[..., Client], run: Run, named: str
) -> None:
    assert signed_in().post(address(run, "publish"), {"run": named}).status_code == 404
