"""An edition's steps to publication: findings lead to their records, cases, a simulation, one or two persons."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from assessments.models import Run
from jobs.models import Job
from jobs.work import perform, take
from rulesets.drafts import copy_as_draft
from rulesets.models import Edition, Scenario
from rulesets.packs import load_pack, pack_from
from rulesets.publication import SecondPersonNeeded, awaits_second_person, publish
from rulesets.scenarios import Verdict, kept, orders
from rulesets.scenarios.running import run_scenario
from units.models import Account, Unit

PACK = """
format: 1
code: small
name: 小办法
components:
  - {code: work, name: 工作, base: 10, floor: 0, ceiling: 20}
rules:
  - {code: A1, component: work, family: tiered, name: 表彰, tiers: [{value: 5}]}
  - {code: best, family: band, name: 优, tiers: [{low: 12}]}
  - {code: fair, family: band, name: 一般, tiers: [{high: 12}]}
"""


@pytest.fixture
def office(db: None) -> Unit:
    return Unit.objects.create(code="office", name="某办")


@pytest.fixture
def draft(office: Unit) -> Edition:
    return load_pack(office, pack_from(PACK.encode(), "small.yaml"))[0]


@pytest.fixture
def clerk(client: Client, office: Unit, account_in: Callable[..., Account]) -> Client:
    client.force_login(account_in("clerk", office, role="scheme_admin"))
    return client


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:rulesets_edition_{name}", args=args)


def shown(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def published_by(client: Client, draft: Edition, **stated: str) -> str:
    """Posts the form of publication and gives what the page then says."""
    data = {"document_number": "某办〔2025〕1号", "reason": ""} | stated
    return client.post(page("publish", draft.pk), data, follow=True).content.decode()


# 检查


def test_a_finding_leads_to_the_record_that_it_names(clerk: Client, draft: Edition) -> None:
    rule = draft.rules.get(code="A1")
    rule.tiers.update(value=None)
    text = shown(clerk, page("check", draft.pk))
    assert "，请补上。" in text
    assert (
        f'<a href="{reverse("admin:rulesets_rule_change", args=[rule.pk])}#tiers-group">规则 A1 第1档' in text
    )


def test_a_warning_leads_to_its_component(clerk: Client, draft: Edition) -> None:
    component = draft.components.get()
    draft.components.update(assumed="原文缺失")
    text = shown(clerk, page("check", draft.pk))
    assert reverse("admin:rulesets_component_change", args=[component.pk]) in text
    assert "请核对政策原文：原文缺失" in text


def test_a_figure_that_nobody_records_is_found_on_the_page_as_by_the_command(
    clerk: Client, office: Unit
) -> None:
    rule = (
        "  - {code: M1, component: work, family: threshold, name: 积分, tiers: [{low: 9, value: 1}],\n"
        "     params: {metric: study, each: year}}\n"
    )
    draft, _ = load_pack(office, pack_from((PACK + rule).encode(), "small.yaml"))
    assert "“study”在本单位还没有任何记录" in shown(clerk, page("check", draft.pk))


# 用例


def workbook_of(total: int) -> SimpleUploadedFile:
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.active)
    sheets = {
        "用例": [["名称", "期间"], ["受表彰一次", "2025"]],
        "人员": [["工号", "姓名", "部门", "起"], ["01", "甲", "K1", "2020-01-01"]],
        "事项": [["事件号", "日期", "事项", "对象"], ["E1", "2025-05-01", "A1", "01"]],
        "预期结果": [["对象", "总分", "等次"], ["01", total, "优"]],
    }
    for name, rows in sheets.items():
        worksheet = workbook.create_sheet(name)
        for row in rows:
            worksheet.append(row)
    stream = BytesIO()
    workbook.save(stream)
    return SimpleUploadedFile("用例.xlsx", stream.getvalue())


def uploaded(client: Client, draft: Edition, total: int) -> str:
    address = page("scenarios_import", draft.pk)
    return client.post(address, {"file": workbook_of(total)}, follow=True).content.decode()


def test_an_uploaded_case_is_run_at_once(clerk: Client, draft: Edition) -> None:
    text = uploaded(clerk, draft, 15)
    assert "已新增用例“受表彰一次”" in text
    assert '<span class="mark">相符</span>' in text


def test_a_failing_case_shows_expected_beside_got_and_stops_publication(
    clerk: Client, draft: Edition
) -> None:
    text = uploaded(clerk, draft, 16)
    assert (
        '<td>总分</td><td class="number">16</td><td class="number">15</td><td class="fit">不符</td>' in text
    )
    assert '<td>E1 A1 表彰</td><td class="number">未写</td><td class="number">5</td>' in text
    assert "1 个与预期不符，不能发布" in published_by(clerk, draft)
    draft.refresh_from_db()
    assert not draft.frozen


@pytest.fixture
def reckoned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the cases that are reckoned from now on."""
    names: list[str] = []

    def counted(scenario: Scenario, snapshot: dict[str, Any]) -> Verdict:
        names.append(scenario.name)
        return run_scenario(scenario, snapshot)

    monkeypatch.setattr(kept, "run_scenario", counted)
    return names


