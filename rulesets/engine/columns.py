"""Canonical JSON of frames, written by columns: what `canonical` makes of the rows as plain data, letter by letter.

A large unit has a million rows; as objects of Python they would take a gigabyte, and minutes.
"""

import json
from collections.abc import Collection, Iterator

import polars as pl

# What JSON writes otherwise than it stands: quotation marks, backslashes, control characters.
ESCAPED = r'["\\\x00-\x1f]'
ROWS_A_BATCH = 50_000


def canonical_rows(frame: pl.DataFrame) -> Iterator[str]:
    """The rows as canonical arrays, joined by commas, in batches: joined by commas again, all of them."""
    for batch in frame.iter_slices(ROWS_A_BATCH):
        yield _enclosed("[", [_value(column) for column in batch], "]").str.join(",").item()


def canonical_objects(frame: pl.DataFrame, written: Collection[str]) -> pl.Series:
    """Each row as a canonical object of its columns by name; those of `written` hold canonical JSON already."""
    values = []
    for name in sorted(frame.columns):
        value = frame[name] if name in written else _value(frame[name])
        values.append(f'"{name}":' + value)
    return _enclosed("{", values, "}")


def _enclosed(opening: str, values: list[pl.Series], closing: str) -> pl.Series:
    columns = [value.alias(str(place)) for place, value in enumerate(values)]
    joined = pl.concat_str(pl.all(), separator=",")
    return pl.DataFrame(columns).select(pl.concat_str(pl.lit(opening), joined, pl.lit(closing))).to_series()


def _value(column: pl.Series) -> pl.Series:
    """Each value as canonical JSON. Raises TypeError for a kind of value that has no exact place in a document."""
    kind = column.dtype
    if kind == pl.Date:
        column = column.dt.to_string("%Y-%m-%d")
    elif not (kind in (pl.String, pl.Categorical, pl.Boolean, pl.Null) or kind.is_integer()):
        raise TypeError(f"a column of {kind} has no exact place in a document")
    texts = column.cast(pl.String)
    if not (kind == pl.Boolean or kind.is_integer()):
        texts = _quoted(texts)
    return texts.fill_null("null")


def _quoted(texts: pl.Series) -> pl.Series:
    """Each text as JSON writes it; None stays None."""
    odd = texts.filter(texts.str.contains(ESCAPED)).unique().drop_nulls()
    quoted = '"' + texts + '"'
    if odd.is_empty():
        return quoted
    written = pl.Series([json.dumps(text, ensure_ascii=False) for text in odd], dtype=pl.String)
    escaped = texts.replace_strict(odd, written, default=None, return_dtype=pl.String)
    return escaped.zip_with(escaped.is_not_null(), quoted)
