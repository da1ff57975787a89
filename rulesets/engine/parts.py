"""The subjects of a great many events in parts, each of which is reckoned by itself."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from rulesets.engine.protocols import Inquiry

# Event rows of one part, about. What is put in order and held at once stays near the processor then.
EVENTS_AT_ONCE = 600_000
REACHES_ALL = -1


def in_parts(inquiry: Inquiry) -> Iterator[Inquiry]:
    """The inquiry about some of the assessed at a time, in their order; as it is where the events are few.

    A part holds of events and appointments those that lines of its subjects can come from, and of all else the whole.
    What compares subjects with one another needs the whole inquiry.
    """
    frames, assessed = inquiry.frames, inquiry.assessed
    count = min(-(-frames.events.height // EVENTS_AT_ONCE), assessed.height)
    if count <= 1:
        yield inquiry
        return
    part_of = pl.int_range(assessed.height, dtype=pl.Int32, eager=True) * count // assessed.height

    def part(subject: str) -> pl.Expr:
        return pl.col(subject).replace_strict(
            assessed["subject"], part_of, default=None, return_dtype=pl.Int32
        )

    kind = pl.col("subject_kind")
    # A department's event may reach members in any part.
    otherwise = REACHES_ALL if inquiry.scheme.subject == "person" else None
    of_events = pl.when(kind == inquiry.scheme.subject).then(part("subject")).otherwise(otherwise)
    events, appointments = (
        frames.events.select(of_events).to_series(),
        frames.appointments.select(part("person")).to_series(),
    )
    for place in range(count):
        own = replace(
            frames,
            events=frames.events.filter((events == place) | (events == REACHES_ALL)),
            appointments=frames.appointments.filter(appointments == place),
        )
        yield replace(inquiry, frames=own, assessed=assessed.filter(part_of == place))
