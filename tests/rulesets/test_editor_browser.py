"""The scheme's editor in a real browser: a clerk who knows Excel types, moves, pastes, is told, saves."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from rulesets.drafts import new_draft
from rulesets.models import Component, Rule, Scheme
from tests.browsing import DESK, IN_A_BROWSER, PHONE, excess_width, expect_values, found_by_axe, launched
from units.models import Account, Membership, Unit

LEVELS = ("国家级", "省部级", "市厅级", "县处级", "乡镇街道级")
ROLES = ("主要领导", "分管副职", "主要作用人", "本人")
ITEMS = 15

pytestmark = IN_A_BROWSER


def scheme_of_fifteen() -> dict[str, Any]:
    """Fifteen items by five levels and four roles, the first role filled in; one more in another component."""
    tiers = [{"level": f"l{n}", "role": "r0", "value": str(9 - n)} for n in range(4)]
    rules: list[dict[str, Any]] = [
        {
            "code": f"B6{n:02}",
            "name": f"获得表彰和荣誉称号之{n}",
            "family": "tiered",
            "component": "bonus",
            "tiers": tiers,
        }
        for n in range(1, ITEMS + 1)
    ]
    rules.append(
        {"code": "Z1", "name": "值班", "family": "quantity", "component": "daily", "tiers": [{"value": "-1"}]}
    )
    return {
        "format": 1,
        "code": "s",
        "name": "办法",
        "levels": [{"code": f"l{n}", "name": name} for n, name in enumerate(LEVELS)],
        "roles": [{"code": f"r{n}", "name": name} for n, name in enumerate(ROLES)],
        "components": [{"code": "bonus", "name": "加分项"}, {"code": "daily", "name": "日常"}],
        "rules": rules,
    }


@pytest.fixture
def components(transactional_db: None) -> dict[str, Component]:
    """The components of a draft, committed so that the server sees them."""
    unit = Unit.objects.create(code="office", name="某办")
    scheme = Scheme.objects.create(unit=unit, code="s", name="办法")
    edition = new_draft(scheme, scheme_of_fifteen())
    account = Account.objects.create_user("clerk", password="a-long-password", unit=unit)
    Membership.objects.create(account=account, unit=unit, role=Membership.Role.SCHEME_ADMIN)
    return {component.code: component for component in edition.components.all()}


@pytest.fixture
def session(components: dict[str, Component]) -> str:
    """The key of a session in which the clerk is signed in."""
    client = Client()
    client.force_login(Account.objects.get(username="clerk"))
    return client.cookies["sessionid"].value


@pytest.fixture
def browser(session: str) -> Iterator[Browser]:
    """Chromium. Asks for the data first: no database work is possible while a browser is driven."""
    with launched() as opened:
        yield opened


@pytest.fixture
def address(components: dict[str, Component], live_server: LiveServer) -> str:
    """The page of the fifteen items, with columns for what none of them uses as well."""
    return f"{live_server.url}{reverse('admin:rulesets_component_items', args=[components['bonus'].pk])}?show=all"


@pytest.fixture
def words(components: dict[str, Component], live_server: LiveServer) -> str:
    """The page of the edition's levels, roles and groups."""
    return live_server.url + reverse("admin:rulesets_edition_terms", args=[components["bonus"].edition_id])


@pytest.fixture
def outcome(components: dict[str, Component], live_server: LiveServer) -> str:
    """The page of an outcome whose tiers are ranges."""
    rule = Rule.objects.create(
        edition=components["bonus"].edition, code="P1", name="奖金", family="payout", order=99,
        params={"kind": "number"},
    )  # fmt: skip
    return live_server.url + reverse("admin:rulesets_rule_change", args=[rule.pk])


def opened(browser: Browser, session: str, address: str, viewport: dict[str, int] = DESK) -> Page:
    """A page on which the clerk is signed in."""
    context = browser.new_context(viewport=viewport)
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    page.goto(address)
    return page


def cell(page: Page, name: str) -> Any:
    return page.get_by_label(name, exact=True)


def paste(page: Page, text: str) -> None:
    """Pastes as a spreadsheet would, into the cell that has the focus."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const paste = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
            document.activeElement.dispatchEvent(paste);
        }""",
        text,
    )


