"""Canonical JSON of frames, written by columns: what `canonical` makes of the rows as plain data, letter by letter.

A large unit has a million rows; as objects of Python they would take a gigabyte, and minutes.
"""

import json
from collections.abc import Collection, Iterator, Sequence

import polars as pl

# What JSON writes otherwise than it stands: quotation marks, backslashes, control characters.
ESCAPED = r'["\\\x00-\x1f]'
ROWS_A_BATCH = 50_000

# A text that stands in every row, or the texts of a column.
Piece = str | pl.Series


def canonical_rows(frame: pl.DataFrame) -> Iterator[str]:
    """The rows as canonical arrays, joined by commas, in batches: joined by commas again, all of them."""
    for batch in frame.iter_slices(ROWS_A_BATCH):
        pieces: list[Piece] = []
        for place, column in enumerate(batch):
            pieces += [",[" if place == 0 else ",", *_value(column)]
        yield _joined([*pieces, "]"]).str.join("").item()[1:]


def canonical_objects(frame: pl.DataFrame, written: Collection[str]) -> pl.Series:
    """Each row as a canonical object of its columns by name; those of `written` hold canonical JSON already."""
    pieces: list[Piece] = []
    for place, name in enumerate(sorted(frame.columns)):
        column = frame[name]
        pieces += ["," if place else "{", f'"{name}":', *([column] if name in written else _value(column))]
    return _joined([*pieces, "}"])


def _joined(pieces: Sequence[Piece]) -> pl.Series:
    """Row by row all pieces after one another, in one pass over the rows; a text stands in every row."""
    columns = {str(place): piece for place, piece in enumerate(pieces) if isinstance(piece, pl.Series)}
    written = [pl.lit(piece) if isinstance(piece, str) else str(place) for place, piece in enumerate(pieces)]
    return pl.DataFrame(columns).select(pl.concat_str(written)).to_series()


def _value(column: pl.Series) -> list[Piece]:
    """Each value as canonical JSON. Raises TypeError for a kind of value that has no exact place in a document."""
    kind = column.dtype
    if kind == pl.Date:
        return _quoted(column.dt.to_string("%Y-%m-%d"))
    if kind == pl.Boolean or kind.is_integer():
        return [column.cast(pl.String).fill_null("null")]
    if kind in (pl.String, pl.Categorical, pl.Null):
        return _quoted(column.cast(pl.String))
    raise TypeError(f"a column of {kind} has no exact place in a document")


def _quoted(texts: pl.Series) -> list[Piece]:
    """Each text as JSON writes it."""
    odd = texts.filter(texts.str.contains(ESCAPED)).unique().drop_nulls()
    if odd.is_empty() and not texts.has_nulls():
        return ['"', texts, '"']
    quoted = '"' + texts + '"'
    if not odd.is_empty():
        written = pl.Series([json.dumps(text, ensure_ascii=False) for text in odd], dtype=pl.String)
        escaped = texts.replace_strict(odd, written, default=None, return_dtype=pl.String)
        quoted = escaped.zip_with(escaped.is_not_null(), quoted)
    return [quoted.fill_null("null")]
