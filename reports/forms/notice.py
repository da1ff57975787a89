"""公示: the unit's list as it is put up, with red head, days of publicity and where to object.

The columns, their order and how names are shown are the edition's choice. A4; A3 is the same, enlarged; PNGs for
phones have a layout of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import wording
from reports.forms.columns import (
    Cell,
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
BLOCK = 156.0
# The largest character of the red head, and how wide the head may be; in characters of the text (3号).
LARGEST_HEAD, HEAD_WIDTH = 2.7, 27.0
# A character of the list, usual and where the columns are many; millimetres.
EM, CROWDED_EM = 4.45, 3.56


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """All that the notice shows. `head_size` in characters of the text; `columns` headings with percents of width."""

    head: str
    head_size: float
    number: str
    paragraphs: Sequence[str]
    columns: Sequence[tuple[str, float]]
    is_crowded: bool
    rows: Sequence[Sequence[Cell]]
    last: Sequence[Sequence[Cell]]
    after: Sequence[str]
    signature: str
    day: str
    frame: Frame


def notice_form(source: Source, subjects: Subjects) -> NoticeForm:
    """What the notice of these subjects shows."""
    chosen = ordered(source, subjects, source.text("notice_order"))
    columns = columns_of(source, chosen_columns(source, "notice"), source.text("notice_names"))
    rows = rows_of(columns, chosen)
    widths = fitted_widths(columns, rows, BLOCK, EM)
    is_crowded = widths is None
    widths = (
        widths or fitted_widths(columns, rows, BLOCK, CROWDED_EM) or [BLOCK / len(columns)] * len(columns)
    )
    first, last = split_rows(rows)
    head = source.text("notice_head", subjects)
    day = source.options.posted
    return NoticeForm(
        head=head,
        head_size=round(min(LARGEST_HEAD, HEAD_WIDTH / max(len(head), 1)), 2),
        number=source.text("notice_number", subjects),
        paragraphs=source.lines("notice_intro", subjects),
        columns=[
            (balanced(c.heading, w - 2, EM), round(w * 100 / BLOCK, 2))
            for c, w in zip(columns, widths, strict=True)
        ],
        is_crowded=is_crowded,
        rows=first,
        last=last,
        after=[*source.lines("notice_period", subjects), *source.lines("notice_objections", subjects)],
        signature=source.text("notice_signature", subjects),
        day=wording.chinese_date(day) if day else "年　　月　　日",
        frame=frame_of(source, "notice", subjects),
    )


def notice_papers(source: Source, subjects: Subjects) -> list[Paper]:
    """One paper: 公示_某局_2025年.pdf."""
    form = notice_form(source, subjects)
    a3 = source.options.size == "A3"
    stem = stem_of(source, "公示_A3" if a3 else "公示")
    paper = paper_of("notice", stem, form, form.frame, (*STYLES, "a3.css") if a3 else STYLES)
    return [paper]


def notice_pictures(source: Source, subjects: Subjects) -> list[Paper]:
    """The notice for phones: narrow pages of large type."""
    form = notice_form(source, subjects)
    return [paper_of("notice", stem_of(source, "公示"), form, form.frame, PHONE_STYLES, "notice_phone")]


NOTICE = Form("notice", notice_papers, sizes=("A4", "A3"), pictures=notice_pictures)
