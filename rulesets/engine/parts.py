"""The subjects of a great many events in parts, each of which is reckoned by itself."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from rulesets.engine.protocols import Inquiry

# Event rows of one part, about. What is put in order and held at once stays near the processor then.
EVENTS_AT_ONCE = 600_000
IN_NO_PART = 2**16 - 1


def in_parts(inquiry: Inquiry, standing: pl.DataFrame) -> Iterator[tuple[Inquiry, pl.DataFrame]]:
    """The inquiry about some of the assessed at a time, in their order, and the lines of `standing` that are theirs.

    As they are where the events are few. A part holds of events and appointments those that lines of its subjects can
    come from, and of all else the whole. What compares subjects with one another needs the whole inquiry.
    """
    frames, assessed = inquiry.frames, inquiry.assessed
    count = min(-(-frames.events.height // EVENTS_AT_ONCE), assessed.height, IN_NO_PART)
    if count <= 1:
        yield inquiry, standing
        return
    parts = (pl.int_range(assessed.height, eager=True) * count // assessed.height).cast(pl.UInt16)
    of_standing = _parts_of(standing["subject"], assessed["subject"], parts)
    of_posts = _parts_of(frames.appointments["person"], assessed["subject"], parts)
    of_events = _parts_of(frames.events["subject"], assessed["subject"], parts)
    others = frames.events["subject_kind"] != inquiry.scheme.subject
    of_events = of_events.set(others, IN_NO_PART)
    # A department's event may reach members in any part; where departments are assessed a person's reaches nobody.
    of_all = frames.events.filter(others)
    for part in range(count):
        own = replace(
            frames,
            events=pl.concat([frames.events.filter(of_events == part), of_all]),
            appointments=frames.appointments.filter(of_posts == part),
        )
        mine = replace(inquiry, frames=own, assessed=assessed.filter(parts == part))
        yield mine, standing.filter(of_standing == part)


def _parts_of(codes: pl.Series, subjects: pl.Series, parts: pl.Series) -> pl.Series:
    """The part of each code, that of the subject it stands for; IN_NO_PART where it stands for none."""
    # A code is held as its place among all codes of the process.
    own, asked = subjects.to_physical(), codes.to_physical()
    highest = pl.concat([own, asked]).max()
    assert isinstance(highest, int)
    of_places = pl.repeat(IN_NO_PART, highest + 1, dtype=pl.UInt16, eager=True)
    return of_places.scatter(own, parts).gather(asked)
