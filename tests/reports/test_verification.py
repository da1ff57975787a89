"""Papers read back: originals, copies, forgeries, and what became of their results."""

import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import Error, connection, transaction
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from weasyprint import HTML

from assessments.models import Run
from assessments.publication import publish_run
from ledger.errors import LedgerFixed
from reports.issuing import Issue, digest_of_file, register, target_of
from reports.models import IssuedPaper
from reports.paper import packed
from reports.printing import Job
from reports.rendering import rendered
from reports.standing import Standing, today_of
from reports.verification import NotVerifiable, Verdict, held_today, registered, verified
from tests.reports.papers import text_of
from units.models import Unit

Ordered = Callable[..., tuple[Job, list[Issue]]]


@pytest.fixture
def issued(ordered: Ordered) -> tuple[Issue, bytes]:
    """The form of 1001 as it was issued and entered."""
    return issue_one(ordered, "1001")


def issue_one(ordered: Ordered, no: str) -> tuple[Issue, bytes]:
    job, issues = ordered(no)
    content = rendered(issues[0].paper)
    register(job, issues, [digest_of_file(content)])
    return issues[0], content


def saved_again(content: bytes) -> bytes:
    """The same pages as another program writes them, with the same files inside."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_issued_paper_names_its_code_and_digest(issued: tuple[Issue, bytes], year: Run) -> None:
    issue, content = issued
    text = text_of(content)
    assert issue.code in text
    assert year.digest in text


def test_printed_again_a_paper_has_the_same_code_and_bytes(
    issued: tuple[Issue, bytes], ordered: Ordered
) -> None:
    again, content = issue_one(ordered, "1001")
    assert (again.code, content) == (issued[0].code, issued[1])
    assert IssuedPaper.objects.count() == 1


def test_everybody_has_a_code_of_the_own(ordered: Ordered) -> None:
    assert len({issue.code for issue in ordered()[1]}) == 4


def test_the_register_says_what_for_whom_and_when(issued: tuple[Issue, bytes], year: Run) -> None:
    entry = IssuedPaper.objects.get()
    assert (entry.unit, entry.run, entry.form, entry.no, entry.name) == (
        year.unit,
        year,
        "annual",
        "1001",
        "陈一",
    )
    assert entry.document == year.document
    assert entry.issued_at is not None


def test_an_entry_of_the_register_is_never_changed(issued: tuple[Issue, bytes]) -> None:
    entry = IssuedPaper.objects.get()
    with pytest.raises(LedgerFixed):
        entry.save()
    with pytest.raises(LedgerFixed):
        entry.delete()
    for statement in ("UPDATE reports_issuedpaper SET name = 'x'", "DELETE FROM reports_issuedpaper"):
        with pytest.raises(Error, match="stays"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_enclosure_holds_the_subject_and_nobody_else(issued: tuple[Issue, bytes], year: Run) -> None:
    attachments = PdfReader(BytesIO(issued[1])).attachments
    (content,) = attachments["1001.json"]
    data = json.loads(content)
    assert [subject["no"] for subject in data["subjects"]] == ["1001"]
    assert (data["digest"], data["code"]) == (year.digest, issued[0].code)
    assert "李二" not in content.decode()


def test_what_was_issued_is_an_original(issued: tuple[Issue, bytes]) -> None:
    found = verified(issued[1])
    assert found.verdict == Verdict.ORIGINAL
    assert [entry.code for entry in found.entries] == [issued[0].code]


def test_a_file_that_was_saved_again_is_a_copy(issued: tuple[Issue, bytes]) -> None:
    assert verified(saved_again(issued[1])).verdict == Verdict.COPY


def test_a_changed_figure_is_found_though_the_enclosure_is_untouched(
    issued: tuple[Issue, bytes], year: Run
) -> None:
    issue, _ = issued
    total = next(s["total"] for s in year.result["subjects"] if s["no"] == "1001")
    assert total in issue.paper.html
    forged = rendered(replace(issue.paper, html=issue.paper.html.replace(total, "99.88")))
    found = verified(forged)
    assert found.verdict == Verdict.ALTERED
    assert any("99.88" in sentence and "第1页" in sentence for sentence in found.differences)


def drawn_over(content: bytes, html: str) -> bytes:
    """The same file with something drawn over its first page."""
    over = HTML(string=f"<style>@page {{ size: A4; margin: 0 }} p {{ position: absolute }}</style>{html}")
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.pages[0].merge_page(PdfReader(BytesIO(over.write_pdf())).pages[0])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_covered_figure_is_found_though_text_and_enclosure_are_untouched(
    issued: tuple[Issue, bytes],
) -> None:
    cover = '<p style="left: 60mm; top: 200mm; width: 60mm; height: 40mm; background: white"></p>'
    found = verified(drawn_over(issued[1], cover))
    assert found.verdict == Verdict.ALTERED
    [difference] = found.differences
    assert difference.startswith("第1页：文字与印发时相同，但样子不同")


def annotated(content: bytes, kind: str, right: int = 300) -> bytes:
    """The same file with an annotation on its first page: another figure laid over, or a link."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    note = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject(kind),
            NameObject("/Rect"): ArrayObject([NumberObject(side) for side in (200, 150, right, 180)]),
            NameObject("/Contents"): TextStringObject("99.5"),
            NameObject("/F"): NumberObject(4),
            NameObject("/Border"): ArrayObject([NumberObject(0)] * 3),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["/FreeText", "/Stamp", "/Widget"])
