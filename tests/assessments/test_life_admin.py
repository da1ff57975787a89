"""Decisions, publications and closings in the admin: shown to their unit, written by nobody."""

from collections.abc import Callable

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from assessments.decisions import DecisionEntry, decide
from assessments.models import Run
from assessments.publication import publish_run
from assessments.reckoning import reckon
from ledger.closing import close_period
from units.models import Account, Person, Unit

MODELS = ["assessments_decision", "assessments_publication", "ledger_periodclosing"]
ACTS = ("view", "add", "change", "delete")
PERMISSIONS = tuple(f"{act}_{model.partition('_')[2]}" for model in MODELS for act in ACTS)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(bureau: Unit, bureau_people: dict[str, Person]) -> dict[str, Model]:
    """A row of each model in 某局."""
    run: Run = reckon(bureau, "2025")
    (decision,) = decide(run, [DecisionEntry("1001", "incompetent", "集体研究", "会议纪要7号")])
    publication, _ = publish_run(run, "年度公布")
    closing, _ = close_period(bureau, "2025")
    return dict(zip(MODELS, (decision, publication, closing), strict=True))


@pytest.fixture
def auditor(
    client: Client, rows: dict[str, Model], bureau: Unit, account_in: Callable[..., Account]
) -> Client:
    """A browser of somebody of 某局 whose permissions go further than the pages do."""
    client.force_login(account_in("auditor", bureau, permissions=PERMISSIONS))
    return client


@pytest.fixture
def stranger(
    client: Client, rows: dict[str, Model], other_unit: Unit, account_in: Callable[..., Account]
) -> Client:
    """A browser of somebody of another unit with the same permissions."""
    client.force_login(account_in("stranger", other_unit, permissions=PERMISSIONS))
    return client


@pytest.mark.parametrize(
    ("model", "words"), list(zip(MODELS, ["不称职(不合格)", "年度公布", "2025年"], strict=True))
)
def test_a_row_is_listed_and_opened_within_its_unit(
    auditor: Client, rows: dict[str, Model], model: str, words: str
) -> None:
    assert words in auditor.get(reverse(f"admin:{model}_changelist")).content.decode()
    assert auditor.get(reverse(f"admin:{model}_change", args=[rows[model].pk])).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_no_row_is_written(auditor: Client, rows: dict[str, Model], model: str) -> None:
    key = rows[model].pk
    assert auditor.get(reverse(f"admin:{model}_add")).status_code == 403
    assert auditor.post(reverse(f"admin:{model}_change", args=[key]), {"reason": "x"}).status_code == 403
    assert auditor.post(reverse(f"admin:{model}_delete", args=[key]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_another_unit_sees_nothing(stranger: Client, rows: dict[str, Model], model: str) -> None:
    listed = stranger.get(reverse(f"admin:{model}_changelist")).content.decode()
    assert "会议纪要7号" not in listed
    assert "年度公布" not in listed
    assert "某局" not in listed
    assert stranger.get(reverse(f"admin:{model}_change", args=[rows[model].pk])).status_code == 302
