"""A result whose award lines are still columns, and the ways in which it is written and read."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from rulesets.engine.canonical import canonical
from rulesets.engine.columns import canonical_objects

# The keys of a line in a result, and the columns in which lines are told: `reasons` in JSON, all else as it stands.
LINE_KEYS = (
    *("event", "date", "item", "name", "component", "role", "role_name", "level", "level_name", "quantity"),
    *("matter", "tier", "raw", "points", "period", "clause", "reasons"),
)
NO_REASONS = "[]"
LINES_A_BATCH = 50_000

Subject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some subjects without their lines, and beside them the lines told in columns: `subject` and LINE_KEYS.

    Lines stand in the order of the subjects, those of each one in their own order.
    """

    subjects: Sequence[Subject]
    lines: pl.DataFrame

    def plain_lines(self) -> dict[str, list[dict[str, Any]]]:
        """Each subject's lines as plain data; who has none is left out."""
        found: dict[str, list[dict[str, Any]]] = {}
        reasons = {text: json.loads(text) for text in self.lines["reasons"].unique()}
        for subject, *values, why in self.lines.select("subject", *LINE_KEYS).iter_rows():
            line = dict(zip(LINE_KEYS, (*values, [*reasons[why]]), strict=True))
            found.setdefault(subject, []).append(line)
        return found

    def canonical_lines(self) -> dict[str, str]:
        """Each subject's lines as a canonical array, written by columns; who has none is left out."""
        if self.lines.is_empty():
            return {}
        texts = canonical_objects(self.lines.select(LINE_KEYS), written={"reasons"})
        joined = (
            pl.DataFrame({"subject": self.lines["subject"].cast(pl.String), "text": texts})
            .group_by("subject")
            .agg(pl.col("text").str.join(","))
        )
        return {subject: f"[{text}]" for subject, text in joined.iter_rows()}


@dataclass(frozen=True, slots=True)
class ResultInParts:
    """A result document in parts: the document without its subjects, these without their lines, and the lines.

    `lines` has a column `subject`, by which it is in order, and what `told` needs to tell a batch of them in the
    columns LINE_KEYS. So a million lines are never there as objects of Python, nor as one text.
    """

    head: Mapping[str, Any]
    subjects: Sequence[Subject]
    lines: pl.DataFrame
    told: Callable[[pl.DataFrame], pl.DataFrame]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "ResultInParts":
        """The parts of a result that is there as plain data."""
        rows = [
            (subject["no"], *(line[key] for key in LINE_KEYS[:-1]), canonical(line["reasons"]))
            for subject in document["subjects"]
            for line in subject["lines"]
        ]
        kinds = {key: pl.Int64 if key == "tier" else pl.String for key in LINE_KEYS}
        lines = pl.DataFrame(rows, schema={"subject": pl.String, **kinds}, orient="row")
        head = {key: value for key, value in document.items() if key != "subjects"}
        subjects = [
            {key: value for key, value in subject.items() if key != "lines"}
            for subject in document["subjects"]
        ]
        return cls(head, subjects, lines.sort("subject", maintain_order=True), lambda batch: batch)

    def batches(self) -> Iterator[Batch]:
        """All subjects in the document's order, so many at a time that their lines don't need much memory."""
        ranges = self._ranges()
        waiting: list[Subject] = []
        pieces: list[pl.DataFrame] = []
        height = 0
        for subject in self.subjects:
            waiting.append(subject)
            first, length = ranges.get(subject["no"], (0, 0))
            if length:
                pieces.append(self.lines.slice(first, length))
                height += length
            if height >= LINES_A_BATCH:
                yield Batch(waiting, self.told(pl.concat(pieces)))
                waiting, pieces, height = [], [], 0
        if waiting:
            yield Batch(waiting, self.told(pl.concat(pieces) if pieces else self.lines.clear()))

    def _ranges(self) -> dict[str, tuple[int, int]]:
        """Subject → where its lines begin, and how many they are."""
        starts = self.lines.select(pl.col("subject").cast(pl.String)).with_row_index("first")
        runs = starts.group_by("subject").agg(pl.col("first").min(), pl.len())
        return {subject: (first, length) for subject, first, length in runs.iter_rows()}

    def document(self) -> dict[str, Any]:
        """The whole as plain data."""
        whole = []
        for batch in self.batches():
            lines = batch.plain_lines()
            whole += [subject | {"lines": lines.get(subject["no"], [])} for subject in batch.subjects]
        return dict(self.head) | {"subjects": whole}

    def canonical_parts(self) -> Iterator[str]:
        """The canonical form of the whole, piece by piece."""
        opening, closing = around("subjects", self.head)
        yield f"{opening}["
        separator = ""
        for batch in self.batches():
            lines = batch.canonical_lines()
            texts = (with_lines(subject, lines.get(subject["no"], "[]")) for subject in batch.subjects)
            yield separator + ",".join(texts)
            separator = ","
        yield f"]{closing}"


def with_lines(plain: Mapping[str, Any], lines: str) -> str:
    """The canonical form of a mapping and its `lines`, whose canonical form is there."""
    opening, closing = around("lines", plain)
    return f"{opening}{lines}{closing}"


def around(key: str, plain: Mapping[str, Any]) -> tuple[str, str]:
    """The canonical form of the mapping with a further key, cut where the key's value stands."""
    before = canonical({name: value for name, value in plain.items() if name < key})[1:-1]
    after = canonical({name: value for name, value in plain.items() if name > key})[1:-1]
    opening = f'{{{before},"{key}":' if before else f'{{"{key}":'
    return opening, f",{after}}}" if after else "}"
