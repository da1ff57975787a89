"""The second wall: on PostgreSQL the database itself shows and takes rows of the units within reach alone."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from assessments.models import AwardLine, Document, Result, Run
from jobs.models import Job
from jobs.orders import submit
from jobs.registry import register
from ledger.models import Batch, Event
from rulesets.models import Edition
from rulesets.packs import load_pack, pack_from
from units import row_security
from units.bulk import insert_frames
from units.composite_keys import RowsOfTwoUnits, install_keys, missing_keys
from units.models import Account, Department, Membership, Person, Unit
from units.reach import NOWHERE, Reach, _reaching, everywhere, within
from units.row_security import LEGIBLE, ROOMS, SHARED, is_walled, missing_policies, outranks_the_wall

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="row-level security is PostgreSQL's"
)

PACK = """
format: 1
code: small
name: 小办法
components:
  - {code: work, name: 工作, base: 10, floor: 0, ceiling: 20}
rules:
  - {code: X, component: work, family: tiered, name: 表彰, tiers: [{value: 5}]}
"""


def asked(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def written(statement: str, *values: Any) -> int:
    """How many rows a statement changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@pytest.fixture
def own(bureau_people: dict[str, Person], bureau: Unit) -> Unit:
    """A unit with people and a published scheme."""
    return bureau


@pytest.fixture
def foreign(own: Unit, other_unit: Unit) -> Unit:
    """Another with a person, and an event in which it takes part."""
    person = Person.objects.create(unit=other_unit, no="9", name="外人")
    batch = Batch.objects.create(
        unit=other_unit, number=1, kind="events", root="0", previous="0", head="0", size=1,
        made_at="2025-01-01T00:00:00Z",
    )  # fmt: skip
    event = Event.objects.create(unit=other_unit, batch=batch, event_no="E1", date="2025-01-01")
    event.participants.create(person=person, item="X")
    return other_unit


def test_every_table_of_the_product_is_walled() -> None:
    models = {model._meta.label: model for model in apps.get_models() if model._meta.app_label in ROOMS}
    assert [label for label, model in models.items() if not is_walled(model)] == []
    assert models.keys() >= LEGIBLE | SHARED


def test_each_room_but_config_and_tabular_is_looked_at() -> None:
    own_apps = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
    assert own_apps - {"admin"} == ROOMS


@on_postgresql
def test_the_tests_run_as_a_role_that_the_wall_holds_for() -> None:
    assert not outranks_the_wall()


def test_a_deployment_by_a_role_above_the_wall_is_refused_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert row_security.check_role() == []
    monkeypatch.setattr(row_security, "outranks_the_wall", lambda: True)
    (error,) = row_security.check_role()
    assert "BYPASSRLS" in error.msg and "CREATE ROLE gongguo LOGIN" in str(error.hint)


@on_postgresql
def test_the_database_has_every_policy_and_every_key() -> None:
    assert (missing_policies(), missing_keys()) == ([], [])


@on_postgresql
def test_a_table_whose_policy_is_gone_is_named_and_walled_again(own: Unit) -> None:
    asked_of = {policy.table: policy.name for policy in row_security.policies()}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'DROP POLICY "{asked_of["units_person"]}" ON units_person')
        cursor.execute("ALTER TABLE units_department NO FORCE ROW LEVEL SECURITY")
    found = {error.msg for error in row_security.check_policies(["default"])}
    row_security.install_policies()
    assert found == {f"数据库没有按单位隔离表 {table}。" for table in ("units_person", "units_department")}
    assert missing_policies() == []


@on_postgresql
@pytest.mark.parametrize(
    "table", ["units_person", "ledger_event", "ledger_participant", "units_historicalperson"]
)
def test_a_foreign_row_is_not_read(foreign: Unit, own: Unit, table: str) -> None:
    with within([foreign.pk]):
        theirs = asked(f"SELECT count(*) FROM {table}")
    with within([own.pk]):
        seen = asked(f"SELECT count(*) FROM {table}")
    everything = asked(f"SELECT count(*) FROM {table}")
    assert theirs == [(1,)]
    assert (seen[0][0] + 1,) == everything[0]


@on_postgresql
@pytest.mark.parametrize("table", ["units_person", "rulesets_scheme", "rulesets_edition", "rulesets_tier"])
def test_nothing_is_read_where_nothing_is_within_reach(own: Unit, table: str) -> None:
    assert asked(f"SELECT count(*) FROM {table}") != [(0,)]
    with _reaching(NOWHERE):
        assert asked(f"SELECT count(*) FROM {table}") == [(0,)]


