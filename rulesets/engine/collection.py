"""The garbage collector and a reckoning."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Leaves objects alone until the block ends.

    A reckoning makes hundreds of thousands of small objects that live to its end and form no cycles. The collector
    would look through all of them again and again and find nothing: a tenth of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
