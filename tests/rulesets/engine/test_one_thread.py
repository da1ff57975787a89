"""Small reckonings are done by one thread."""

import threading

import polars as pl
import pytest

from rulesets.engine.one_thread import on_one_thread


class Unforeseen(Exception):
    """An error that takes more than its message."""

    def __init__(self, place: str, number: int) -> None:
        super().__init__(place, number)


def test_what_the_work_gives_is_given() -> None:
    frame = pl.DataFrame({"points": [3, 1, 2]})
    assert on_one_thread(lambda: frame.sort("points")["points"].to_list()) == [1, 2, 3]


def test_the_work_is_done_by_the_calling_thread_once() -> None:
    """So that what is kept by thread, and signals, are as for work done at once."""
    seen: list[int] = []
    on_one_thread(lambda: seen.append(threading.get_ident()))
    assert seen == [threading.get_ident()]


def test_an_error_comes_out_as_it_was_raised() -> None:
    error = Unforeseen("B101", 3)

    def work() -> None:
        raise error

    with pytest.raises(Unforeseen) as raised:
        on_one_thread(work)
    assert raised.value is error
