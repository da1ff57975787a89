"""The demo unit gets its name and accounts once; what an installation has already is left alone."""

import datetime
import stat
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.test import RequestFactory

from portal.management.commands.demo_unit import ACCOUNTS, read_passwords
from units.models import Account, Appointment, Department, Membership, Person, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    """A unit named by its code, with the people whom the demo's accounts belong to."""
    unit = Unit.objects.create(code="demo-bureau", name="demo-bureau")
    department = Department.objects.create(unit=unit, code="K01", name="办公室")
    for no in {account.person for account in ACCOUNTS if account.person}:
        person = Person.objects.create(unit=unit, no=no, name=f"人员{no}")
        Appointment.objects.create(
            unit=unit, person=person, department=department, start=datetime.date(2020, 1, 1)
        )
    return unit


@pytest.fixture
def passwords(tmp_path: Path) -> Path:
    return tmp_path / "demo" / "passwords"


def run(passwords: Path) -> None:
    call_command("demo_unit", "demo-bureau", name="示范局", passwords=passwords)


def test_the_unit_gets_its_name(unit: Unit, passwords: Path) -> None:
    run(passwords)
    unit.refresh_from_db()
    assert unit.name == "示范局"


def test_without_a_file_for_passwords_a_unit_is_only_named(unit: Unit) -> None:
    call_command("demo_unit", "demo-bureau", name="示范区")
    unit.refresh_from_db()
    assert (unit.name, Account.objects.count()) == ("示范区", 0)


def test_every_account_can_log_in_with_the_noted_password(unit: Unit, passwords: Path) -> None:
    run(passwords)
    noted = read_passwords(passwords)
    assert set(noted) == {account.username for account in ACCOUNTS}
    assert all(
        authenticate(RequestFactory().post("/login/"), username=name, password=password)
        for name, password in noted.items()
    )


def test_the_passwords_satisfy_the_validators(unit: Unit, passwords: Path) -> None:
    run(passwords)
    for name, password in read_passwords(passwords).items():
        validate_password(password, Account.objects.get(username=name))


def test_only_this_user_can_read_the_passwords(unit: Unit, passwords: Path) -> None:
    run(passwords)
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600


def test_a_second_run_changes_nothing(unit: Unit, passwords: Path) -> None:
    run(passwords)
    noted = passwords.read_bytes()
    stored = list(Account.objects.order_by("pk").values())
    run(passwords)
    assert passwords.read_bytes() == noted
    assert list(Account.objects.order_by("pk").values()) == stored


def test_an_account_that_was_there_keeps_its_password_and_rights(unit: Unit, passwords: Path) -> None:
    Account.objects.create_user("admin", password="our-own-administrator")
    run(passwords)
    own = authenticate(RequestFactory().post("/login/"), username="admin", password="our-own-administrator")
    assert own is not None and not own.is_superuser
    assert "admin" not in read_passwords(passwords)


def test_members_work_in_the_demo_unit_alone(unit: Unit, passwords: Path) -> None:
    run(passwords)
    assert set(Membership.objects.values_list("account__username", "unit__code", "role")) == {
        ("manager", "demo-bureau", "scheme_admin"),
        ("clerk", "demo-bureau", "recorder"),
        ("committee", "demo-bureau", "committee"),
        ("leader", "demo-bureau", "leader"),
        ("auditor", "demo-bureau", "auditor"),
        ("cadre", "demo-bureau", "staff"),
    }


def test_the_clerk_may_not_touch_accounts(unit: Unit, passwords: Path) -> None:
    run(passwords)
    clerk = Account.objects.get(username="clerk")
    assert clerk.has_perm("units.add_appointment")
    assert not clerk.has_perm("units.change_account") and not clerk.has_perm("units.view_account")


def test_a_missing_unit_is_refused(passwords: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(passwords)
    assert ended.value.code == 1
    assert "load_scheme" in capsys.readouterr().err


def test_a_missing_person_is_refused_and_nothing_made(
    unit: Unit, passwords: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Appointment.objects.all().delete()
    Person.objects.all().delete()
    with pytest.raises(SystemExit):
        run(passwords)
    assert "import_people" in capsys.readouterr().err
    assert not Account.objects.exists() and not passwords.exists()