@on_postgresql
def test_several_units_are_within_reach_of_who_audits_them(foreign: Unit, own: Unit) -> None:
    with within([own.pk, foreign.pk]):
        assert Person.objects.filter(no__in=["1001", "9"]).count() == 2


@on_postgresql
def test_a_foreign_row_is_not_taken(foreign: Unit, own: Unit) -> None:
    event = Event.objects.get(unit=foreign)
    with within([own.pk]):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Department.objects.create(unit=foreign, code="F", name="冒名")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            event.participants.create(person=Person.objects.first(), item="Y")


@on_postgresql
def test_a_foreign_row_is_neither_changed_nor_deleted_nor_given_away(foreign: Unit, own: Unit) -> None:
    with within([own.pk]):
        assert written("UPDATE units_person SET name = 'x' WHERE no = '9'") == 0
        assert written("DELETE FROM units_person WHERE no = '9'") == 0
        assert written("UPDATE units_unit SET name = 'x' WHERE id = %s", foreign.pk) == 0
        with pytest.raises(DatabaseError, match="row-level security"):
            written("UPDATE units_appointment SET unit_id = %s", foreign.pk)


@on_postgresql
def test_a_role_in_a_foreign_unit_is_legible_and_can_t_be_given(
    foreign: Unit, own: Unit, account_in: Callable[..., Account]
) -> None:
    account = account_in("elsewhere", foreign)
    with within([own.pk]):
        assert Membership.objects.filter(account=account).exists()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Membership.objects.create(account=account, unit=foreign, role="auditor")


@on_postgresql
def test_a_foreign_account_is_legible_and_can_t_be_made_changed_or_deleted(
    foreign: Unit, own: Unit, account_in: Callable[..., Account]
) -> None:
    theirs = account_in("elsewhere", foreign)
    operator = Account.objects.create_superuser("root")
    loose = Account.objects.create(username="loose", person=Person.objects.get(unit=foreign))
    with within([own.pk]):
        for account in (theirs, operator, loose):
            assert Account.objects.filter(pk=account.pk).exists()
            assert Account.objects.filter(pk=account.pk).update(password="x") == 0
        assert written("DELETE FROM units_account WHERE username = 'loose'") == 0
        for wanted in ({"unit": foreign}, {"unit": None}, {"unit": own, "is_superuser": True}):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Account.objects.create(username="forged", **wanted)


@on_postgresql
def test_an_own_account_is_written_whether_its_unit_its_person_or_its_role_tells_whose_it_is(
    foreign: Unit, own: Unit
) -> None:
    by_unit = Account.objects.create(username="by_unit", unit=own)
    by_person = Account.objects.create(username="by_person", person=Person.objects.filter(unit=own).first())
    by_role = Account.objects.create(username="by_role")
    Membership.objects.create(account=by_role, unit=own, role="auditor")
    with within([own.pk]):
        for account in (by_unit, by_person, by_role):
            assert Account.objects.filter(pk=account.pk).update(password="x") == 1


@on_postgresql
def test_an_account_signs_in_although_nothing_is_within_reach_yet(
    own: Unit, account_in: Callable[..., Account], client: Client
) -> None:
    account = account_in("clerk", own)
    account.set_password("a-long-password")
    account.save()
    with _reaching(NOWHERE):
        signed = {"username": "clerk", "password": "a-long-password"}
        assert client.post(reverse("portal:login"), signed).status_code == 302
    account.refresh_from_db()
    assert account.last_login is not None


@on_postgresql
def test_a_job_is_seen_and_changed_by_whose_work_it_is(foreign: Unit, own: Unit) -> None:
    register("counting", "数数", lambda task: None)
    submit("counting", "theirs", {}, unit=foreign)
    with within([own.pk]):
        ours = submit("counting", "ours", {}, unit=own)
        assert list(Job.objects.all()) == [ours]
        assert written("UPDATE jobs_job SET params = '{}' WHERE key = 'theirs'") == 0


