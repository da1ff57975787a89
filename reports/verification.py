"""Reading a paper back: is it what was issued, does it say what was issued, and what holds today.

The register decides by the file's own digest. A file that is not registered byte by byte is held against what was
issued under its code: its text and its looks against the paper printed anew, its enclosure against the stored
result. What the file says of itself is never believed.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from assessments.models import DocumentAltered
from assessments.replay import replay
from jobs.refusal import Refusal
from reports.comparing import NotReadable, code_in, differences_from, is_picture, is_workbook
from reports.issuing import digest_of_file, is_drawn_as_issued, paper_kept
from reports.looks import MOST_LOOKED_AT, differing_pages, looks_of
from reports.models import IssuedPaper
from reports.rendering import rendered
from reports.seals import CODE, normal_code
from reports.signing import certificate_of, signatures_of
from reports.standing import Today, subject_in, today_of
from rulesets.engine.canonical import digest_of

LARGEST = 50_000_000
MOST_PAGES = 5_000
MOST_DIFFERENCES = 10
SENT_ON = (
    "转发、截屏过的图片已不是印发的那份文件，不能凭文件核验；"
    "请按图片末尾的核验编号（或扫二维码）查询，再与查到的内容对照。"
)
NOT_LOOKED_AT = "印发以后版式有过更新，只核对了文字和所附数据，没有比对样子；有疑问的请与原件对照。"
# What may lie on a page: links, and the windows of notes, which are told by the notes themselves.
NO_ADDITIONS = ("/Link", "/Popup")
# So much stands beside a difference, that one finds it on the page.
AROUND = 6


class NotVerifiable(Refusal):
    """The file is none that can be read."""


class Verdict(StrEnum):
    """What the file is."""

    ORIGINAL = "original"
    COPY = "copy"
    ALTERED = "altered"
    UNKNOWN = "unknown"


VERDICTS = {
    Verdict.ORIGINAL: "原件：与印发登记的文件逐字节相同。",
    Verdict.COPY: "内容相符：不是登记的那份文件（可能另存或重新打印过），但所载内容与印发的一致。",
    Verdict.ALTERED: "内容不符：文件与登记的印发内容不一致，不能采信。",
    Verdict.UNKNOWN: "未登记：印发登记中没有这份文件，也没有它所载的核验编号。",
}


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. entries: the register's entries that the file goes by; differences: sentences, at most ten."""

    verdict: Verdict
    entries: Sequence[IssuedPaper]
    differences: Sequence[str] = ()
    notes: Sequence[str] = field(default=())

    @property
    def sentence(self) -> str:
        return VERDICTS[self.verdict]

    @property
    def is_good(self) -> bool:
        return self.verdict in (Verdict.ORIGINAL, Verdict.COPY)


def verified(content: bytes) -> Verification:
    """Whether a file is what was issued. Raises NotVerifiable."""
    if is_picture(content) or is_workbook(content):
        return _verified_otherwise(content)
    notes = list(_signature_notes(content, None))
    entries = list(_entries().filter(file_digest=digest_of_file(content)))
    if entries:
        unit = entries[0].unit
        return Verification(Verdict.ORIGINAL, entries, notes=list(_signature_notes(content, unit.code)))
    text = text_of_pages(content)
    codes = dict.fromkeys(CODE.findall("".join(text)))
    found = [entry for code in codes if (entry := _entries().filter(code=code).first()) is not None]
    if not found:
        return Verification(Verdict.UNKNOWN, [], notes=notes)
    notes = list(_signature_notes(content, found[0].unit.code))
    differences: list[str] = []
    added = list(_additions(content))
    for way in _ways(found):
        against = [*_text_differences(text, way), *_enclosure_differences(content, way), *added]
        if not against:
            found, differences = way, []
            break
        differences = differences or against
    if not differences:
        if all(is_drawn_as_issued(entry.content) for entry in found):
            differences = list(_look_differences(content, found))
        else:
            notes.append(NOT_LOOKED_AT)
    verdict = Verdict.ALTERED if differences else Verdict.COPY
    return Verification(verdict, found, differences[:MOST_DIFFERENCES], notes)