def test_a_figure_laid_over_as_a_note_is_found_also_where_looks_are_not_compared(
    issued: tuple[Issue, bytes], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.verification.is_drawn_as_issued", lambda content: False)
    found = verified(annotated(issued[1], kind))
    assert found.verdict == Verdict.ALTERED
    assert found.differences == ["第1页：有印发时没有的批注、图章或者填写的内容。"]


def test_a_page_of_which_a_part_is_cut_off_is_found_also_where_looks_are_not_compared(
    issued: tuple[Issue, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.verification.is_drawn_as_issued", lambda content: False)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(issued[1])))
    writer.pages[0].cropbox.upper_right = (400, 842)
    out = BytesIO()
    writer.write(out)
    found = verified(out.getvalue())
    assert found.verdict == Verdict.ALTERED
    assert found.differences == ["第1页：只显示了一部分，印发时是整页。"]


@pytest.mark.parametrize(("kind", "right"), [("/Link", 300), ("/Widget", 200)])
def test_links_and_what_has_no_extent_are_no_additions(
    issued: tuple[Issue, bytes], kind: str, right: int
) -> None:
    assert verified(annotated(issued[1], kind, right)).verdict == Verdict.COPY


def test_a_copy_of_a_paper_that_was_issued_again_in_another_layout_is_still_one(
    issued: tuple[Issue, bytes], ordered: Ordered
) -> None:
    job, [issue] = ordered("1001")
    paper = replace(issue.paper, html=issue.paper.html.replace("</body>", "<p>第二种版式</p></body>"))
    register(job, [replace(issue, content=packed(paper))], ["0" * 64])
    assert IssuedPaper.objects.filter(code=issue.code).count() == 2
    assert verified(saved_again(issued[1])).verdict == Verdict.COPY


def test_after_a_change_of_the_styles_it_is_told_that_looks_were_not_compared(
    issued: tuple[Issue, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.issuing.looks_digest", lambda styles: "other")
    found = verified(saved_again(issued[1]))
    assert found.verdict == Verdict.COPY
    assert any("没有比对样子" in note for note in found.notes)


def test_a_changed_enclosure_is_found_though_the_text_is_untouched(issued: tuple[Issue, bytes]) -> None:
    issue, _ = issued
    [enclosure] = issue.paper.enclosures
    data = json.loads(enclosure.content)
    data["subjects"][0]["total"] = "100"
    forged = replace(issue.paper, enclosures=(replace(enclosure, content=json.dumps(data).encode()),))
    found = verified(rendered(forged))
    assert found.verdict == Verdict.ALTERED
    assert "所附的结果数据" in found.differences[0]


def test_a_page_that_was_left_out_is_found(issued: tuple[Issue, bytes]) -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(issued[1])))
    writer.remove_page(1)
    out = BytesIO()
    writer.write(out)
    assert "印发时共2页，此文件有1页。" in verified(out.getvalue()).differences


def test_a_paper_that_was_never_issued_is_unknown(ordered: Ordered) -> None:
    _, issues = ordered("1001")
    assert verified(rendered(issues[0].paper)).verdict == Verdict.UNKNOWN


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"PK\x03\x04" * 100])
def test_what_is_no_pdf_is_refused(db: None, content: bytes) -> None:
    with pytest.raises(NotVerifiable):
        verified(content)


def test_an_unpublished_result_is_told_as_such(issued: tuple[Issue, bytes]) -> None:
    assert today_of(IssuedPaper.objects.get()).standing == Standing.UNPUBLISHED


def test_a_published_result_is_valid(ordered: Ordered, year: Run) -> None:
    publish_run(year)
    issue_one(ordered, "1001")
    entry = IssuedPaper.objects.get()
    assert today_of(entry).standing == Standing.VALID
    assert entry.publication is not None


def test_a_correction_marks_the_earlier_papers_that_it_concerns(
    ordered: Ordered, year: Run, corrected: Callable[[], Run]
) -> None:
    publish_run(year)
    for no in ("1001", "1004"):
        issue_one(ordered, no)
    publish_run(corrected(), reason="漏记一次迟到")
    standings = {entry.no: today_of(entry).standing for entry in IssuedPaper.objects.all()}
    assert standings == {"1001": Standing.SUPERSEDED, "1004": Standing.UNCHANGED}
    assert {entry.no for entry in IssuedPaper.objects.all().superseded()} == {"1001", "1004"}


def test_values_of_today_stand_beside_those_on_the_paper(
    issued: tuple[Issue, bytes], corrected: Callable[[], Run]
) -> None:
    corrected()
    held = held_today(IssuedPaper.objects.get(), recompute=True)
    assert held.today.standing == Standing.SUPERSEDED
    assert held.lines[0].startswith("件上所载：总分")
    assert held.lines[0].removeprefix("件上所载：") != held.lines[1].removeprefix("现行结果：")
    assert held.lines[2] == "按存档的依据重新核算，与记录逐项一致。"


def test_a_code_is_looked_up_as_it_was_typed(issued: tuple[Issue, bytes]) -> None:
    assert registered(issued[0].code.lower().replace("-", " ")).get().no == "1001"
    assert not registered("nonsense").exists()


def test_the_command_says_what_an_original_is_and_what_holds(
    issued: tuple[Issue, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.pdf").write_bytes(issued[1])
    call_command("verify", str(tmp_path / "a.pdf"))
    out = capsys.readouterr().out
    assert out.startswith("原件：")
    assert "陈一（1001）" in out
    assert "重新核算，与记录逐项一致" in out


def test_the_command_refuses_a_forgery(
    issued: tuple[Issue, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = replace(issued[0].paper, html=issued[0].paper.html.replace("陈一", "陈二"))
    (tmp_path / "a.pdf").write_bytes(rendered(forged))
    with pytest.raises(SystemExit) as exit_of:
        call_command("verify", str(tmp_path / "a.pdf"))
    assert exit_of.value.code == 1
    assert "内容不符" in capsys.readouterr().err


def test_the_command_registers_what_it_prints(year: Run, tmp_path: Path) -> None:
    call_command(
        "print_reports", "bureau", "2025", "--form", "annual", "--subject", "1001", "--out", str(tmp_path)
    )
    (file,) = tmp_path.iterdir()
    assert IssuedPaper.objects.get().file_digest == digest_of_file(file.read_bytes())


@pytest.mark.parametrize(
    ("of_the_unit", "of_all", "expected"),
    [
        ("", "", "核验编号 7K3M-9QXD-0A2B-WZ5E 某局 表"),
        ("", "https://kaohe.example", "https://kaohe.example/verify/7K3M-9QXD-0A2B-WZ5E/"),
        (
            "https://ju.example/kaohe/",
            "https://kaohe.example",
            "https://ju.example/kaohe/verify/7K3M-9QXD-0A2B-WZ5E/",
        ),
    ],
)
def test_qr_codes_lead_to_the_units_address_or_else_to_the_installations(
    settings: Any, of_the_unit: str, of_all: str, expected: str
) -> None:
    settings.PUBLIC_ADDRESS = of_all
    unit = Unit(code="bureau", name="某局", public_address=of_the_unit)
    assert target_of(unit, "7K3M-9QXD-0A2B-WZ5E", "某局", "表") == expected


@pytest.mark.parametrize("address", ["kaohe.example", "javascript:alert(1)", "https://a b", "https://a/?x=1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    unit = Unit(code="bureau", name="某局", public_address=address)
    with pytest.raises(ValidationError, match="对外网址以"):
        unit.clean_fields()


def test_a_registered_paper_belongs_to_its_unit(issued: tuple[Issue, bytes], other_unit: Unit) -> None:
    assert not IssuedPaper.objects.filter(unit=other_unit).exists()