CHECK_BUTTON = '<button type="submit" class="button default">核对用例</button>'


def checked(client: Client, draft: Edition) -> str:
    """Presses the button that reckons the cases, and gives what the page then says."""
    return client.post(page("scenarios_check", draft.pk), follow=True).content.decode()


def test_no_page_reckons_a_case_it_says_that_it_was_not_checked_and_the_button_does(
    clerk: Client, draft: Edition, reckoned: list[str]
) -> None:
    assert CHECK_BUTTON not in uploaded(clerk, draft, 16)
    draft.rules.get(code="A1").tiers.update(value=6)
    del reckoned[:]
    text = shown(clerk, page("scenarios", draft.pk))
    assert "有 1 个用例尚未按现在的办法核对。" in text and CHECK_BUTTON in text
    assert "尚未按现在的办法核对，发布时一并核对" in shown(clerk, page("publish", draft.pk))
    assert reckoned == []
    text = checked(clerk, draft)
    assert '<span class="mark">相符</span>' in text and CHECK_BUTTON not in text
    assert reckoned == ["受表彰一次"]


def test_a_changed_case_is_reckoned_anew_and_one_that_was_renamed_is_not(
    clerk: Client, draft: Edition, reckoned: list[str]
) -> None:
    assert '<span class="mark">相符</span>' in uploaded(clerk, draft, 15)
    assert '<span class="mark">不符</span>' in uploaded(clerk, draft, 16)
    assert len(reckoned) == 2
    scenario = Scenario.objects.defer("inputs", "expected").get()
    scenario.name = "改名"
    scenario.save()
    assert '<span class="mark">不符</span> 改名' in shown(clerk, page("scenarios", draft.pk))
    scenario.period = "2024"
    scenario.save()
    assert CHECK_BUTTON in shown(clerk, page("scenarios", draft.pk))


def test_publishing_reckons_what_was_not_checked_under_these_rules_and_nothing_else(
    clerk: Client, draft: Edition, reckoned: list[str]
) -> None:
    uploaded(clerk, draft, 15)
    assert "已经发布" in published_by(clerk, draft)
    assert len(reckoned) == 1
    assert '<span class="mark">相符</span>' in shown(clerk, page("scenarios", draft.pk))


def test_nothing_is_published_on_a_verdict_of_other_rules_or_of_other_documents(
    clerk: Client, draft: Edition
) -> None:
    uploaded(clerk, draft, 15)
    draft.rules.get(code="A1").tiers.update(value=6)
    assert "1个用例中有1个与预期不符" in published_by(clerk, draft)
    assert '<td class="number">15</td><td class="number">16</td>' in shown(clerk, page("scenarios", draft.pk))
    draft.rules.get(code="A1").tiers.update(value=5)
    checked(clerk, draft)
    # Past the model, which would have written the digest along.
    scenario = Scenario.objects.get()
    wrong = scenario.expected | {"results": [{"subject": "01", "total": "99"}]}
    Scenario.objects.filter(pk=scenario.pk).update(expected=wrong)
    assert "1个用例中有1个与预期不符" in published_by(clerk, draft)
    assert not Edition.objects.get(pk=draft.pk).frozen


