"""The first page by task: where a unit stands in a period, what is next, and for whom."""

import datetime
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.template.defaultfilters import striptags
from django.test import Client
from django.urls import reverse

from assessments.decisions import DecisionEntry, decide
from assessments.models import Run
from assessments.publication import publish_run
from ledger.closing import close_period
from ledger.imports.events import import_events
from ledger.imports.pending import keep
from ledger.roster import Entry, enter
from rulesets.drafts import copy_as_draft
from rulesets.models import Edition
from rulesets.packs import load_pack, pack_from
from units.models import Account, Membership, Person, Unit

pytestmark = pytest.mark.django_db
HOME = reverse("portal:home")


def text_of(response: Any) -> str:
    body = response.content.decode().partition("<main")[2].partition(">")[2]
    return re.sub(r"\s+", " ", striptags(body))


def stages(response: Any) -> dict[str, tuple[str, str]]:
    """Name → class and state."""
    page = response.content.decode()
    found = re.findall(
        r'<li class="stage([^"]*)".*?stage-name">(.*?)</span>.*?stage-state">(.*?)</span>', page, re.S
    )
    return {striptags(name): (kind.strip(), state) for kind, name, state in found}


@pytest.fixture
def signed_in(client: Client, run: Run, visitor: Callable[..., Account]) -> Callable[..., Client]:
    def make(role: str = "scheme_admin") -> Client:
        client.force_login(visitor(role, run.unit))
        return client

    return make


@pytest.mark.parametrize(
    ("role", "said", "labels"),
    [
        (Membership.Role.SYSTEM_ADMIN, "您管理单位、账号或操作记录", ["单位", "账号"]),
        (Membership.Role.AUDIT_ADMIN, "您管理单位、账号或操作记录", ["单位", "操作记录"]),
        (Membership.Role.STAFF, "您的账号还没有与本人关联", []),
        ("", "您的账号还没有加入任何单位", []),
    ],
)
def test_who_oversees_no_results_is_told_what_there_is_to_do(
    client: Client, bureau: Unit, visitor: Callable[..., Account], role: str, said: str, labels: list[str]
) -> None:
    client.force_login(visitor(role, bureau))
    page = client.get(HOME).content.decode().partition("<main")[2]
    assert said in page
    assert re.findall(r'<a class="button[^>]*>(.*?)</a>', page) == labels


def test_an_installation_without_units_begins_with_one(client: Client, db: None) -> None:
    client.force_login(Account.objects.create(username="root", is_superuser=True, is_staff=True))
    page = client.get(HOME).content.decode()
    assert "系统里还没有单位" in page
    assert f'href="{reverse("admin:units_unit_add")}">新建单位</a>' in page


def test_the_stages_tell_what_is_done_and_what_is_now(signed_in: Callable[..., Client]) -> None:
    found = stages(signed_in().get(HOME))
    assert found["办法"] == ("is-done", "第1版已发布")
    assert found["名册"] == ("is-done", "在任4人")
    assert found["登记"] == ("is-done", "事项5")
    assert found["公布"] == ("is-now", "未公布")
    assert found["封账"] == ("", "未封账")


def test_the_next_step_follows_the_result_s_life(signed_in: Callable[..., Client], run: Run) -> None:
    browser = signed_in()
    assert ">审定与公布</a><span>核算已完成" in browser.get(HOME).content.decode()
    publish_run(run)
    assert "结果已经公布，可以封账了" in text_of(browser.get(HOME))
    close_period(run.unit, "2025")
    page = browser.get(HOME)
    assert "本期工作已经办结" in text_of(page)
    assert {kind for kind, _ in stages(page).values()} == {"is-done"}


def test_who_does_not_publish_is_told_who_does(signed_in: Callable[..., Client]) -> None:
    assert "审定和公布由本单位的办法管理员或考核委员会办理" in text_of(signed_in("recorder").get(HOME))


def test_a_changed_roster_asks_for_another_run(signed_in: Callable[..., Client], run: Run) -> None:
    person = Person.objects.get(unit=run.unit, no="1001")
    enter(run.unit, "2025", person, Entry("no_grade", "probation", "", datetime.date(2025, 1, 1)))
    page = signed_in().get(HOME)
    assert "又调整了考核对象名册" in text_of(page)
    assert stages(page)["名册"] == ("is-done", "在任4人，调整1")


