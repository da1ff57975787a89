"""How much of a page texts take, reckoned beforehand so that what is left becomes room to write by hand.

WeasyPrint could share out the room by itself (flex), for a third more time a form. All lengths are millimetres;
they stand for styles/annual.css and the columns of its template, and the tests measure them on real pages.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PAGE = 225.0
# Marks that take a third of a character.
NARROW = frozenset("-.,:;'!|()[]/ ")
# A name of several parts, which is broken between them.
NAME_IN_PARTS = re.compile(r"(?:[^\W\d_]+·)+[^\W\d_]+")
# A full-width character at the sizes that the form uses.
TEXT_EM = 4.24
NOTE_EM = 3.71
LINE_EM = 3.18
# A further line of text in a cell, at those sizes.
TEXT_LEADING = 5.6
NOTE_LEADING = 4.9
LINE_LEADING = 3.65
# What a row with the form's text is higher than its lines.
TEXT_BORDER = 0.4

# The unit's name above the table: beside period and number, or where it doesn't fit there on lines of its own.
UNIT_WIDTH, UNIT_WIDTH_ALONE = 78.0, 155.0
# The first page: title and heading; a row of the head, of the scores, of the outcome.
TITLE = 20.1
HEAD_ROW = 9.2
SCORE_ROW = 7.7
OUTCOME_ROW = 9.7
LEAST_SUMMARY = 30
# Where many parts leave less: lower rows of the scores, and less room.
SCORE_ROW_TIGHT = 6.2
LEAST_SUMMARY_TIGHT = 22
# The page of the lines: caption and header; a row. The columns 事项号, 事项, 角色级别, 依据条款, 说明 may wrap.
# A sentence under the tables.
FOOTER_LINE = 5.2
LINES_HEADER = 12.8
LINE_ROW = 5.2
NO_LINES_ROW = 18.0
LINE_COLUMNS = (14.8, 45.0, 12.8, 14.8, 25.6)
WHOLE_LINE = 154.8
# What the reckoning may be wrong by, on a page.
SPARE = 2.5


@dataclass(frozen=True, slots=True)
class OpinionHeights:
    """How high the opinions are. on_new_page: they don't fit below the lines, and stand together on the next page."""

    leader: int
    committee: int
    person: int
    remark: int
    on_new_page: bool = False


LEAST = (20, 22, 14, 10)
MOST = (62, 72, 40, 30)


@dataclass(frozen=True, slots=True)
class FirstPage:
    """How the first page is filled. summary: the height of the room for the summary.

    is_tight: the rows of the scores are lower. runs_over: even so the page doesn't hold all, and what is left over
    stands on the next one, above the lines.
    """

    summary: int
    is_tight: bool = False
    runs_over: bool = False


def text_width(text: str) -> float:
    """The width of a text in full-width characters."""
    return sum(character_width(character) for character in text)


def character_width(character: str) -> float:
    """1 for what is Chinese, else what Liberation Serif takes at most for capitals, digits, letters and marks."""
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character in NARROW:
        return 0.34
    return 0.7 if character.isupper() else 0.5


def text_lines(text: str, width: float, em: float = TEXT_EM) -> int:
    """How many lines a text takes in a column of so many millimetres; at least one."""
    holds = math.floor(2 * width / em) / 2
    if NAME_IN_PARTS.fullmatch(text):
        return _lines_of_parts(text, holds)
    lines = text_width(text) / holds
    # Brackets and commas that may not begin or end a line leave gaps in every line but the last.
    return max(1, math.ceil(lines if lines <= 2 else lines * 1.15))


def _lines_of_parts(name: str, holds: float) -> int:
    """The lines of a name that is broken after its dots: 买买提江· 吐尔逊."""
    lines, taken = 1, 0.0
    for part in re.findall("[^·]+·?", name):
        width = text_width(part)
        if taken and taken + width > holds:
            lines, taken = lines + 1, 0.0
        taken += width
        lines += max(math.ceil(taken / holds) - 1, 0)
        taken = min(taken, holds)
    return lines


def row_height(least: float, cells: Iterable[tuple[str, float]], em: float, leading: float) -> float:
    """The height of a row, given its texts with the widths of their columns."""
    return least + leading * (max(text_lines(text, width, em) for text, width in cells) - 1)


def text_row_height(least: float, cells: Iterable[tuple[str, float]]) -> float:
    """The same of a row whose height of one line has room to spare for a part of the next."""
    lines = max(text_lines(text, width) for text, width in cells)
    return max(least, TEXT_LEADING * lines + TEXT_BORDER)


def has_long_name(unit: str) -> bool:
    """Whether the unit's name (`单位：…`) doesn't fit beside period and number."""
    return text_lines(unit, UNIT_WIDTH) > 1


def first_page(
    head: Sequence[Sequence[tuple[str, float]]],
    scores: Sequence[tuple[str, float]],
    notes: Sequence[str],
    unit: str = "",
) -> FirstPage:
    """What room the first page has for the person's summary.

    unit: what stands above the table, which a long name makes higher. head: the rows of the head and of the outcome.
    scores: the parts' names. notes: the sentences below. Texts of tables come with the widths of their columns.
    """
    taken = TITLE + OUTCOME_ROW - HEAD_ROW
    taken += TEXT_LEADING * text_lines(unit, UNIT_WIDTH_ALONE) if has_long_name(unit) else 0
    taken += sum(text_row_height(HEAD_ROW, cells) for cells in head)
    if notes:
        taken += 3 + NOTE_LEADING * sum(text_lines(note, 135, NOTE_EM) for note in notes)
    for row, least in ((SCORE_ROW, LEAST_SUMMARY), (SCORE_ROW_TIGHT, LEAST_SUMMARY_TIGHT)):
        rows = row + sum(text_row_height(row, [cell]) for cell in scores)
        room = math.floor(PAGE - SPARE - taken - rows)
        if room >= least:
            return FirstPage(room, is_tight=row == SCORE_ROW_TIGHT)
    return FirstPage(LEAST_SUMMARY_TIGHT, is_tight=True, runs_over=True)


def opinion_heights(
    rows: Sequence[Sequence[str]], footer_lines: int = 0, runs_over: bool = False
) -> OpinionHeights:
    """The heights of the opinions, so that together with the lines they fill the last page.

    rows: of each line the texts of the columns that may wrap, and what stands below it over all columns.
    footer_lines: how many sentences stand below. runs_over: the first page's rest stands above the lines.
    """
    taken = LINES_HEADER if rows else LINES_HEADER + NO_LINES_ROW
    for *texts, further in rows:
        height = row_height(LINE_ROW, zip(texts, LINE_COLUMNS, strict=True), LINE_EM, LINE_LEADING)
        if further:
            height += row_height(LINE_ROW, [(further, WHOLE_LINE)], LINE_EM, LINE_LEADING)
        taken = LINES_HEADER + height if taken + height > PAGE else taken + height
    room = PAGE - SPARE - taken - sum(LEAST) - FOOTER_LINE * footer_lines
    on_new_page = runs_over or room < 0
    if on_new_page:
        room += taken
    share = min(max(room / (sum(MOST) - sum(LEAST)), 0.0), 1.0)
    leader, committee, person, remark = (
        math.floor(low + (high - low) * share) for low, high in zip(LEAST, MOST, strict=True)
    )
    return OpinionHeights(leader, committee, person, remark, on_new_page)
