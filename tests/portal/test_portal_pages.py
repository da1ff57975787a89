"""What the pages say: the first page, the list, one subject, papers."""

import json
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.db import DatabaseError
from django.template.defaultfilters import striptags
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from assessments.models import Run
from assessments.reckoning import reckon
from jobs.refusal import Refusal
from ledger.imports.events import import_events
from portal import health, papers
from portal.overview import TASKS
from reports.rendering import RenderingUnavailable
from rulesets.drafts import copy_as_draft
from rulesets.publication import publish
from units.models import Account, Person, Unit

pytestmark = pytest.mark.django_db


def text_of(response: object) -> str:
    """What a reader sees of a page, runs of white space as one."""
    body = response.content.decode().partition("<main")[2].partition(">")[2]
    return re.sub(r"\s+", " ", striptags(body))


@pytest.fixture
def committee(client: Client, run: Run, visitor: Callable[..., Account]) -> Client:
    """A browser in which a member of the committee of 某局 is signed in."""
    client.force_login(visitor("committee", run.unit))
    return client


def results_page(run: Run) -> str:
    return reverse("portal:results", args=[run.unit.code, run.period])


def subject_page(run: Run, no: str) -> str:
    return reverse("portal:subject", args=[run.unit.code, run.period, no])


# Signing in


def test_a_wrong_password_is_refused_in_chinese(client: Client, db: None) -> None:
    response = client.post(reverse("portal:login"), {"username": "nobody", "password": "wrong"})
    assert "用户名或密码不正确" in text_of(response)


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Client, db: None) -> None:
    Account.objects.create_user("clerk", password="a-long-password")
    target = reverse("portal:results", args=["bureau", "2025"])
    sent = {"username": "clerk", "password": "a-long-password", "next": target}
    assert client.post(reverse("portal:login"), sent)["Location"] == target


def test_signing_in_leads_to_no_other_site(client: Client, db: None) -> None:
    Account.objects.create_user("clerk", password="a-long-password")
    sent = {"username": "clerk", "password": "a-long-password", "next": "https://elsewhere.example/"}
    assert client.post(reverse("portal:login"), sent)["Location"] == reverse("portal:home")


def test_a_link_signs_nobody_out(committee: Client) -> None:
    assert committee.get(reverse("portal:logout")).status_code == 405
    assert committee.get(reverse("portal:home")).status_code == 200


def test_the_button_signs_out(committee: Client) -> None:
    committee.post(reverse("portal:logout"))
    assert committee.get(reverse("portal:home")).status_code == 302


# The first page


def test_the_first_page_tells_where_a_unit_stands(committee: Client, run: Run) -> None:
    text = text_of(committee.get(reverse("portal:home")))
    assert "某局" in text
    assert "《内部量化考核工作方案》2025年" in text
    assert "登记事项5 件" in text
    assert run.digest[:12] in text


def test_what_needs_looking_at_is_counted_and_linked(committee: Client, run: Run) -> None:
    response = committee.get(reverse("portal:home"))
    assert "一票否决 1" in text_of(response)
    assert f"{results_page(run)}?run={run.pk}&amp;flag=vetoed" in response.content.decode()


def test_the_next_step_after_a_run_is_to_look_at_the_results(committee: Client, run: Run) -> None:
    response = committee.get(reverse("portal:home"))
    assert f'href="{results_page(run)}?run={run.pk}">查看结果</a>' in response.content.decode()


def test_events_that_came_after_the_run_are_told(committee: Client, run: Run) -> None:
    assert "又登记了新的内容" not in text_of(committee.get(reverse("portal:home")))
    later = "事件号,日期,事项,对象\nE9,2025-10-01,B102,1001\n"
    import_events(run.unit, BytesIO(later.encode()), filename="补登.csv")
    assert "又登记了新的内容" in text_of(committee.get(reverse("portal:home")))


def test_an_edition_that_was_published_after_the_run_is_told(committee: Client, run: Run) -> None:
    publish(copy_as_draft(run.edition), reason="改分值")
    text = text_of(committee.get(reverse("portal:home")))
    assert "这次核算依据第1版，此后已发布第2版" in text
    assert "核算已完成" not in text


def test_without_events_the_next_step_is_to_bring_them_in(
    client: Client, bureau: Unit, bureau_people: dict[str, Person], account_in: Callable[..., Account]
) -> None:
    client.force_login(account_in("recorder", bureau, permissions=("add_event",)))
    response = client.get(reverse("portal:home"))
    assert f'href="{reverse("admin:ledger_event_import")}">导入事项</a>' in response.content.decode()


def test_who_may_not_take_the_next_step_is_told_whom_to_ask(
    client: Client, bureau: Unit, bureau_people: dict[str, Person], visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("leader", bureau))
    text = text_of(client.get(reverse("portal:home")))
    assert "还没有登记事项。请联系本单位的办法管理员或登记员。" in text


def test_without_people_the_next_step_is_to_bring_them_in(
    client: Client, bureau: Unit, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("leader", bureau))
    assert "还没有人员名册" in text_of(client.get(reverse("portal:home")))