def _ways(found: list[IssuedPaper]) -> Iterator[list[IssuedPaper]]:
    """What a file may be a copy of: the newest papers of its codes; where it has one, those issued earlier as well.

    A paper that was issued again after a change of its layout keeps its code.
    """
    yield found
    if len(found) == 1:
        kept = {found[0].content_id}
        for entry in _entries().filter(code=found[0].code):
            if entry.content_id not in kept:
                kept.add(entry.content_id)
                yield [entry]


def _verified_otherwise(content: bytes) -> Verification:
    """A picture or a workbook: by its digest, else by the code inside it and what it shows."""
    entries = list(_entries().filter(file_digest=digest_of_file(content)))
    if entries:
        return Verification(Verdict.ORIGINAL, entries)
    try:
        code = code_in(content)
        found = list(_entries().filter(code=code)) if code else []
        if not found:
            return Verification(Verdict.UNKNOWN, [], notes=[SENT_ON] if is_picture(content) else ())
        differences = list(islice(differences_from(content, found[0]), MOST_DIFFERENCES))
    except NotReadable as error:
        raise NotVerifiable(str(error)) from error
    except DocumentAltered as altered:
        differences = [str(altered)]
    return Verification(Verdict.ALTERED if differences else Verdict.COPY, found[:1], differences)


def registered(text: str) -> QuerySet[IssuedPaper]:
    """The register's entries of a code as somebody typed it; none where it is no code."""
    code = normal_code(text)
    return _entries().filter(code=code) if code else _entries().none()


def _entries() -> QuerySet[IssuedPaper]:
    related = ("unit", "run__edition__scheme", "document", "content", "publication", "issued_by")
    return IssuedPaper.objects.select_related(*related).order_by("-issued_at", "-pk")


def _opened(content: bytes) -> PdfReader:
    if len(content) > LARGEST:
        raise NotVerifiable(f"文件超过 {LARGEST // 1_000_000} MB，不像是本系统印发的表册，请核对后再选。")
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted or len(reader.pages) > MOST_PAGES:
            raise NotVerifiable("文件加了密或页数过多，不能核验；请提供未经改动的 PDF 文件。")
    except (PyPdfError, ValueError, KeyError, RecursionError) as error:
        raise NotVerifiable("这个文件不是可以读取的 PDF；请选择系统印发的 PDF 文件。") from error
    return reader


def text_of_pages(content: bytes) -> list[str]:
    """The text of each page without white space. Raises NotVerifiable."""
    reader = _opened(content)
    try:
        return ["".join(page.extract_text().split()) for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotVerifiable("这个文件的文字不能读取；请选择系统印发的 PDF 文件。") from error


def _text_differences(given: Sequence[str], entries: Sequence[IssuedPaper]) -> Iterator[str]:
    """Where the file's text departs from the papers that were issued, printed anew."""
    issued: list[str] = []
    for entry in entries:
        try:
            issued += text_of_pages(rendered(paper_kept(entry.content)))
        except DocumentAltered as altered:
            yield str(altered)
            return
    if len(given) != len(issued):
        yield f"印发时共{len(issued)}页，此文件有{len(given)}页。"
    for number, (before, after) in enumerate(zip(issued, given, strict=False), start=1):
        for tag, start, end, first, last in SequenceMatcher(
            None, before, after, autojunk=False
        ).get_opcodes():
            if tag != "equal":
                old, new = _shown(before, start, end), _shown(after, first, last)
                yield f"第{number}页：印发时为“{old}”，此文件为“{new}”。"


def _additions(content: bytes) -> Iterator[str]:
    """Where something lies on a page that papers never have (notes, stamps, fields; links show nothing), or a page is
    shown in part."""
    for number, page in enumerate(_opened(content).pages, start=1):
        try:
            notes = [note.get_object() for note in page.get("/Annots", ())]
            added = any(note.get("/Subtype") not in NO_ADDITIONS and _has_extent(note) for note in notes)
            cut = tuple(page.cropbox) != tuple(page.mediabox)
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError):
            added = cut = True
        if added:
            yield f"第{number}页：有印发时没有的批注、图章或者填写的内容。"
        if cut:
            yield f"第{number}页：只显示了一部分，印发时是整页。"


def _has_extent(note: Any) -> bool:
    left, bottom, right, top = (float(side) for side in note["/Rect"])
    return left != right and bottom != top


