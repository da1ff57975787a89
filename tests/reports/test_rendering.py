"""From HTML to PDF: what is missing is told, many papers come out as one would."""

import builtins
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from reports import fonts, press, rendering
from reports.rendering import Paper, PrintingStopped, RenderingUnavailable, check_environment, print_forms
from reports.typesetting import rendered
from tests.reports.papers import annual_paper, line, text_of


def test_this_machine_can_print() -> None:
    check_environment()


def test_a_missing_pango_is_told_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    really_import = builtins.__import__

    def without_pango(name: str, *rest: Any, **options: Any) -> Any:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library")
        return really_import(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(RenderingUnavailable, match=r"apt-get install libpango-1\.0-0"):
        check_environment()


def test_a_missing_harfbuzz_subset_is_told_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weasyprint.text.ffi.harfbuzz_subset", None)
    with pytest.raises(RenderingUnavailable, match="apt-get install libharfbuzz-subset0"):
        check_environment()


def test_a_machine_without_chinese_fonts_is_told_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed_families", lambda: {"DejaVu Sans"})
    with pytest.raises(RenderingUnavailable, match="apt-get install fonts-noto-cjk"):
        check_environment()


def test_a_machine_without_the_fonts_tool_is_told_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RenderingUnavailable, match="apt-get install fontconfig"):
        check_environment()


def test_the_text_reads_back_from_the_pdf() -> None:
    text = text_of(rendering.rendered(annual_paper()))
    for expected in (
        "年度考核登记表",
        "陈一",
        "某局",
        "69.78",
        "3/40",
        "获表彰和荣誉",
        "3月3日",
        "—1—",
        "—2—",
    ):
        assert expected in text


def test_the_pdf_has_a_title_and_a_language() -> None:
    reader = PdfReader(BytesIO(rendering.rendered(annual_paper())))
    assert reader.metadata is not None
    assert reader.metadata.title == "年度考核登记表 陈一（1001）"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"


def test_markup_in_names_is_text() -> None:
    paper = annual_paper(name="<script>alert(1)</script>", lines=[line(name="<b>&amp;</b>")])
    assert "<script>" not in paper.html
    assert "<b>&amp;</b>" in text_of(rendering.rendered(paper))


def test_nothing_outside_the_paper_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>secret</text></svg>')
    paper = Paper("甲", f'<p>甲</p><img src="{secret.as_uri()}">', ("paper.css",))
    assert "secret" not in text_of(rendering.rendered(paper))


def test_two_processes_print_what_one_prints(tmp_path: Path) -> None:
    papers = [annual_paper(no=f"100{number}", name="陈𬀩") for number in range(press.WORTH_A_POOL)]
    done: list[None] = []
    files = print_forms(papers, tmp_path / "out", lambda: done.append(None))
    assert [file.name for file in files] == [paper.file_name for paper in papers]
    assert len(done) == len(papers)
    fonts_of_all = rendering.fonts_for(papers)
    assert [file.read_bytes() for file in files] == [rendered(paper, fonts_of_all) for paper in papers]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(file.name for file in files)


def test_one_paper_needs_no_second_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(press, "ProcessPoolExecutor")
    (file,) = print_forms([annual_paper()], tmp_path, lambda: None)
    assert file.name == "年度考核登记表_1001_陈一.pdf"


def test_a_folder_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PrintingStopped, match="不能写入文件夹"):
        print_forms([annual_paper()], tmp_path / "file", lambda: None)


def test_a_process_that_dies_stops_the_printing_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "write_paper", die)
    with pytest.raises(PrintingStopped, match="打印进程意外中止"):
        print_forms([annual_paper()] * press.WORTH_A_POOL, tmp_path, lambda: None)


def die(paper: Paper, out: Path, configuration: Path) -> None:
    """What a worker process that runs out of memory does."""
    os._exit(1)


def test_a_file_name_keeps_chinese_and_loses_what_a_file_system_refuses() -> None:
    assert Paper("表_01/02_买买提·艾力", "", ()).file_name == "表_01%2F02_买买提·艾力.pdf"


def test_a_long_file_name_fits_and_stays_different() -> None:
    names = {Paper("长" * 300 + end, "", ()).file_name for end in "甲乙"}
    assert len(names) == 2
    assert all(len(name.encode()) < 255 for name in names)
