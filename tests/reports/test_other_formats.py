"""Pictures and workbooks are issued papers too: registered by file, and read back."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.header_footer import HeaderFooter
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from assessments.models import Run
from reports.issuing import digest_of_file, issues_of
from reports.models import IssuedPaper, PrintOrder
from reports.orders import file_of, order_print
from reports.pictures import CODE_KEY
from reports.printing import Order, prepared
from reports.verification import NotVerifiable, Verdict, verified

Printed = Callable[[str, str], bytes]


@pytest.fixture
def printed(year: Run, tmp_path: Path) -> Printed:
    """Prints a form in a format by the command and returns the file."""

    def make(form: str, file_format: str) -> bytes:
        arguments = ["--form", form, "--format", file_format, "--out", str(tmp_path)]
        call_command("print_reports", year.unit.code, "2025", *arguments)
        [file] = tmp_path.glob(f"*.{file_format}")
        return file.read_bytes()

    return make


def saved(content: bytes, cell: str = "", value: str = "", keywords: str | None = None) -> bytes:
    """The workbook as another program saves it, with a cell or its keywords changed."""
    workbook = load_workbook(BytesIO(content))
    if cell:
        workbook.worksheets[0][cell] = value
    if keywords is not None:
        workbook.properties.keywords = keywords
    return written(workbook)


def written(workbook: Workbook) -> bytes:
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_a_workbook_is_registered_and_read_back_cell_by_cell(printed: Printed, year: Run) -> None:
    content = printed("summary", "xlsx")
    entry = IssuedPaper.objects.get()
    assert (entry.format, entry.form, entry.run) == ("xlsx", "summary", year)
    assert entry.file_digest == digest_of_file(content)
    assert load_workbook(BytesIO(content)).properties.keywords == f"核验编号 {entry.code}"
    assert verified(content).verdict == Verdict.ORIGINAL
    assert verified(saved(content)).verdict == Verdict.COPY
    forged = verified(saved(content, "C3", "王五"))
    assert forged.verdict == Verdict.ALTERED
    assert list(forged.differences) == ["“考核结果汇总表”第3行第3列：印发时为“陈一”，此文件为“王五”。"]


def _hide_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[4].hidden = True


def _hide_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["C"].hidden = True


def _show_another_figure(sheet: Worksheet) -> None:
    sheet["C4"].number_format = '"99.9"'


def _show_nothing(sheet: Worksheet) -> None:
    sheet["C4"].number_format = ";;;"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_hide_row, "隐藏"),
        (_hide_column, "隐藏"),
        (_show_another_figure, "显示格式"),
        (_show_nothing, "显示格式"),
    ],
)
def test_a_workbook_that_shows_something_else_than_its_cells_is_no_copy(
    printed: Printed, change: Callable[[Worksheet], None], told: str
) -> None:
    workbook = load_workbook(BytesIO(printed("summary", "xlsx")))
    assert verified(written(workbook)).verdict == Verdict.COPY
    change(workbook.worksheets[0])
    found = verified(written(workbook))
    assert found.verdict == Verdict.ALTERED
    assert told in found.differences[0]


@pytest.mark.parametrize("code", ["0.00", "#,##0.00_);[Red](#,##0.00)", 'yyyy"年"m"月"', "[DBNum1]General"])
def test_usual_ways_of_showing_numbers_are_no_difference(printed: Printed, code: str) -> None:
    workbook = load_workbook(BytesIO(printed("summary", "xlsx")))
    workbook.worksheets[0]["C4"].number_format = code
    assert verified(written(workbook)).verdict == Verdict.COPY


def test_a_workbook_whose_program_dropped_the_mark_in_a_place_is_known_by_another(
    printed: Printed, year: Run
) -> None:
    content = printed("summary", "xlsx")
    workbook = load_workbook(BytesIO(saved(content, keywords="")))
    assert verified(written(workbook)).verdict == Verdict.COPY
    del workbook.custom_doc_props["核验"]  # type: ignore[attr-defined]  # not in the type stubs
    assert verified(written(workbook)).verdict == Verdict.COPY
    for sheet in workbook.worksheets:
        sheet.HeaderFooter = HeaderFooter()
    assert verified(written(workbook)).verdict == Verdict.UNKNOWN


def test_a_picture_is_registered_and_read_back_by_its_pixels(printed: Printed, year: Run) -> None:
    content = printed("notice", "png")
    entry = IssuedPaper.objects.get()
    assert (entry.format, entry.file_digest) == ("png", digest_of_file(content))
    assert verified(content).verdict == Verdict.ORIGINAL
    with Image.open(BytesIO(content)) as picture:
        shown = picture.convert("RGB")
        assert picture.info[CODE_KEY] == entry.code

    def written(picture: Image.Image) -> bytes:
        info, out = PngInfo(), BytesIO()
        info.add_text(CODE_KEY, entry.code)
        picture.save(out, "PNG", pnginfo=info)
        return out.getvalue()

    assert verified(written(shown)).verdict == Verdict.COPY
    ImageDraw.Draw(shown).rectangle((400, 400, 420, 420), fill="black")
    assert verified(written(shown)).verdict == Verdict.ALTERED
    sent_on = BytesIO()
    shown.save(sent_on, "JPEG")
    found = verified(sent_on.getvalue())
    assert found.verdict == Verdict.UNKNOWN
    assert "转发、截屏过的图片" in found.notes[0]


def test_a_picture_that_was_ordered_on_a_page_is_registered(year: Run) -> None:
    order = order_print(
        year.unit, Order("notice", "2025", format="png"), PrintOrder.Manner.FILES, account=None
    )
    call_command("run_worker", "--until-empty")
    order = PrintOrder.objects.select_related("job").get(pk=order.pk)
    file = file_of(order)
    assert file is not None
    entry = IssuedPaper.objects.get()
    assert (entry.order, entry.format, entry.file_digest) == (order, "png", digest_of_file(file.read_bytes()))
    assert (order.job.done, order.job.total) == (1, 1)


def test_a_paper_for_some_has_another_code_than_that_for_all(year: Run) -> None:
    orders = [
        Order("summary", "2025"),
        Order("summary", "2025", format="xlsx"),
        Order("summary", "2025", departments=["K01"]),
        Order("summary", "2025", nos=["1001"]),
    ]
    codes = [issues_of(prepared(year.unit, order))[0].code for order in orders]
    assert len(set(codes)) == 4


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04 no archive", "压缩包请先解压"),
        (b"\x89PNG\r\n\x1a\n no picture", "这张图片不能读取"),
    ],
)
def test_a_broken_file_is_refused_with_the_way_out(db: None, content: bytes, told: str) -> None:
    with pytest.raises(NotVerifiable, match=told):
        verified(content)
