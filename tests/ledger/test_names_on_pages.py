"""Lists and forms call groups, figures, parts and items by their names, and give numbers without idle zeros."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from ledger.imports.ballots import import_ballots
from ledger.imports.metrics import import_metrics
from ledger.imports.people import import_people
from ledger.imports.report import ImportReport
from tests.ledger.conftest import csv_of
from units.models import Account, Person, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client, bureau_people: dict[str, Person]) -> Client:
    client.force_login(Account.objects.create(username="root", is_superuser=True))
    return client


def page(root: Client, name: str, *args: object) -> str:
    return root.get(reverse(f"admin:{name}", args=args)).content.decode()


def test_a_figure_is_called_by_the_rule_that_reads_it(
    root: Client, imported: Callable[..., ImportReport]
) -> None:
    imported(import_metrics, "指标,期间,对象,数值\nreflections,2025H1,1001,1\n")
    shown = page(root, "ledger_metric_changelist")
    assert "学习心得每半年1篇，每少1篇" in shown
    assert "（reflections）" not in shown and ">reflections<" not in shown
    assert "2025年上半年" in shown
    assert "1.0000" not in shown


def test_a_ballot_s_part_is_called_by_name(root: Client, imported: Callable[..., ImportReport]) -> None:
    head = "期间,轮次,部分,评议组,评议人,评议人部门,对象,分数\n"
    cast = "".join(
        f"2025,,democratic,,r{n},K01,1001,{score}\n" for n, score in enumerate(("92", "92.5", "93"))
    )
    imported(import_ballots, head + cast)
    shown = page(root, "ledger_ballot_changelist")
    assert "述职民主评议" in shown and "（democratic）" not in shown and ">democratic<" not in shown
    assert "92.5" in shown and "92.5000" not in shown


def test_an_event_s_item_is_called_by_name(
    root: Client, events: Callable[..., ImportReport], row: Callable[..., str]
) -> None:
    events(row())
    assert "陈一（1001） B102 无故不参加集中学习" in page(root, "ledger_event_changelist")


def test_a_group_is_chosen_and_shown_by_name(root: Client, bureau_people: dict[str, Person]) -> None:
    form = page(root, "units_person_change", bureau_people["1001"].pk)
    assert '<option value="section" selected>科级干部</option>' in form
    assert 'field-group_name">科级干部<' in page(root, "units_appointment_changelist")


def test_a_group_that_no_scheme_names_any_more_stays(root: Client, bureau_people: dict[str, Person]) -> None:
    post = bureau_people["1001"].appointments.get()
    post.group = "former"
    post.save()
    form = page(root, "units_person_change", bureau_people["1001"].pk)
    assert '<option value="former" selected>former</option>' in form


def test_a_preview_of_people_calls_groups_by_name(bureau: Unit) -> None:
    text = "工号,姓名,部门,部门名称,分组,职务,起\n7,新人,K1,一科,staff,科员,2025-01-01\n"
    report = import_people(bureau, csv_of(text), filename="people.csv", dry_run=True)
    assert "新增 任职 7：K1 其他人员 科员 2025年1月1日起" in report.lines