def test_a_large_case_is_checked_by_a_job_and_published_afterwards(
    clerk: Client, draft: Edition, reckoned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "LARGE_ROWS", 1)
    text = uploaded(clerk, draft, 15)
    assert "正在后台核对（排队中，0/1）" in text and CHECK_BUTTON not in text
    text = shown(clerk, page("publish", draft.pk))
    assert "数据较多，请先到" in text and 'name="document_number"' not in text
    assert reckoned == []
    task = take()
    assert task is not None
    perform(task)
    assert task.job.state == Job.State.DONE
    assert '<span class="mark">相符</span>' in shown(clerk, page("scenarios", draft.pk))
    assert "已经发布" in published_by(clerk, draft)
    assert reckoned == ["受表彰一次"]


def test_a_check_in_the_background_that_finds_errors_in_the_scheme_says_so(
    clerk: Client, draft: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "LARGE_ROWS", 1)
    uploaded(clerk, draft, 15)
    tiers = draft.rules.get(code="A1").tiers
    tiers.update(value=None)
    task = take()
    assert task is not None
    perform(task)
    tiers.update(value=5)
    assert "上一次后台核对没有完成：“小办法 第1版”还不能运行用例" in shown(clerk, page("scenarios", draft.pk))


def test_cases_are_not_checked_by_who_only_reads(
    clerk: Client, draft: Edition, office: Unit, account_in: Callable[..., Account], reckoned: list[str]
) -> None:
    uploaded(clerk, draft, 15)
    draft.rules.get(code="A1").tiers.update(value=6)
    auditor = signed_in(account_in("auditor", office, role="auditor"))
    assert CHECK_BUTTON not in shown(auditor, page("scenarios", draft.pk))
    assert auditor.post(page("scenarios_check", draft.pk)).status_code == 403
    assert len(reckoned) == 1


def test_a_workbook_with_faults_changes_nothing_and_says_where(clerk: Client, draft: Edition) -> None:
    file = SimpleUploadedFile("用例.xlsx", b"not a workbook")
    text = clerk.post(page("scenarios_import", draft.pk), {"file": file}).content.decode()
    assert "没有写入任何内容" in text
    assert not Scenario.objects.exists()


def test_a_case_is_deleted_from_a_draft_and_stays_in_a_published_edition(
    clerk: Client, draft: Edition
) -> None:
    uploaded(clerk, draft, 15)
    scenario = Scenario.objects.get()
    address = page("scenario_delete", draft.pk, scenario.pk)
    publish(draft)
    assert clerk.post(address).status_code == 403
    assert Scenario.objects.exists()


def test_a_workbook_and_the_template_can_be_downloaded(clerk: Client, draft: Edition) -> None:
    uploaded(clerk, draft, 15)
    for address in (
        page("scenario_workbook", draft.pk, Scenario.objects.get().pk),
        page("scenarios_template", draft.pk),
    ):
        sheets = load_workbook(BytesIO(clerk.get(address).content)).sheetnames
        assert {"用例", "人员", "预期结果", "填写说明"} <= set(sheets)


# On the year of the case `bureau`


@pytest.fixture
def bureau_clerk(client: Client, run: Run, account_in: Callable[..., Account]) -> Client:
    client.force_login(account_in("clerk", run.unit, role="scheme_admin"))
    return client


@pytest.fixture
def dearer(run: Run, bureau_pack: dict[str, Any]) -> Edition:
    """A draft with -2 in place of -1 for a missed session (B102)."""
    rules = [r | {"tiers": [{"value": "-2"}]} if r["code"] == "B102" else r for r in bureau_pack["rules"]]
    return load_pack(run.unit, bureau_pack | {"rules": rules})[0]


def test_a_past_period_becomes_a_case_that_holds_for_the_same_rules(
    bureau_clerk: Client, run: Run, bureau_pack: dict[str, Any]
) -> None:
    same = load_pack(run.unit, bureau_pack | {"name": "新名"})[0]
    stated = {"period": "2025", "name": "去年", "in_detail": "on"}
    text = bureau_clerk.post(page("scenarios_take", same.pk), stated, follow=True).content.decode()
    assert "已从台账取得用例“去年”" in text
    assert '<span class="mark">相符</span>' in text
    lines = sum(len(subject["lines"]) for subject in run.result["subjects"])
    assert len(Scenario.objects.get().expected["lines"]) == lines > 0


