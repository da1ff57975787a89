"""The steps in a real browser: a case brought in, a simulation read, a draft put before the second person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import Workbook
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from assessments.models import Run
from rulesets.models import Edition
from rulesets.packs import load_pack
from tests.browsing import (
    DESK,
    IN_A_BROWSER,
    PASSWORD,
    PHONE,
    excess_width,
    found_by_axe,
    launched,
    picture_of,
    signed_in,
)
from units.models import Account, Membership, Unit

pytestmark = IN_A_BROWSER
STEPS = ("check", "scenarios", "simulation", "publish", "compare")
SERIOUS = {"serious", "critical"}


@pytest.fixture
def draft(transactional_db: None, run: Run, bureau_pack: dict[str, Any]) -> Edition:
    """A changed draft of a unit that asks for a second person, with a clerk and a leader who can sign in."""
    Unit.objects.filter(pk=run.unit_id).update(second_person=True)
    for name, role in (("clerk", Membership.Role.SCHEME_ADMIN), ("leader", Membership.Role.LEADER)):
        account = Account.objects.create_user(name, password=PASSWORD, unit=run.unit)
        Membership.objects.create(account=account, unit=run.unit, role=role)
    rules = [r | {"tiers": [{"value": "-2"}]} if r["code"] == "B102" else r for r in bureau_pack["rules"]]
    return load_pack(run.unit, bureau_pack | {"rules": rules})[0]


@pytest.fixture
def browser(draft: Edition, live_server: LiveServer) -> Iterator[Browser]:
    with launched() as opened:
        yield opened


def case_file(folder: Path) -> Path:
    """A case of one person without events, whose first components are all that counts."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    sheets: dict[str, list[list[Any]]] = {
        "用例": [["名称", "期间"], ["缺席一次", "2025"]],
        "人员": [["工号", "姓名", "部门", "起", "分组"], ["01", "甲", "K1", "2020-01-01", "staff"]],
        "事项": [["事件号", "日期", "事项", "对象"], ["E1", "2025-05-01", "B102", "01"]],
        "预期明细": [["对象", "事件号", "事项", "得分"], ["01", "E1", "B102", -2]],
    }
    for name, rows in sheets.items():
        worksheet = workbook.create_sheet(name)
        for row in rows:
            worksheet.append(row)
    path = folder / "case.xlsx"
    workbook.save(path)
    return path


def test_one_person_tries_and_submits_and_another_one_publishes(
    browser: Browser, live_server: LiveServer, draft: Edition, tmp_path: Path
) -> None:
    page = signed_in(browser, live_server.url, "clerk", DESK)
    page.goto(live_server.url + reverse("admin:rulesets_edition_check", args=[draft.pk]))
    page.get_by_role("link", name="下一步：用例").click()
    page.get_by_label("用例表格").set_input_files(case_file(tmp_path))
    page.get_by_role("button", name="上传用例").click()
    expect(page.get_by_text("已新增用例“缺席一次”")).to_be_visible()
    expect(page.locator(".case.passed")).to_have_count(1)
    page.get_by_role("link", name="下一步：试算").click()
    page.get_by_role("button", name="试算").click()
    expect(page.locator("svg.band-chart")).to_be_visible()
    page.locator("table.moves summary").first.click()
    expect(page.locator("table.moves details[open] li").first).to_be_visible()
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        assert excess_width(page) <= 0
        picture_of(page, "simulation", tmp_path, whole=True)
    page.get_by_role("link", name="下一步：发布").click()
    page.get_by_label("文号").fill("某局〔2025〕3号")
    page.get_by_label("发布说明").fill("经党组会研究")
    page.get_by_role("button", name="提交复核").click()
    expect(page.get_by_text("请另一人复核后发布")).to_be_visible()
    address = page.url
    second = signed_in(browser, live_server.url, "leader", PHONE)
    second.goto(address)
    second.get_by_role("button", name="发布", exact=True).click()
    expect(second.get_by_text("本版已经发布，内容不能再改动")).to_be_visible()


def test_each_step_fits_its_screen_and_has_no_serious_fault(
    browser: Browser, live_server: LiveServer, draft: Edition
) -> None:
    page = signed_in(browser, live_server.url, "clerk", DESK)
    for step in STEPS:
        address = reverse(f"admin:rulesets_edition_{step}", args=[draft.pk])
        page.goto(f"{live_server.url}{address}?period=2025")
        found = found_by_axe(page, ".steps-page, .compare-page")
        assert not [(step, v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in SERIOUS]
        for viewport in (PHONE, DESK):
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
            assert excess_width(page) <= 0, step
