"""Runs and results in the admin: shown to their unit, written by nobody."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import Run
from units.models import Account

READS = ("view_run", "view_result", "view_awardline")
WRITES = ("add_run", "change_run", "delete_run", "change_result", "delete_result")


@pytest.fixture
def auditor(client: Client, run: Run, account_in: Callable[..., Account]) -> Client:
    """A browser of somebody of 某局 whose permissions go further than the pages do."""
    client.force_login(account_in("auditor", run.unit, permissions=READS + WRITES))
    return client


def test_the_list_of_runs_leads_to_the_page_of_that_run(auditor: Client, run: Run) -> None:
    page = auditor.get(reverse("admin:assessments_run_changelist")).content.decode()
    address = reverse("portal:results", args=[run.unit.code, "2025"])
    assert f'<a href="{address}?run={run.pk}">查看</a>' in page


def test_a_result_leads_to_where_each_point_comes_from(auditor: Client, run: Run) -> None:
    page = auditor.get(reverse("admin:assessments_result_changelist")).content.decode()
    address = reverse("portal:subject", args=[run.unit.code, "2025", "1002"])
    assert f'<a href="{address}?run={run.pk}">查看</a>' in page


def test_a_result_shows_its_lines(auditor: Client, run: Run) -> None:
    result = run.results.get(no="1002")
    page = auditor.get(reverse("admin:assessments_result_change", args=[result.pk])).content.decode()
    assert "无故不参加集中学习" in page


@pytest.mark.parametrize("model", ["run", "result"])
def test_nothing_can_be_written(auditor: Client, run: Run, model: str) -> None:
    row = run if model == "run" else run.results.get(no="1002")
    assert auditor.get(reverse(f"admin:assessments_{model}_add")).status_code == 403
    change = reverse(f"admin:assessments_{model}_change", args=[row.pk])
    assert auditor.post(change, {"period": "1999", "name": "别人"}).status_code == 403
    delete = reverse(f"admin:assessments_{model}_delete", args=[row.pk])
    assert auditor.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", ["run", "result"])
def test_another_units_rows_are_neither_listed_nor_opened(
    auditor: Client, run: Run, neighbours_run: Run, model: str
) -> None:
    row = neighbours_run if model == "run" else neighbours_run.results.get()
    listed = auditor.get(reverse(f"admin:assessments_{model}_changelist")).content.decode()
    assert "邻局" not in listed
    assert "孙六" not in listed
    change = reverse(f"admin:assessments_{model}_change", args=[row.pk])
    assert auditor.get(change).status_code == 302