def _look_differences(content: bytes, entries: Sequence[IssuedPaper]) -> Iterator[str]:
    """Where a file of the same text looks otherwise than the papers that were issued; its first pages alone."""
    issued: list[bytes] = []
    for entry in entries:
        if len(issued) < MOST_LOOKED_AT:
            issued += looks_of(rendered(paper_kept(entry.content)))
    for number in differing_pages(issued, looks_of(content)):
        yield f"第{number}页：文字与印发时相同，但样子不同，可能有遮盖、改画或者加盖的内容，请与原件对照。"


def _shown(text: str, start: int, end: int) -> str:
    return text[max(0, start - AROUND) : min(len(text), end + AROUND)]


def _enclosure_differences(content: bytes, entries: Sequence[IssuedPaper]) -> Iterator[str]:
    """Where the data inside the file departs from the stored result."""
    enclosed = list(_enclosed(content))
    by_code = {str(data.get("code")): data for data in enclosed if isinstance(data, dict)}
    for entry in entries:
        if entry.document is None:
            continue
        data = by_code.get(entry.code)
        if data is None:
            yield f"{entry}：文件中没有附带的结果数据，或已被换掉。"
        elif not _agrees(data, entry.document.read(), entry.no):
            yield f"{entry}：文件所附的结果数据与系统存档的结果不一致。"


def _agrees(data: dict[str, Any], result: dict[str, Any], no: str) -> bool:
    head = {key: value for key, value in result.items() if key != "subjects"}
    if any(data.get(key) != value for key, value in head.items()):
        return False
    if no:
        return bool(data.get("subjects") == [subject_in(result, no)])
    stored = {subject["no"]: subject for subject in result["subjects"]}
    return all(
        row["no"] in stored and all(stored[row["no"]].get(key) == value for key, value in row.items())
        for row in data.get("subjects", [])
    )


def _enclosed(content: bytes) -> Iterator[Any]:
    try:
        attachments = _opened(content).attachments
        for files in attachments.values():
            for file in files:
                yield json.loads(file)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError):
        # What can't be read is missing, which is told.
        return


def _signature_notes(content: bytes, unit_code: str | None) -> Iterator[str]:
    folder = Path(settings.DATA_FOLDER)
    own = certificate_of(unit_code, folder) if unit_code else None
    for signature in signatures_of(content, own):
        whose = "本单位的证书" if signature.is_own else "不是本单位现用的证书"
        state = "签章完好，文件签后未动" if signature.is_intact else "签章无效，或签后改动过"
        yield f"电子签章：{signature.signer}（{whose}），{state}。"


@dataclass(frozen=True, slots=True)
class Held:
    """What the database holds of a paper today: its standing, and lines about what it says now."""

    today: Today
    lines: Sequence[str]


def held_today(entry: IssuedPaper, recompute: bool = False) -> Held:
    """The paper's standing, the values that hold now beside those on the paper, and the replay of its run.

    recompute: reckons the run again from its stored inputs, which takes seconds for a large unit.
    """
    today = today_of(entry)
    lines = list(_values(entry, today))
    if recompute and entry.run is not None:
        lines.append(_replayed(entry))
    return Held(today, lines)


def _values(entry: IssuedPaper, today: Today) -> Iterator[str]:
    if not entry.no or entry.document is None or today.document is None:
        return
    on_paper = subject_in(entry.document.read(), entry.no)
    now = subject_in(today.document.read(), entry.no)
    yield f"件上所载：{_result_words(on_paper)}"
    yield f"现行结果：{_result_words(now)}"


def _result_words(subject: Any) -> str:
    if subject is None:
        return "没有此对象。"
    rank = f"第{subject['rank']}名" if subject["rank"] else "不参加排名"
    return f"总分{subject['total'] or '无'}，{rank}，等次{subject['band_name'] or '未定'}。"


def _replayed(entry: IssuedPaper) -> str:
    assert entry.run is not None and entry.document is not None
    if digest_of(entry.document.read()) != entry.document.digest:
        return "存档的结果与其核验码不符，数据可能被改动过。"
    differences = replay(entry.run)
    if differences:
        return f"按存档的依据重新核算，有{len(differences)}处与记录不同，请联系系统管理员。"
    return "按存档的依据重新核算，与记录逐项一致。"