def test_a_unit_without_a_scheme_is_told_so(
    client: Client, other_unit: Unit, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("leader", other_unit))
    assert "本单位还没有考核办法" in text_of(client.get(reverse("portal:home")))


def test_a_person_sees_the_own_result_and_no_figures_of_the_unit(
    client: Client, run: Run, bureau_people: dict[str, Person], visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("staff", run.unit, bureau_people["1002"]))
    response = client.get(reverse("portal:home"))
    assert "我的考核结果" in text_of(response)
    assert subject_page(run, "1002") in response.content.decode()
    assert "考核对象" not in text_of(response)


def test_the_own_result_is_that_of_the_newest_run(
    client: Client, run: Run, bureau_people: dict[str, Person], visitor: Callable[..., Account]
) -> None:
    later = "事件号,日期,事项,对象\nE9,2025-10-01,B102,1001\n"
    import_events(run.unit, BytesIO(later.encode()), filename="补登.csv")
    newest = reckon(run.unit, "2025")
    client.force_login(visitor("staff", run.unit, bureau_people["1002"]))
    page = client.get(reverse("portal:home")).content.decode()
    assert f"{subject_page(run, '1002')}?run={newest.pk}" in page
    assert f"{subject_page(run, '1002')}?run={run.pk}" not in page


def test_an_account_without_anything_is_told_whom_to_ask(
    client: Client, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor())
    assert "请联系系统管理员办理" in text_of(client.get(reverse("portal:home")))


# The list


def test_the_list_is_in_the_order_of_rank(committee: Client, run: Run) -> None:
    page = committee.get(results_page(run)).content.decode()
    order = re.findall(r'class="no">(\d+)<', page)
    assert order == [subject["no"] for subject in run.result["subjects"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "1004"}, {"1004"}),
        ({"q": "李"}, {"1002"}),
        ({"flag": "vetoed"}, {"1004"}),
        ({"flag": "any"}, {"1001", "1002", "1003", "1004"}),
        ({"department": "第二科"}, {"1003", "1004"}),
        ({"band": "basic"}, {"1001", "1004"}),
        ({"band": "competent", "q": "1002"}, {"1002"}),
        ({"q": "无此人"}, set()),
    ],
)
def test_the_list_is_narrowed_to_what_is_asked_for(
    committee: Client, run: Run, asked: dict[str, str], found: set[str]
) -> None:
    page = committee.get(results_page(run), asked).content.decode()
    assert set(re.findall(r'class="no">(\d+)<', page)) == found


def test_an_empty_list_says_what_to_do(committee: Client, run: Run) -> None:
    assert "请放宽条件后再试" in text_of(committee.get(results_page(run), {"q": "无此人"}))


def test_the_bands_are_counted(committee: Client, run: Run) -> None:
    text = text_of(committee.get(results_page(run)))
    assert "称职(合格) 2 50%" in text
    assert "基本称职(基本合格) 2 50%" in text


