"""The year after: what is done stays done, and what a correction touches says so."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.template.defaultfilters import striptags
from django.test import Client
from django.urls import reverse

from assessments.models import Run
from assessments.publication import publish_run
from assessments.reckoning import reckon
from ledger.closing import close_period, reopen_period
from ledger.imports.events import import_events
from ledger.imports.metrics import import_metrics
from ledger.withdrawal import withdraw_event
from rulesets.drafts import copy_as_draft
from rulesets.models import Edition, Rule, RuleTarget
from rulesets.publication import publish
from tests.portal.conftest import csv_file
from units.models import Account, Unit

pytestmark = pytest.mark.django_db
HOME = reverse("portal:home")
NEXT_YEAR = "事件号,日期,事项,对象\nF1,2026-02-03,B102,1001\n"
LATER_THIS_YEAR = "事件号,日期,事项,对象\nE9,2025-10-01,B102,1001\n"


def text_of(response: Any) -> str:
    body = response.content.decode().partition("<main")[2].partition(">")[2]
    return re.sub(r"\s+", " ", striptags(body))


@pytest.fixture
def committee(client: Client, run: Run, visitor: Callable[..., Account]) -> Client:
    client.force_login(visitor("committee", run.unit))
    return client


@pytest.fixture
def published_run(run: Run) -> Run:
    """The year 2025, published and closed."""
    publish_run(run)
    close_period(run.unit, "2025")
    return run


def bring_in(unit: Unit, text: str) -> None:
    import_events(unit, csv_file(text), filename="补登.csv")


def next_edition(run: Run, begins: datetime.date | None) -> Edition:
    draft = copy_as_draft(run.edition)
    draft.effective_from = begins
    draft.save()
    return publish(draft, reason="改分值")


def test_what_is_recorded_of_the_next_year_asks_nothing_of_the_last(
    committee: Client, published_run: Run
) -> None:
    bring_in(published_run.unit, NEXT_YEAR)
    text = text_of(committee.get(HOME, {"period": "2025"}))
    assert "本期工作已经办结" in text
    assert "又登记了新的内容" not in text


def test_once_a_year_is_published_the_first_page_goes_on_with_the_next(
    committee: Client, published_run: Run
) -> None:
    assert "工作方案》2025年" in text_of(committee.get(HOME))
    bring_in(published_run.unit, NEXT_YEAR)
    assert "工作方案》2026年" in text_of(committee.get(HOME))


def test_until_a_year_is_published_the_first_page_stays_with_it(committee: Client, run: Run) -> None:
    bring_in(run.unit, NEXT_YEAR)
    assert "工作方案》2025年" in text_of(committee.get(HOME))


def test_a_day_still_to_come_does_not_take_the_first_page_along(
    committee: Client, published_run: Run
) -> None:
    bring_in(published_run.unit, "事件号,日期,事项,对象\nF1,2062-03-01,B102,1001\n")
    assert "工作方案》2025年" in text_of(committee.get(HOME))


def test_a_change_after_publication_is_told_on_the_page_of_the_year_after(
    committee: Client, published_run: Run
) -> None:
    unit = published_run.unit
    bring_in(unit, NEXT_YEAR)
    reopen_period(unit, "2025", "有误")
    withdraw_event(unit, "E1", "登记有误")
    assert "2025年的结果公布之后登记有变" in text_of(committee.get(HOME))


def test_a_result_that_was_reckoned_again_and_not_published_is_told(
    committee: Client, published_run: Run
) -> None:
    unit = published_run.unit
    bring_in(unit, NEXT_YEAR)
    reopen_period(unit, "2025", "有误")
    bring_in(unit, LATER_THIS_YEAR)
    reckon(unit, "2025")
    close_period(unit, "2025")
    assert "2025年重新核算的结果与已公布的不同" in text_of(committee.get(HOME, {"period": "2026"}))


def test_an_edition_for_the_next_year_is_not_asked_of_the_last(committee: Client, published_run: Run) -> None:
    next_edition(published_run, datetime.date(2026, 1, 1))
    text = text_of(committee.get(HOME, {"period": "2025"}))
    assert "第1版 已停用" in text
    assert "此后已发布第2版" not in text
    assert "第2版 已发布" in text_of(committee.get(HOME, {"period": "2026"}))


def test_years_on_record_can_be_chosen_however_long_ago(committee: Client, run: Run) -> None:
    bring_in(run.unit, "事件号,日期,事项,对象\nD1,2022-03-03,B102,1001\n")
    page = committee.get(HOME).content.decode()
    assert '<option value="2022">2022年</option>' in page
    assert '<option value="2021">' not in page


def test_what_everybody_lacks_is_said_once_and_badges_nobody(committee: Client, run: Run) -> None:
    page = committee.get(reverse("portal:results", args=["bureau", "2025"])).content.decode()
    assert "全部4个考核对象都没有指标“notes”的数据，“全年学习笔记少于1万字”没有评判。" in page
    assert '<span class="tag">缺少数据</span>' not in page


def test_who_lacks_what_others_have_is_badged(committee: Client, run: Run) -> None:
    figures = "指标,期间,对象,数值\n" + "".join(f"notes,2025,100{n},12000\n" for n in (1, 2, 3))
    import_metrics(run.unit, csv_file(figures), filename="笔记.csv")
    reckon(run.unit, "2025")
    page = committee.get(reverse("portal:results", args=["bureau", "2025"])).content.decode()
    assert "1个考核对象（共4个）没有指标“notes”的数据" in page
    badged = [row for row in page.split("<tr>") if '<span class="tag">缺少数据</span>' in row]
    assert len(badged) == 1 and 'class="no">1004<' in badged[0]


def test_what_is_missing_leads_to_where_it_is_entered_for_who_may(
    client: Client, run: Run, visitor: Callable[..., Account]
) -> None:
    led = f'<a href="{reverse("admin:ledger_metric_import")}">导入指标数据</a>'
    for role, is_led in (("scheme_admin", True), ("leader", False)):
        client.force_login(visitor(role, run.unit))
        assert (
            led in client.get(reverse("portal:results", args=["bureau", "2025"])).content.decode()
        ) is is_led


@pytest.fixture
def looks_back(run: Run) -> Run:
    """The year 2026, reckoned by an edition that asks for last year's band; 2025 is published."""
    draft = copy_as_draft(run.edition)
    Edition.objects.filter(pk=draft.pk).update(effective_from=datetime.date(2026, 1, 1))
    draft.refresh_from_db()
    twice = Rule.objects.create(
        edition=draft, family="payout", code="twice", name="连续两年称职", params={"kind": "flag"}, order=99
    )
    RuleTarget.objects.create(rule=twice, purpose="last_year", target_rule=draft.rules.get(code="competent"))
    publish(draft, reason="增加一条")
    publish_run(run)
    bring_in(run.unit, NEXT_YEAR)
    return reckon(run.unit, "2026", as_of=datetime.date(2026, 3, 31))


@pytest.mark.parametrize("address", ["home", "review"])
def test_a_correction_of_last_year_is_told_where_a_result_builds_on_it(
    address: str, committee: Client, run: Run, looks_back: Run
) -> None:
    page = HOME if address == "home" else reverse("portal:review", args=["bureau", "2026"])
    assert "本期沿用" not in text_of(committee.get(page, {"period": "2026"}))
    bring_in(run.unit, LATER_THIS_YEAR)
    publish_run(reckon(run.unit, "2025"), "补登")
    said = text_of(committee.get(page, {"period": "2026"}))
    assert "本期沿用《内部量化考核工作方案》2025年的结果，它在这次核算之后公布了更正" in said