@pytest.fixture
def foreign_run(foreign: Unit, own: Unit) -> Run:
    """A reckoning of the other unit, with a line."""
    edition, _ = load_pack(foreign, pack_from(PACK.encode(), "small.yaml"))
    run = Run.objects.create(
        unit=foreign, edition=edition, period="2025", as_of="2025-12-31",
        inputs=Document.objects.keep({"theirs": 1}), outcome=Document.objects.keep({"theirs": 2}),
    )  # fmt: skip
    result = Result.objects.create(run=run, no="9", name="外人")
    result.lines.create(order=1, event="E1", date="2025-01-01", item="X", raw=1, points=1)
    return run


@on_postgresql
def test_foreign_award_lines_are_not_read_and_own_ones_are_copied_in(foreign_run: Run, own: Unit) -> None:
    result = foreign_run.results.get()
    texts = dict.fromkeys(("item_name", "component", "role", "level", "clause"), "")
    row = texts | {"result": result.pk, "order": 2, "event": "E2", "date": "2025-01-02", "item": "X"}
    row |= {"raw": "1", "points": "1", "reasons": "[]"}
    with within([own.pk]):
        assert not AwardLine.objects.exists()
        with pytest.raises(DatabaseError, match="row-level security"):
            insert_frames(AwardLine, [pl.DataFrame([row])])
    with within([foreign_run.unit_id]):
        insert_frames(AwardLine, [pl.DataFrame([row])])
        assert AwardLine.objects.count() == 2


@on_postgresql
def test_a_document_is_read_where_a_row_within_reach_names_it_and_kept_once_by_all(
    foreign_run: Run, own: Unit
) -> None:
    def all_kept() -> int:
        with everywhere("a test"):
            return Document.objects.count()

    kept = all_kept()
    with within([own.pk]):
        assert not Document.objects.filter(pk=foreign_run.inputs_id).exists()
        same, new = Document.objects.keep({"theirs": 1}), Document.objects.keep({"ours": 1})
        assert (same.pk, all_kept()) == (foreign_run.inputs_id, kept + 1)
        assert not Document.objects.exists()
        edition = Edition.objects.get(scheme__unit=own)
        Run.objects.create(
            unit=own, edition=edition, period="2025", as_of="2025-12-31", inputs=same, outcome=new
        )
        assert {document.digest for document in Document.objects.all()} == {same.pk, new.pk}


@on_postgresql
def test_a_row_can_t_name_what_belongs_to_another_unit(foreign: Unit, own: Unit) -> None:
    batch = Batch.objects.get(unit=foreign)
    with pytest.raises(IntegrityError, match="ledger_event_batch_id_same_unit"), transaction.atomic():
        Event.objects.create(unit=own, batch=batch, event_no="E2", date="2025-01-01")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@on_postgresql
def test_a_record_that_already_names_another_unit_is_told_by_its_table(foreign: Unit, own: Unit) -> None:
    batch = Batch.objects.get(unit=foreign)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_event DROP CONSTRAINT ledger_event_batch_id_same_unit")
        Event.objects.create(unit=own, batch=batch, event_no="E2", date="2025-01-01")
    with pytest.raises(RowsOfTwoUnits, match="表 ledger_event 中有记录的 batch_id 指向了其他单位"):
        install_keys()


@on_postgresql
def test_a_rollback_does_not_widen_the_reach(foreign: Unit, own: Unit) -> None:
    with within([own.pk]):
        with pytest.raises(ZeroDivisionError), transaction.atomic(), everywhere("a test"):
            assert Person.objects.filter(no="9").exists()
            raise ZeroDivisionError
        assert not Person.objects.filter(no="9").exists()
        with pytest.raises(DatabaseError), transaction.atomic(), everywhere("a test"):
            asked("SELECT 1 / 0")
        assert not Person.objects.filter(no="9").exists()


@on_postgresql
def test_two_requests_on_one_connection_see_each_their_own(
    foreign: Unit, own: Unit, account_in: Callable[..., Account], rf: RequestFactory
) -> None:
    seen: list[set[str]] = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append(set(Person.objects.values_list("no", flat=True)))
        return HttpResponse()

    def broken(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    request = rf.get("/")
    one, two = account_in("one", own), account_in("two", foreign)
    with _reaching(NOWHERE):
        request.user = one
        Reach(page)(request)
        with pytest.raises(ZeroDivisionError):
            Reach(broken)(request)
        after = asked("SELECT count(*) FROM units_person")
        request.user = two
        Reach(page)(request)
    assert seen == [{"1001", "1002", "1003", "1004", "1005"}, {"9"}]
    assert after == [(0,)]
