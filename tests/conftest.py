"""The small fixed cast of the tests: a bureau with two departments and five people, and its accounts."""

import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseOperations
from django.test import override_settings
from hypothesis import HealthCheck, settings

from ledger.imports.people import import_people
from rulesets.packs import load_pack, read_pack
from rulesets.publication import publish
from units.backends import permission_names
from units.models import Account, Membership, Person, Unit
from units.reach import everywhere
from units.roles import gives
from units.triggers import install_triggers

# How long an example takes says how busy the machine is, and nothing of what is shown by it.
# What every change must pass draws the same examples each time, so that it fails by what is new in it and not by luck.
# Elsewhere, and in a run of many cases, others are drawn.
settings.register_profile(
    "unhurried",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true" and "GONGGUO_RANDOM_CASES" not in os.environ,
)
settings.load_profile("unhurried")

BUREAU_PACK = Path(__file__).parents[1] / "fixtures/schemes/bureau.yaml"
# 1003 moves from K01 to K02 in July and helps in K01 from then on; 1005 leaves in March.
CAST = """工号,姓名,部门,部门名称,分组,职务,起,止,班子直管,兼任
1001,陈一,K01,第一科,section,科长,2020-01-01,,否,
1002,李二,K01,第一科,staff,科员,2020-01-01,,否,
1003,王三,K01,第一科,staff,科员,2020-01-01,2025-06-30,否,
1003,王三,K02,第二科,staff,科员,2025-07-01,,否,
1003,王三,K01,第一科,staff,联络员,2025-07-01,,否,是
1004,赵四,K02,第二科,section,科长,2020-01-01,,否,
1005,钱五,K02,第二科,staff,科员,2020-01-01,2025-03-31,否,
"""


@pytest.fixture(scope="session")
def bureau_pack() -> dict[str, Any]:
    """The bureau's scheme as a snapshot, read once."""
    return read_pack(BUREAU_PACK)


@pytest.fixture
def bureau(db: None, bureau_pack: dict[str, Any]) -> Unit:
    """某局, with the bureau's scheme published and nobody in it."""
    unit = Unit.objects.create(code="bureau", name="某局")
    edition, _ = load_pack(unit, bureau_pack)
    # That this pack passes the checks is shown by the tests of packs, once and not before every other test.
    with patch("rulesets.publication.check_snapshot", return_value=[]):
        publish(edition, reason="测试")
    return unit


@pytest.fixture
def bureau_people(bureau: Unit) -> dict[str, Person]:
    """The five people of 某局 by their numbers, in the departments K01 and K02."""
    import_people(bureau, BytesIO(CAST.encode()), filename="people.csv")
    return {person.no: person for person in Person.objects.filter(unit=bureau)}


@pytest.fixture
def other_unit(db: None) -> Unit:
    """Another unit, which must never be seen by those who belong to 某局 alone."""
    return Unit.objects.create(code="elsewhere", name="别处")


# From those that may least to those that may most.
ROLES_BY_REACH = ("leader", "auditor", "recorder", "committee", "scheme_admin")


def least_role_with(codenames: tuple[str, ...]) -> str:
    """The first role, of those that may least, that has a permission of each codename in its unit."""
    names = permission_names()
    wanted = [[name for name in names if name.endswith(f".{codename}")] for codename in codenames]
    for role in ROLES_BY_REACH:
        if all(any(gives(role, name) for name in found) for found in wanted):
            return role
    raise LookupError(f"no role has all of {codenames}")


@pytest.fixture
def account_in(db: None) -> Callable[..., Account]:
    """Makes an account of the first unit, with a role in all of them: the one that is named, the least that has
    the permissions (by codename) that are named, or else the recorder's.
    """

    def make(username: str, *units: Unit, role: str = "", permissions: tuple[str, ...] = ()) -> Account:
        home = units[0] if units else None
        account = Account.objects.create_user(username, password="a-long-password", unit=home)
        given = role or (least_role_with(permissions) if permissions else Membership.Role.RECORDER)
        for unit in units:
            Membership.objects.create(account=account, unit=unit, role=given)
        return account

    return make


@pytest.fixture(autouse=True, scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of the tests' own, so that they leave nothing in the real one."""
    folder = tmp_path_factory.mktemp("data")
    with override_settings(DATA_FOLDER=folder, MEDIA_ROOT=str(folder / "files")):
        yield folder


@pytest.fixture(autouse=True, scope="session")
def within_reach() -> Iterator[None]:
    """What the tests do by themselves they do as the operator's commands; each request has the reach of its account."""
    with everywhere("tests make rows of all units"):
        yield


@pytest.fixture(autouse=True, scope="session")
def flushing_past_the_triggers() -> Iterator[None]:
    """Lets Django empty the tables between tests that commit: on SQLite it deletes rows, which triggers refuse."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(operations: DatabaseOperations, statements: list[str]) -> None:
        connection = operations.connection
        with connections[connection.alias].cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        flush(operations, statements)
        install_triggers(connection.alias)

    DatabaseOperations.execute_sql_flush = flush_without_triggers  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Hashes passwords once: as slowly as in service, each account would cost a test a third of a second."""
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=quick):
        yield