def serious_faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical on the page, with the place."""
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:120]}"
        for fault in found_by_axe(page, "#content")
        if fault["impact"] in ("serious", "critical")
    ]


def test_keys_move_through_the_cells_and_what_was_typed_is_saved(
    browser: Browser, session: str, address: str
) -> None:
    page = opened(browser, session, address)
    cell(page, "获得表彰和荣誉称号之1 国家级 主要领导").click()
    page.keyboard.type("7.5")
    page.keyboard.press("Enter")
    expect(cell(page, "获得表彰和荣誉称号之2 国家级 主要领导")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("6")
    page.keyboard.press("Tab")
    expect(cell(page, "获得表彰和荣誉称号之2 国家级 主要作用人")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(cell(page, "获得表彰和荣誉称号之1 国家级 分管副职")).to_be_focused()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存：修改2项（B601、B602）")).to_be_visible()
    page.reload()
    expect(cell(page, "获得表彰和荣誉称号之1 国家级 主要领导")).to_have_value("7.5")
    expect(cell(page, "获得表彰和荣誉称号之2 国家级 分管副职")).to_have_value("6")


def test_a_block_from_a_spreadsheet_fills_the_cells(browser: Browser, session: str, address: str) -> None:
    page = opened(browser, session, address)
    cell(page, "获得表彰和荣誉称号之14 乡镇街道级 主要作用人").click()
    paste(page, "1\t2\t3\r\n４\t-5\r\n6\t7\r\n")
    expect(cell(page, "获得表彰和荣誉称号之14 乡镇街道级 本人")).to_have_value("2")
    expect(cell(page, "获得表彰和荣誉称号之15 乡镇街道级 主要作用人")).to_have_value("４")
    expect(page.get_by_role("status")).to_have_text("已粘贴4格，另有3格超出表格，没有填入，尚未保存")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(cell(page, "获得表彰和荣誉称号之15 乡镇街道级 主要作用人")).to_have_value("4")


def test_words_pasted_from_a_spreadsheet_get_rows_of_their_own_and_dragging_numbers_them(
    browser: Browser, session: str, words: str
) -> None:
    page = opened(browser, session, words)
    groups = page.get_by_role("region", name="分组")
    groups.get_by_label("分组 新的一行 名称").first.click()
    paste(page, "科级干部\tkj\r\n一般干部\r\n工人\r\n驻村干部\r\n")
    expect(groups.locator("tr.word")).to_have_count(4)
    expect(page.get_by_role("status")).to_have_text("已粘贴5格，尚未保存")
    grips, names = groups.locator(".grip"), groups.locator("td.name input")
    grips.nth(3).hover()
    page.mouse.down()
    grips.nth(0).hover(position={"x": 5, "y": 1})
    page.mouse.up()
    expect_values(names, "驻村干部", "科级干部", "一般干部", "工人")
    page.get_by_role("button", name="保存", exact=True).click()
    expect_values(groups.locator("tr.word:not(.new) td.code input"), "zcgb", "kj", "ybgb", "gr")


def test_a_wrong_cell_keeps_its_text_and_says_why(browser: Browser, session: str, address: str) -> None:
    page = opened(browser, session, address)
    wrong = cell(page, "获得表彰和荣誉称号之1 市厅级 主要领导")
    wrong.fill("五分")
    expect(wrong).to_have_accessible_description("应填数字，小数最多4位")
    cell(page, "获得表彰和荣誉称号之2 市厅级 主要领导").fill("3")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("没有保存")).to_be_visible()
    expect(wrong).to_have_value("五分")
    expect(cell(page, "获得表彰和荣誉称号之2 市厅级 主要领导")).to_have_value("3")
    expect(wrong).to_have_accessible_description("“五分”不是数字；允许数字，小数最多 4 位")
    page.get_by_role("link", name="获得表彰和荣誉称号之1 市厅级 主要领导").click()
    expect(cell(page, "获得表彰和荣誉称号之1 市厅级 主要领导")).to_be_focused()


def test_leaving_with_unsaved_changes_is_asked_about(browser: Browser, session: str, address: str) -> None:
    page = opened(browser, session, address)
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.keyboard.press("Tab")
    cell(page, "获得表彰和荣誉称号之1 国家级 主要领导").click()
    page.keyboard.type("1")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    expect(cell(page, "获得表彰和荣誉称号之1 国家级 主要领导")).to_have_value("1")


def test_a_row_is_added_laid_out_and_moved_without_leaving_the_page(
    browser: Browser, session: str, address: str
) -> None:
    page = opened(browser, session, address)
    page.get_by_role("button", name="添加一项（按档计分）").click()
    expect(page.locator("tr.item")).to_have_count(ITEMS + 1)
    # The name comes first: a code is given where none is typed.
    expect(page.locator("tr.item").last.locator("td.name input")).to_be_focused()
    page.keyboard.type("新的一项")
    page.get_by_label("第16行 怎么分档").focus()
    page.get_by_label("第16行 怎么分档").select_option(label="角色")
    cell(page, "新的一项 本人").fill("2")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("tr.item").nth(ITEMS - 1)).to_contain_text("角色")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("新增1项（B616）")).to_be_visible()
    expect(page.locator("tr.item").nth(ITEMS - 1).locator("td.code input")).to_have_value("B616")
    expect(cell(page, "新的一项 本人")).to_have_value("2")


def test_fifteen_items_stand_on_a_screen_and_everything_has_a_name(
    browser: Browser, session: str, address: str
) -> None:
    page = opened(browser, session, address)
    last = page.locator("tr.item").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= DESK["height"]
    assert excess_width(page) == 0
    assert serious_faults(page) == []


def test_on_a_phone_the_items_stand_one_below_the_other(browser: Browser, session: str, address: str) -> None:
    page = opened(browser, session, address, PHONE)
    assert excess_width(page) == 0
    box = cell(page, "获得表彰和荣誉称号之1 国家级 本人").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= PHONE["width"]
    assert serious_faults(page) == []


def test_the_meaning_of_a_rule_follows_what_is_typed_and_chosen(
    browser: Browser, session: str, address: str
) -> None:
    page = opened(browser, session, address)
    page.get_by_role("link", name="获得表彰和荣誉称号之1 详细").click()
    meaning = page.get_by_role("complementary", name="含义")
    page.locator("#id_tiers-0-value").fill("12")
    expect(meaning).to_contain_text("国家级、主要领导：每次+12分")
    page.get_by_label("比较哪一项").first.select_option(label="级别")
    page.get_by_label("比较的值").first.select_option(label="市厅级")
    page.get_by_role("button", name="＋ 添加一组").click()
    page.get_by_label("比较哪一项").last.select_option(label="数量")
    page.get_by_label("怎么比较").last.select_option(label="大于")
    page.get_by_label("比较的值").last.fill("很多")
    expect(meaning).to_contain_text("“数量”只能与数字比较")
    page.get_by_label("比较的值").last.fill("3")
    expect(meaning).to_contain_text("仅适用于：级别为市厅级，且数量大于 3。")
    assert serious_faults(page) == []
    page.locator("input[name=_save]").click()
    page.get_by_role("link", name="获得表彰和荣誉称号之1 详细").click()
    expect(page.get_by_label("比较的值").first).to_have_value("l2")


def test_the_columns_of_ranges_follow_what_they_are_ranges_of(
    outcome: str, browser: Browser, session: str
) -> None:
    page = opened(browser, session, outcome)
    expect(page.get_by_role("columnheader", name="名次从")).to_be_visible()
    page.get_by_label("档次的范围指什么").select_option(label="总分")
    expect(page.get_by_role("columnheader", name="总分从")).to_be_visible()
    expect(page.get_by_role("columnheader", name="总分到")).to_be_visible()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_of_a_draft_leads_to_its_items_and_everything_on_it_has_a_name(
    browser: Browser, session: str, address: str, viewport: dict[str, int]
) -> None:
    page = opened(browser, session, address, viewport)
    with page.expect_navigation():
        page.get_by_role("link", name="第1版").click()
    assert excess_width(page) == 0
    assert serious_faults(page) == []
    page.get_by_role("link", name="加分项：计分项").click()
    expect(page.get_by_role("heading", name="加分项")).to_be_visible()


def test_families_are_chosen_by_what_they_are_for(browser: Browser, session: str, address: str) -> None:
    page = opened(browser, session, address)
    with page.expect_navigation():
        page.get_by_role("link", name="添加其他类型的规则").click()
    page.get_by_label("名称").fill("加分限额")
    page.get_by_label("计分项限额").check()
    assert serious_faults(page) == []
    page.locator("input[name=_save]").click()
    meaning = page.get_by_role("complementary", name="含义")
    expect(meaning).to_contain_text("没有填写“最多几分”")
    page.get_by_label("最多几分").fill("5")
    page.get_by_label("按什么限定").select_option(label="每年")
    page.get_by_label("限定什么").select_option(label="加分")
    page.get_by_label("B601").check()
    expect(meaning).to_contain_text("每年加分最多5分。")
