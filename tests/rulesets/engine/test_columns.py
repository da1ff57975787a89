"""Frames written as JSON by columns: what the canonical form of their rows is, letter by letter."""

import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some

from rulesets.engine import columns, result
from rulesets.engine.canonical import canonical
from rulesets.engine.columns import canonical_objects, canonical_rows
from rulesets.engine.result import LINE_KEYS, ResultInParts

ANY_TEXT = some.none() | some.text(some.characters(exclude_categories=["Cs"]), max_size=8)
KINDS = {"text": pl.String, "code": pl.Categorical, "number": pl.Int64, "yes": pl.Boolean, "none": pl.Null}
ROW = some.tuples(
    ANY_TEXT,
    ANY_TEXT,
    some.none() | some.integers(-(2**63), 2**63 - 1),
    some.none() | some.booleans(),
    some.none(),
)


@given(some.lists(ROW, min_size=1, max_size=5))
def test_any_rows_are_written_as_the_canonical_form_writes_them(rows: list[tuple[Any, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=KINDS, orient="row")
    assert "[" + ",".join(canonical_rows(frame)) + "]" == canonical(rows)
    objects = [dict(zip(KINDS, row, strict=True)) for row in rows]
    assert list(canonical_objects(frame, written=())) == [canonical(one) for one in objects]


def test_what_is_written_already_is_taken_over() -> None:
    frame = pl.DataFrame({"b": ['["1"]'], "a": [datetime.date(2025, 1, 2)]})
    assert list(canonical_objects(frame, written={"b"})) == ['{"a":"2025-01-02","b":["1"]}']


def test_a_float_has_no_place() -> None:
    with pytest.raises(TypeError, match="no exact place"):
        list(canonical_rows(pl.DataFrame({"a": [0.5]})))


def line(event: str, *reasons: str) -> dict[str, Any]:
    return dict.fromkeys(LINE_KEYS) | {"event": event, "tier": 0, "reasons": list(reasons)}


def test_a_result_is_the_same_in_one_batch_and_in_many(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {"7": [line("E2", 'matter:E"1"'), line("E1")], "3": [], "5": [line("E3")] * 3, "1": []}
    subjects = [{"no": no, "lines": own, "total": "1"} for no, own in lines.items()]
    document = {"a": [1], "subjects": subjects, "unit": "bench"}
    monkeypatch.setattr(result, "LINES_A_BATCH", 2)
    monkeypatch.setattr(columns, "ROWS_A_BATCH", 1)
    parts = ResultInParts.of(document)
    assert [[s["no"] for s in batch.subjects] for batch in parts.batches()] == [["7"], ["3", "5"], ["1"]]
    assert parts.document() == document
    assert "".join(parts.canonical_parts()) == canonical(document)
    assert "".join(ResultInParts.of({"subjects": []}).canonical_parts()) == '{"subjects":[]}'
