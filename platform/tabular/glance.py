"""The quick survey of a plain worksheet: how far it reaches and what is merged, by patterns over its bytes.

Most sheets hold neither formulas nor errors, and are written in one manner. A parser that tells Python of every
element takes as long as all reading; of a plain sheet, patterns see the same in a tenth of that. Whatever is
not plain is left to the parser (`tabular.survey`).
"""

import re
from typing import IO, NamedTuple

CHUNK = 1 << 20
# Formulas, cells with a prefix, declarations and comments, errors: one by one, since alternatives are searched slowly.
NOT_PLAIN = tuple(map(re.compile, (rb"<f[\s/>]", rb":[cf][\s/>]", rb"<!", rb'"e"', rb"'e'")))
ANY_CELL = re.compile(rb"<c[\s/>]")
PLACED_CELL = re.compile(rb'<c r="[A-Z]{1,3}[1-9][0-9]{0,6}"')
FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"[^>]*>(?<!/>)(?!</c>)')
ANY_MERGED = re.compile(rb"<mergeCell[\s/>]")
MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[1-9][0-9]{0,6}):([A-Z]{1,3}[1-9][0-9]{0,6})"')


class NotPlain(Exception):
    """A worksheet that patterns can't tell enough of."""


class Glance(NamedTuple):
    """What a plain worksheet shows.

    columns: letters of the columns that hold something. last_row: 0 where nothing does. merged: the first cell of
    each merged range.
    """

    columns: set[str]
    last_row: int
    merged: list[str]


def glance_at(stream: IO[bytes]) -> Glance:
    """The glance at a worksheet's XML, in bounded memory. Raises NotPlain."""
    letters: set[bytes] = set()
    last_row, merged, waiting = 0, [], stream.read(CHUNK)
    if b"<worksheet" not in waiting:  # also every encoding but UTF-8
        raise NotPlain
    while waiting:
        chunk = stream.read(CHUNK)
        piece, waiting = _whole_tags(waiting + chunk) if chunk else (waiting, b"")
        if any(pattern.search(piece) for pattern in NOT_PLAIN) or len(waiting) > CHUNK:
            raise NotPlain
        ranges = MERGED.findall(piece)
        if len(ranges) != _count(ANY_MERGED, piece) or _count(PLACED_CELL, piece) != _count(ANY_CELL, piece):
            raise NotPlain
        cells = FILLED_CELL.findall(piece)
        letters.update({column for column, _ in cells})
        last_row = max(last_row, max((int(row) for row in {row for _, row in cells}), default=0))
        merged += [first.decode() for first, last in ranges if first != last]
    if not piece.rstrip().endswith(b"</worksheet>"):
        raise NotPlain
    return Glance({column.decode() for column in letters}, last_row, merged)


def _count(pattern: re.Pattern[bytes], piece: bytes) -> int:
    return len(pattern.findall(piece))


def _whole_tags(piece: bytes) -> tuple[bytes, bytes]:
    """What can be looked at, and what waits for its end: a cell that may not be there as a whole, or a tag."""
    end = piece.rfind(b"<c ")
    end = end if end > 0 else max(piece.rfind(b"<"), 0)
    return piece[:end], piece[end:]
