"""The second wall: on PostgreSQL the database itself shows and takes rows of the units within reach alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from ledger.models import Batch, Event
from units import row_security
from units.composite_keys import RowsOfTwoUnits, install_keys, missing_keys
from units.models import Account, Department, Membership, Person, Unit
from units.reach import NOWHERE, Reach, _reaching, everywhere, within
from units.row_security import OPEN, ROOMS, is_walled, missing_policies, outranks_the_wall

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="row-level security is PostgreSQL's"
)


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


def test_every_table_of_the_product_is_walled_or_stands_open_for_a_reason() -> None:
    models = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    neither = [
        model._meta.label for model in models if not is_walled(model) and model._meta.label not in OPEN
    ]
    assert neither == []
    assert not OPEN.keys() - {model._meta.label for model in models}


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