def test_a_case_from_the_record_shows_what_a_changed_rule_does(bureau_clerk: Client, dearer: Edition) -> None:
    stated = {"period": "2025", "name": "去年", "in_detail": "on"}
    text = bureau_clerk.post(page("scenarios_take", dearer.pk), stated, follow=True).content.decode()
    assert '<span class="mark">不符</span>' in text
    assert '<td class="number">-1</td><td class="number">-2</td><td class="fit">不符</td>' in text


def test_a_simulation_shows_a_chart_and_who_moves_and_why(bureau_clerk: Client, dearer: Edition) -> None:
    text = shown(bureau_clerk, page("simulation", dearer.pk) + "?period=2025")
    assert '<svg class="band-chart"' in text
    assert "style=" not in text.split('<div class="steps-page">')[1]
    assert "无故不参加集中学习：-1 → -2" in text


def test_a_simulation_is_downloaded_with_every_reason(bureau_clerk: Client, dearer: Edition) -> None:
    content = bureau_clerk.get(page("simulation_download", dearer.pk) + "?period=2025").content
    workbook = load_workbook(BytesIO(content))
    assert workbook.sheetnames == ["变化的对象", "变化的原因"]
    assert any(row[3:5] == ("-1", "-2") for row in workbook["变化的原因"].values)


def test_nothing_is_simulated_before_anything_is_on_record(clerk: Client, draft: Edition) -> None:
    assert "还没有登记过事项" in shown(clerk, page("simulation", draft.pk))


def test_a_scheme_is_tried_on_what_is_on_record_before_anything_was_reckoned(
    bureau_clerk: Client, dearer: Edition
) -> None:
    text = shown(bureau_clerk, page("simulation", dearer.pk) + "?period=2025H1")
    assert '<option value="2025H1" selected>' in text
    assert "这个期间还没有核算过。下面是按本版办法得出的结果：考核对象 23 个。" in text
    assert '<span class="key before">' not in text
    content = bureau_clerk.get(page("simulation_download", dearer.pk) + "?period=2025H1").content
    workbook = load_workbook(BytesIO(content))
    assert {row[2] for row in workbook["变化的对象"].values} == {"原总分", "—"}
    assert any(row[3:5] == ("—", "-2") for row in workbook["变化的原因"].values)
    assert not Run.objects.filter(period="2025H1").exists()


# 发布


def test_publishing_asks_for_the_document_number_and_freezes_the_draft(clerk: Client, draft: Edition) -> None:
    assert "这个字段是必填项" in published_by(clerk, draft, document_number="")
    assert "已经发布" in published_by(clerk, draft, reason="经研究")
    draft.refresh_from_db()
    assert (draft.document_number, draft.published_reason) == ("某办〔2025〕1号", "经研究")
    assert draft.published_by == Account.objects.get(username="clerk")
    assert "某办〔2025〕1号" in draft.snapshot


def test_standing_warnings_ask_for_a_reason(clerk: Client, draft: Edition) -> None:
    draft.rules.filter(code="A1").update(assumed="原文缺失")
    assert "请写明为何照此发布" in published_by(clerk, draft)
    draft.refresh_from_db()
    assert not draft.frozen


def test_a_copy_has_a_number_and_a_day_of_its_own_to_be_given(clerk: Client, draft: Edition) -> None:
    Edition.objects.filter(pk=draft.pk).update(
        document_number="某局〔2025〕1号", effective_from=date(2025, 1, 1)
    )
    draft.refresh_from_db()
    copy = copy_as_draft(publish(draft, reason="发布"))
    assert (copy.document_number, copy.effective_from) == ("", None)


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        (None, "没有填写施行日期：发布之后，第1版用过的期间"),
        (date(2025, 1, 1), "施行日期2025年1月1日不晚于第1版的施行日期"),
        (date(2026, 1, 1), ""),
    ],
)
def test_an_edition_that_reaches_back_over_an_earlier_one_asks_for_a_reason(
    begins: date | None, said: str, clerk: Client, draft: Edition
) -> None:
    Edition.objects.filter(pk=draft.pk).update(effective_from=date(2025, 1, 1))
    draft.refresh_from_db()
    copy = copy_as_draft(publish(draft, reason="发布"))
    Edition.objects.filter(pk=copy.pk).update(effective_from=begins)
    found = shown(clerk, page("check", copy.pk))
    assert (said in found) if said else ("施行日期" not in found)