def test_a_draft_waits_for_who_writes_it(signed_in: Callable[..., Client], run: Run) -> None:
    copy_as_draft(run.edition)
    assert "第2版还是草稿" in text_of(signed_in().get(HOME))
    assert "第2版还是草稿" not in text_of(signed_in("recorder").get(HOME))


def test_a_submitted_draft_waits_for_the_second_person(signed_in: Callable[..., Client], run: Run) -> None:
    Unit.objects.filter(pk=run.unit_id).update(second_person=True)
    draft = copy_as_draft(run.edition)
    author = signed_in()
    Edition.objects.filter(pk=draft.pk).update(submitted_by=author.get(HOME).context["user"].pk)
    assert "第2版已提交，等另一人复核后发布" in text_of(author.get(HOME))
    assert "提交，请复核后发布" in text_of(signed_in("leader").get(HOME))


@pytest.mark.parametrize(("preview", "said"), [("", "有问题，没有导入"), ("0" * 64, "还没有确认导入")])
def test_a_file_that_waits_is_told_apart_from_one_with_faults(
    signed_in: Callable[..., Client], run: Run, preview: str, said: str
) -> None:
    browser = signed_in("recorder")
    keep(browser.get(HOME).context["user"], run.unit, "events", "三月.xlsx", b"", preview)
    assert f"文件“三月.xlsx”{said}" in re.sub("已上传，", "", text_of(browser.get(HOME)))


def test_another_period_is_looked_at(signed_in: Callable[..., Client]) -> None:
    page = signed_in().get(HOME, {"period": "2025H1"})
    assert "2025年上半年" in text_of(page)
    assert stages(page)["核算"] == ("is-now", "尚未核算")


DEPARTMENTS = """
format: 1
code: departments
name: 科室考核办法
subject: department
components:
  - {code: work, name: 工作, base: 10, floor: 0, ceiling: 20}
rules:
  - {code: D1, component: work, family: tiered, name: 迟报, tiers: [{value: -1}]}
"""
LATE = "事件号,日期,事项,对象\nE9,2025-04-01,D1,K01\n"


def test_the_card_of_each_scheme_counts_the_events_of_its_own_items(
    signed_in: Callable[..., Client], run: Run
) -> None:
    load_pack(run.unit, pack_from(DEPARTMENTS.encode(), "departments.yaml"))
    import_events(run.unit, BytesIO(LATE.encode()), filename="科室.csv")
    page = signed_in().get(HOME, {"period": "2025"}).content.decode()
    persons, departments = map(striptags, page.split("<article")[1:])
    assert "登记事项5 件" in persons
    assert "科室考核办法" in departments and "登记事项1 件" in departments


@pytest.mark.parametrize("asked", [{"period": "2025X"}, {"unit": "nowhere"}])
def test_what_is_not_there_is_not_found(signed_in: Callable[..., Client], asked: dict[str, str]) -> None:
    assert signed_in().get(HOME, asked).status_code == 404


def test_who_oversees_several_units_switches_between_them(
    client: Client, run: Run, neighbour: Unit, visitor: Callable[..., Account]
) -> None:
    account = visitor("leader", run.unit)
    Membership.objects.create(account=account, unit=neighbour, role="leader")
    client.force_login(account)
    page = client.get(HOME)
    assert "换一个单位" in text_of(page)
    assert '<h2 id="unit-heading">某局</h2>' in page.content.decode()
    other = client.get(HOME, {"unit": "neighbour"}).content.decode()
    assert '<h2 id="unit-heading">邻局</h2>' in other


def test_a_unit_of_others_is_not_switched_to(signed_in: Callable[..., Client], neighbour: Unit) -> None:
    assert signed_in().get(HOME, {"unit": "neighbour"}).status_code == 404


def test_an_own_band_that_was_decided_stands_beside_the_reckoned_one(
    client: Client, run: Run, bureau_people: dict[str, Person], visitor: Callable[..., Account]
) -> None:
    decide(run, [DecisionEntry("1002", "basic", "集体研究", "纪要1号")])
    client.force_login(visitor("staff", run.unit, bureau_people["1002"]))
    assert "基本称职(基本合格) 审定；核算称职(合格)" in text_of(client.get(HOME))
