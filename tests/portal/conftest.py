"""Two bureaus with a reckoned year each, and accounts of every kind."""

import logging
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from assessments.models import Run
from assessments.reckoning import reckon
from ledger.imports.events import import_events
from ledger.imports.people import import_people
from rulesets.packs import load_pack, read_pack
from rulesets.publication import publish
from tests.portal.estate import furnish
from tests.portal.walking import OWN, THEIRS, UPPER, Estate, undone
from units.models import Account, Membership, Person, Unit

BUREAU_PACK = Path(__file__).parents[2] / "fixtures/schemes/bureau.yaml"
# 1002 is commended twice, which is more than the bonus holds, and misses a session; 1004 is vetoed.
EVENTS = """事件号,日期,事项,对象,级别,同一事项,依据
E1,2025-03-05,B102,1002,,,签到册3月
E2,2025-05-01,B601,1002,municipal,创建,市委〔2025〕3号
E3,2025-06-01,B601,1002,provincial,竞赛,省府〔2025〕8号
E4,2025-09-01,V1,1004,,,局督办〔2025〕9号
E5,2025-02-03,B101,1001,,,抽查表
"""
NEIGHBOURS = """工号,姓名,部门,部门名称,分组,职务,起,止
1002,孙六,N01,办公室,staff,科员,2020-01-01,
"""


def csv_file(text: str) -> BytesIO:
    return BytesIO(text.encode())


@pytest.fixture
def clerk(db: None) -> Account:
    """The clerk who brought the events of 某局."""
    return Account.objects.create(username="clerk", last_name="登", first_name="记员")


@pytest.fixture
def run(bureau: Unit, bureau_people: dict[str, Person], clerk: Account) -> Run:
    """The year 2025 of 某局, reckoned: four persons, without ballots and figures."""
    import_events(bureau, csv_file(EVENTS), filename="全年事项.csv", account=clerk)
    return reckon(bureau, "2025")


@pytest.fixture
def neighbour(bureau: Unit) -> Unit:
    """邻局, with a scheme of the same words and a person whose number 某局 has as well."""
    unit = Unit.objects.create(code="neighbour", name="邻局")
    edition, _ = load_pack(unit, read_pack(BUREAU_PACK))
    publish(edition, reason="测试")
    import_people(unit, csv_file(NEIGHBOURS), filename="people.csv")
    return unit


@pytest.fixture
def neighbours_run(neighbour: Unit) -> Run:
    return reckon(neighbour, "2025")


@pytest.fixture
def visitor(db: None) -> Callable[..., Account]:
    """Makes an account with a role in a unit and a person that it is linked to."""

    def make(role: str = "", unit: Unit | None = None, person: Person | None = None) -> Account:
        account = Account.objects.create(
            username=f"{role or 'visitor'}-{Account.objects.count()}",
            person=person,
            is_superuser=role == "superuser",
        )
        if unit is not None and role:
            Membership.objects.create(account=account, unit=unit, role=role)
        return account

    return make


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Estate]:
    """Two units with a row of every kind, made once for all tests of a module and taken back after them."""
    with django_db_blocker.unblock(), undone():
        upper = Unit.objects.create(code="shangji", name=f"{UPPER}局")
        own, theirs = furnish("benchu", OWN), furnish("yinmi", THEIRS)
        Unit.objects.filter(pk=own.pk).update(parent=upper)
        own.refresh_from_db()
        yield Estate(own, theirs, upper)


@pytest.fixture
def estate(
    furnished: Estate,
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> Estate:
    """The two units as they were made: what a test writes is taken back.

    What says nothing of the wall is left out: printing, since it is decided before whether there is a paper; the
    table of sessions; the keeping of contexts for tests of templates; a line in the log for each page refused.
    """
    for place in ("portal.papers", "reports.admin"):
        monkeypatch.setattr(f"{place}.rendered", lambda paper: str(paper).encode(), raising=False)
    monkeypatch.setattr("reports.admin.page_of", lambda paper, _: (str(paper).encode(), 1))
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_, **__: None)
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    caplog.set_level(logging.ERROR, "django.request")
    return furnished
