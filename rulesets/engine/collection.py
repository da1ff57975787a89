"""Work during which the garbage collector rests: a reckoning, a paper."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Leaves objects alone until the block ends.

    A reckoning, or a paper, makes hundreds of thousands of small objects that live to its end. The collector would
    look through all of them again and again and find nothing: a tenth of a reckoning's time, a quarter of a paper's.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
