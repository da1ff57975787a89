"""Small work on frames, done by one thread."""

from collections.abc import Callable
from typing import TypeVar

import polars as pl

Result = TypeVar("Result")


def on_one_thread(work: Callable[[], Result]) -> Result:
    """What the work gives, or raises; all frames that it collects are computed by the calling thread.

    Each time that a frame is collected, Polars wakes the threads of its pool and waits for them; a collection within
    one that is under way goes on in the same thread. A reckoning collects about a hundred times: over some thousand
    rows waking takes longer than computing, and a third of the whole. Where there are many rows, both cores are worth
    waking for.
    """
    given: list[Result] = []

    def step(frame: pl.DataFrame) -> pl.DataFrame:
        given.append(work())
        return frame

    pl.LazyFrame().map_batches(step).collect(engine="streaming")
    return given[0]
