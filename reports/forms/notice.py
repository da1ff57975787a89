"""公示: the unit's list as it is put up, with red head, days of publicity and where to object.

The columns, their order and how names are shown are the edition's choice. A4; A3 is the same, enlarged; PNGs for
phones have a layout of their own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports import wording
from reports.forms.columns import (
    Cell,
    Column,
    balanced,
    chosen_columns,
    columns_of,
    fitted_widths,
    ordered,
    rows_of,
    split_rows,
)
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.source import Source
from reports.rendering import Paper

STYLES = ("paper.css", "notice.css")
PHONE_STYLES = ("paper.css", "phone.css")
WIDE_PHONE = "phone_wide.css"
BLOCK = 156.0
# That of a turned page, for more columns than fit.
WIDE_BLOCK = 235.0
# How headings are numbered (GB/T 9704-2012, 7.3.3): the first level is set in Hei, the second in Kai.
NUMBERS = (re.compile(r"[一二三四五六七八九十]+、"), re.compile(r"（[一二三四五六七八九十]+）"))
# The largest character of the red head, and how wide the head may be; in characters of the text (3号).
LARGEST_HEAD, HEAD_WIDTH = 2.7, 27.0
# A character of the list, usual and where the columns are many; millimetres.
EM, CROWDED_EM = 4.45, 3.56
# How wide a list is and how large its characters are, what is tried first in front: on paper, on a phone.
ON_PAPER = ((BLOCK, EM), (BLOCK, CROWDED_EM), (WIDE_BLOCK, CROWDED_EM))
ON_PHONE = ((98.0, 3.88), (98.0, 2.82), (168.0, 2.82))
# The room beside a heading in its cell, millimetres.
BESIDE = 2.4


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: the numbered heading that it begins with, of level 1 or 2, and the text after it."""

    heading: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """All that the notice shows. `head_size` in characters of the text; `columns` headings with percents of width.

    is_wide: the page is turned, on phones wider, since the columns are too many for it upright.
    """

    head: str
    head_size: float
    number: str
    paragraphs: Sequence[Paragraph]
    columns: Sequence[tuple[str, float]]
    is_crowded: bool
    is_wide: bool
    rows: Sequence[Sequence[Cell]]
    last: Sequence[Sequence[Cell]]
    after: Sequence[Paragraph]
    signature: str
    day: str
    frame: Frame


def notice_form(
    source: Source, subjects: Subjects, rooms: Sequence[tuple[float, float]] = ON_PAPER
) -> NoticeForm:
    """What the notice of these subjects shows. rooms: the widths and sizes of characters that its list may have."""
    chosen = ordered(source, subjects, source.text("notice_order"))
    columns = columns_of(source, chosen_columns(source, "notice"), source.text("notice_names"))
    rows = rows_of(columns, chosen)
    room, em, widths = _fitting(columns, rows, rooms)
    first, last = split_rows(rows)
    head = source.text("notice_head", subjects)
    day = source.options.posted
    return NoticeForm(
        head=head,
        head_size=round(min(LARGEST_HEAD, HEAD_WIDTH / max(len(head), 1)), 2),
        number=source.text("notice_number", subjects),
        paragraphs=[paragraph_of(line) for line in source.lines("notice_intro", subjects)],
        columns=[
            (balanced(c.heading, w - 2, em), round(w * 100 / room, 2))
            for c, w in zip(columns, widths, strict=True)
        ],
        is_crowded=em < rooms[0][1],
        is_wide=room > BLOCK,
        rows=first,
        last=last,
        after=[
            paragraph_of(line)
            for key in ("notice_period", "notice_objections")
            for line in source.lines(key, subjects)
        ],
        signature=source.text("notice_signature", subjects),
        day=wording.chinese_date(day) if day else "年　　月　　日",
        frame=frame_of(source, "notice", subjects),
    )


def _fitting(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], rooms: Sequence[tuple[float, float]]
) -> tuple[float, float, Sequence[float]]:
    """The first room and size of characters in which the columns fit, else the last; and their widths."""
    for room, em in rooms:
        widths = fitted_widths(columns, rows, room, em, BESIDE)
        if widths is not None:
            return room, em, widths
    room, em = rooms[-1]
    return room, em, [room / len(columns)] * len(columns)


def paragraph_of(line: str) -> Paragraph:
    """The paragraph of a line of text; a heading ends with its first sentence, or with the line."""
    level = next((level for level, number in enumerate(NUMBERS, start=1) if number.match(line)), 0)
    if not level:
        return Paragraph("", 0, line)
    end = line.find("。") + 1 or len(line)
    return Paragraph(line[:end], level, line[end:])


def notice_papers(source: Source, subjects: Subjects) -> list[Paper]:
    """One paper: 公示_某局_2025年.pdf."""
    form = notice_form(source, subjects)
    a3 = source.options.size == "A3"
    stem = stem_of(source, "公示_A3" if a3 else "公示")
    enlarged = ["a3.css"] if a3 else []
    turned = ["notice_wide_a3.css" if a3 else "notice_wide.css"] if form.is_wide else []
    paper = paper_of("notice", stem, form, form.frame, (*STYLES, *enlarged, *turned))
    return [paper]


def notice_pictures(source: Source, subjects: Subjects) -> list[Paper]:
    """The notice for phones: narrow pages of large type, wider ones where the columns are many."""
    form = notice_form(source, subjects, ON_PHONE)
    styles = (*PHONE_STYLES, *([WIDE_PHONE] if form.is_wide else []))
    return [paper_of("notice", stem_of(source, "公示"), form, form.frame, styles, "notice_phone")]


NOTICE = Form("notice", notice_papers, sizes=("A4", "A3"), pictures=notice_pictures)
