"""A clerk's afternoon, in a real browser: from a copied scheme to a published one, from spreadsheets to a result.

With GONGGUO_TOUR set, the same journey takes the pictures of docs/tour.md:
`GONGGUO_TOUR=1 .venv/bin/python -m pytest tests/portal/test_clerks_afternoon.py`.
"""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import CHROMIUM, DESK, PASSWORD, launched, signed_in, violations_on
from units.models import Account, Membership, Unit

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs/images/tour"
DEMO = ROOT / "fixtures/demo/bureau"
LARGEST_PICTURE = 150_000
COLOURS = 128
# The menu at the side slides in.
SETTLED_MILLISECONDS = 500
TAKES_PICTURES = bool(os.environ.get("GONGGUO_TOUR"))
# The pictures in the order in which the journey takes them.
NAMES = (
    *("home", "start", "library", "edition", "items", "check", "publish", "published"),
    *("import-people", "import-events", "recorded", "results", "review", "reasons", "workbook"),
)


class Journey:
    """What the clerk does on the page, and the pictures of it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.taken: list[str] = []
        self.refused = violations_on(page)

    def picture(self, name: str) -> None:
        """Keeps what is on the screen, few colours and a small file, where pictures are asked for."""
        self.taken.append(name)
        if TAKES_PICTURES:
            self.page.wait_for_load_state("networkidle")
            self.page.wait_for_timeout(SETTLED_MILLISECONDS)
            PICTURES.mkdir(parents=True, exist_ok=True)
            screen = Image.open(BytesIO(self.page.screenshot()))
            screen.convert("RGB").quantize(COLOURS).save(PICTURES / f"{name}.png", optimize=True)

    def click(self, name: str, role: str = "link") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def home(self) -> None:
        self.page.goto(self.address)

    def bring_in(self, task: str, file: Path, picture: str = "") -> None:
        """Imports a spreadsheet from the first page: chosen, looked at, confirmed."""
        self.home()
        self.page.get_by_role("navigation", name="常用工作").get_by_role("link", name=task).click()
        self.page.locator("input[type=file]").set_input_files(file)
        self.click("预览", "button")
        if picture:
            self.picture(picture)
        self.page.get_by_role("button", name=re.compile("^确认")).click()
        expect(self.page.get_by_text("已导入")).to_be_visible()


@pytest.fixture
def journey(transactional_db: None, live_server: LiveServer) -> Iterator[Journey]:
    """The first page for 周敏, who has signed in: the scheme administrator of a unit in which nothing is there yet."""
    unit = Unit.objects.create(code="qinghe", name="清河区信访局")
    account = Account.objects.create_user(
        "zhoumin", password=PASSWORD, unit=unit, last_name="周", first_name="敏"
    )
    Membership.objects.create(account=account, unit=unit, role=Membership.Role.SCHEME_ADMIN)
    with launched() as browser:
        yield Journey(signed_in(browser, live_server.url, "zhoumin", DESK), live_server.url)


def copy_a_scheme(journey: Journey) -> None:
    journey.picture("home")
    journey.click("建立考核办法")
    journey.picture("start")
    journey.click("机关内部量化考核（按部分扣分）")
    journey.page.get_by_label("名称").fill("清河区信访局内部量化考核办法")
    journey.page.get_by_label("编码").fill("internal")
    journey.picture("library")
    journey.click("照此建立草稿", "button")
    expect(journey.page.get_by_text("照抄范本《内部量化考核工作方案》")).to_be_visible()
    journey.picture("edition")


def change_an_item(journey: Journey) -> None:
    page = journey.page
    page.get_by_role("link", name=re.compile("计分项")).first.click()
    cell = (
        page.get_by_role("row").filter(has=page.locator("input[value=B102]")).locator("td.value input").first
    )
    cell.fill("-2")
    journey.picture("items")
    journey.click("保存", "button")
    expect(page.get_by_text("已保存：修改1项（B102）")).to_be_visible()
    expect(cell).to_have_value("-2")
    page.get_by_role("link", name="第1版").click()


def publish_it(journey: Journey) -> None:
    page = journey.page
    journey.click("检查与发布")
    journey.picture("check")
    page.get_by_role("navigation", name="发布步骤").get_by_role("link", name="发布").click()
    page.get_by_label("文号").fill("清信〔2025〕2号")
    page.get_by_label("发布说明").fill("假定各处已与办公室核对")
    journey.picture("publish")
    journey.click("发布", "button")
    expect(page.get_by_text("已经发布。")).to_be_visible()
    journey.home()
    expect(page.get_by_text("清信〔2025〕2号")).to_be_visible()
    journey.picture("published")


def assess_the_year(journey: Journey) -> None:
    page = journey.page
    journey.home()
    page.get_by_label("核算期间").select_option("2025")
    journey.picture("recorded")
    page.get_by_role("button", name="开始核算").click()
    expect(page).to_have_url(re.compile("/results/2025/"))
    expect(page.locator("tbody tr").first).to_be_visible()
    journey.picture("results")
    page.get_by_role("link", name="审定与公布").click()
    journey.picture("review")
    page.go_back()
    page.locator("tbody tr a").first.click()
    expect(page.get_by_role("heading", name=re.compile("^为什么是"))).to_be_visible()
    page.locator("summary").first.click()
    journey.picture("reasons")


def take_the_workbook_and_bring_it_back(journey: Journey) -> None:
    page = journey.page
    page.goto(f"{journey.address}/admin/rulesets/edition/")
    page.locator("#result_list tbody a").first.click()
    with page.expect_download() as download:
        page.get_by_text("更多", exact=True).click()
        journey.click("导出工作簿")
    file = Path(download.value.path()).read_bytes()
    journey.click("用工作簿建新草稿")
    page.locator("input[type=file]").set_input_files(
        {"name": "办法.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": changed(file)}
    )
    journey.click("预览", "button")
    journey.picture("workbook")
    journey.click("确认，建立新草稿", "button")
    expect(page.get_by_text("已建立“清河区信访局内部量化考核办法 第2版”")).to_be_visible()


def changed(content: bytes) -> bytes:
    """The workbook after the clerk has raised the points of a tier in Excel."""
    import openpyxl

    workbook = openpyxl.load_workbook(BytesIO(content))
    tiers = workbook["档次"]
    place = next(cell.column for cell in tiers[1] if cell.value == "数值")
    row = next(cell.row for cell in tiers["A"] if cell.value == "B102")
    tiers.cell(row, place).value = -3
    stream = BytesIO()
    workbook.save(stream)
    return stream.getvalue()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed: `make test` installs it")
def test_a_clerk_gets_from_a_copied_scheme_to_a_result_in_an_afternoon(journey: Journey) -> None:
    copy_a_scheme(journey)
    change_an_item(journey)
    publish_it(journey)
    journey.bring_in("导入人员", DEMO / "people.xlsx", "import-people")
    journey.bring_in("导入事项", DEMO / "events.xlsx", "import-events")
    journey.bring_in("导入测评票", DEMO / "ballots.xlsx")
    journey.bring_in("导入指标数据", DEMO / "metrics.xlsx")
    assess_the_year(journey)
    take_the_workbook_and_bring_it_back(journey)
    assert tuple(journey.taken) == NAMES
    assert journey.refused == []


def test_the_guide_shows_every_picture_of_the_journey_and_no_other() -> None:
    shown = re.findall(
        r"!\[[^\]]+\]\(images/tour/([\w-]+)\.png\)", (ROOT / "docs/tour.md").read_text("utf-8")
    )
    assert tuple(shown) == NAMES
    kept = {picture.stem: picture.stat().st_size for picture in PICTURES.glob("*.png")}
    assert set(kept) == set(NAMES)
    assert max(kept.values()) < LARGEST_PICTURE