def test_a_long_list_is_cut_into_pages(committee: Client, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.results.ROWS_ON_A_PAGE", 3)
    text = text_of(committee.get(results_page(run), {"page": 2}))
    assert "第2页，共2页" in text


def test_a_period_without_a_run_is_told_so(committee: Client, run: Run) -> None:
    response = committee.get(reverse("portal:results", args=[run.unit.code, "2024"]))
    assert response.status_code == 404
    assert "2024年还没有考核结果" in text_of(response)


def test_what_is_no_period_is_no_page(committee: Client, run: Run) -> None:
    assert committee.get(f"/units/{run.unit.code}/results/2025Q9/").status_code == 404


def test_an_earlier_run_points_to_the_newest(committee: Client, run: Run) -> None:
    later = "事件号,日期,事项,对象\nE9,2025-10-01,B102,1001\n"
    import_events(run.unit, BytesIO(later.encode()), filename="补登.csv")
    newest = reckon(run.unit, "2025")
    page = committee.get(results_page(run), {"run": run.pk}).content.decode()
    assert "这是较早的一次核算" in page
    assert f"{results_page(run)}?run={newest.pk}" in page


# One subject


def test_the_total_stands_as_a_sum_of_its_components(committee: Client, run: Run) -> None:
    text = text_of(committee.get(subject_page(run, "1002")))
    assert "为什么是 89 分" in text
    assert "政治理论和业务知识学习基础15范围0—15" in text


def test_a_line_that_was_cut_says_what_it_was_and_why(committee: Client, run: Run) -> None:
    text = text_of(committee.get(subject_page(run, "1002")))
    assert "超出加分项的上限部分不计" in text
    assert "原始分+8 → 计分+5" in text


def test_a_line_leads_to_its_rule_its_clause_and_who_entered_it(committee: Client, run: Run) -> None:
    text = text_of(committee.get(subject_page(run, "1002")))
    assert "每次-1分。" in text
    assert "签到册3月" in text
    assert "文件“全年事项.csv”" in text
    assert "登记登记员，" in text


def test_an_assumed_figure_is_marked(committee: Client, run: Run) -> None:
    text = text_of(committee.get(subject_page(run, "1001")))
    assert "政策原文没有写明。原文扣分数字缺失" in text


def test_a_veto_names_the_event_behind_it(committee: Client, run: Run) -> None:
    text = text_of(committee.get(subject_page(run, "1004")))
    assert "V1：2025年9月1日，事项E4，依据：局督办〔2025〕9号" in text


def test_an_event_that_was_changed_after_the_run_is_marked(committee: Client, run: Run) -> None:
    changed = "事件号,日期,事项,对象,依据\nE1,2025-03-05,B102,1002,改正的签到册\n"
    import_events(run.unit, BytesIO(changed.encode()), filename="更正.csv")
    text = text_of(committee.get(subject_page(run, "1002")))
    assert "核算之后已更改" in text
    assert "签到册3月" in text
    assert "改正的签到册" not in text


def test_texts_of_the_record_are_shown_as_text(committee: Client, run: Run) -> None:
    hostile = "事件号,日期,事项,对象,依据\nE9,2025-03-06,B102,1001,<script>alert(1)</script>\n"
    import_events(run.unit, BytesIO(hostile.encode()), filename="x.csv")
    reckon(run.unit, "2025")
    page = committee.get(subject_page(run, "1001")).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


def test_an_unknown_number_is_not_found(committee: Client, run: Run) -> None:
    assert committee.get(subject_page(run, "9999")).status_code == 404


# Papers


def test_the_form_comes_as_a_pdf_of_that_person(committee: Client, run: Run) -> None:
    response = committee.get(reverse("portal:annual_form", args=[run.unit.code, "2025", "1002"]))
    assert response["Content-Type"] == "application/pdf"
    assert "李二" in PdfReader(BytesIO(response.content)).pages[0].extract_text()


def test_a_machine_that_can_not_print_says_what_it_lacks(
    committee: Client, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking() -> None:
        raise RenderingUnavailable("缺少排版库。")

    assert issubclass(RenderingUnavailable, Refusal)
    monkeypatch.setattr(papers, "check_environment", lacking)
    response = committee.get(reverse("portal:annual_form", args=[run.unit.code, "2025", "1002"]))
    assert response.status_code == 503
    assert "缺少排版库。" in text_of(response)


def test_the_document_is_the_stored_result(committee: Client, run: Run) -> None:
    response = committee.get(reverse("portal:result_document", args=[run.unit.code, "2025"]))
    assert json.loads(response.content) == run.result


# The watch


def test_the_watch_hears_ok_without_an_account(client: Client, db: None) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_the_watch_hears_of_a_database_that_does_not_answer(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent:
        def cursor(self) -> object:
            raise DatabaseError("gone")

    monkeypatch.setattr(health, "connection", Silent())
    assert client.get("/healthz").status_code == 503


def test_a_period_without_bands_shows_none(committee: Client, run: Run) -> None:
    half = reckon(run.unit, "2025H1")
    text = text_of(committee.get(results_page(half)))
    assert "等次分布" not in text
    assert "总分" in text


def test_the_first_page_starts_from_the_longest_period_known_to_the_same_day(
    committee: Client, run: Run
) -> None:
    reckon(run.unit, "2025H2")
    text = text_of(committee.get(reverse("portal:home")))
    assert "《内部量化考核工作方案》2025年" in text
    assert "其他期间：2025年下半年" in text


def test_every_task_on_the_first_page_leads_to_a_page(client: Client, run: Run, neighbour: Unit) -> None:
    client.force_login(Account.objects.create(username="root", is_superuser=True))
    page = client.get(reverse("portal:home")).content.decode()
    tasks = {
        label: address for address, label in re.findall(r'<a href="(/admin/\w+/[^"]+)">([^<]+)</a>', page)
    }
    assert {label for label, _, _ in TASKS} <= set(tasks)
    assert {client.get(address).status_code for address in tasks.values()} == {200}


def test_tasks_are_offered_to_those_who_may_do_them(
    client: Client, run: Run, account_in: Callable[..., Account]
) -> None:
    client.force_login(account_in("recorder", run.unit))
    assert reverse("admin:ledger_event_import") in client.get(reverse("portal:home")).content.decode()
    client.force_login(account_in("auditor", run.unit, role="auditor"))
    assert reverse("admin:ledger_event_import") not in client.get(reverse("portal:home")).content.decode()


def test_an_administrator_of_a_unit_without_a_scheme_is_led_to_write_one(
    client: Client, other_unit: Unit
) -> None:
    client.force_login(Account.objects.create(username="root", is_superuser=True))
    page = client.get(reverse("portal:home")).content.decode()
    assert f'href="{reverse("admin:rulesets_scheme_start")}">建立考核办法</a>' in page


# Charts


def test_a_subjects_page_draws_the_months_and_the_list_how_totals_are_spread(
    committee: Client, run: Run
) -> None:
    assert "<title>各月计分</title>" in committee.get(subject_page(run, "1002")).content.decode()
    assert "<title>总分分布</title>" in committee.get(results_page(run)).content.decode()


def test_a_few_are_not_held_against_their_mean(committee: Client, run: Run) -> None:
    assert "全体平均" not in text_of(committee.get(subject_page(run, "1002")))