def test_a_draft_with_errors_is_not_published_from_the_page(clerk: Client, draft: Edition) -> None:
    draft.rules.get(code="A1").tiers.update(value=None)
    assert "不能发布" in published_by(clerk, draft)
    draft.refresh_from_db()
    assert not draft.frozen


def test_publishing_needs_its_permission(
    draft: Edition, office: Unit, account_in: Callable[..., Account]
) -> None:
    recorder = signed_in(account_in("recorder", office, role="recorder"))
    assert recorder.post(page("publish", draft.pk), {"document_number": "1"}).status_code == 403


@pytest.fixture
def strict(draft: Edition) -> Edition:
    """A draft of a unit that asks for a second person."""
    Unit.objects.filter(pk=draft.scheme.unit_id).update(second_person=True)
    return Edition.objects.get(pk=draft.pk)


def test_with_four_eyes_one_submits_and_another_one_publishes(
    clerk: Client, strict: Edition, office: Unit, account_in: Callable[..., Account]
) -> None:
    assert "已提交，请另一人复核后发布" in published_by(clerk, strict, reason="经研究")
    strict.refresh_from_db()
    assert not strict.frozen
    assert clerk.post(page("publish", strict.pk), {"reason": "自己"}).status_code == 403
    leader = signed_in(account_in("leader", office, role="leader"))
    assert "已经发布" in published_by(leader, strict)
    strict.refresh_from_db()
    assert (strict.submitted_by.username, strict.published_by.username) == ("clerk", "leader")  # type: ignore[union-attr]
    assert strict.published_reason == "经研究"


def test_with_four_eyes_the_first_person_is_refused_also_past_the_page(strict: Edition) -> None:
    with pytest.raises(SecondPersonNeeded, match="请先提交"):
        publish(strict, Account.objects.create_user("lin", password="a-long-password"))


def test_a_change_after_submission_asks_for_it_anew(
    clerk: Client, strict: Edition, office: Unit, account_in: Callable[..., Account]
) -> None:
    published_by(clerk, strict)
    strict.rules.filter(code="A1").update(name="获表彰")
    leader = account_in("leader", office, role="leader")
    assert "提交之后内容有改动，须重新提交" in shown(signed_in(leader), page("publish", strict.pk))
    with pytest.raises(SecondPersonNeeded, match="提交之后内容有改动"):
        publish(strict, leader)


def test_what_was_submitted_can_be_taken_back(clerk: Client, strict: Edition) -> None:
    published_by(clerk, strict)
    clerk.post(page("publish", strict.pk), {"take_back": "1"})
    assert not awaits_second_person(Edition.objects.get(pk=strict.pk))


def test_the_command_leaves_a_draft_awaiting_the_second_person(
    strict: Edition, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = tmp_path / "small.yaml"
    pack.write_text(PACK, encoding="utf-8")
    for _ in range(2):
        call_command("load_scheme", str(pack), unit="office", publish=True)
    assert capsys.readouterr().out.count("等待第二人复核后发布") == 2
    edition = Edition.objects.get()
    assert awaits_second_person(edition)
    assert publish(edition, Account.objects.create_user("lin", password="a-long-password")).frozen


@pytest.mark.parametrize("name", ["check", "scenarios", "simulation", "publish", "compare"])
def test_a_step_asks_for_what_it_shows_at_once(
    clerk: Client, draft: Edition, name: str, django_assert_max_num_queries: Any
) -> None:
    uploaded(clerk, draft, 15)
    with django_assert_max_num_queries(25):
        shown(clerk, page(name, draft.pk))


@pytest.mark.parametrize("name", ["check", "scenarios", "simulation", "publish", "scenarios_template"])
def test_the_steps_of_another_unit_are_not_found(clerk: Client, other_unit: Unit, name: str) -> None:
    foreign, _ = load_pack(other_unit, pack_from(PACK.encode(), "small.yaml"))
    assert clerk.get(page(name, foreign.pk)).status_code == 404
