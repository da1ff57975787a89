"""Which kinds of work there are: higher rooms register theirs, this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jobs.refusal import Refusal

if TYPE_CHECKING:
    from jobs.work import Task

# What does the work: it gets the task, and returns plain data for `Job.result`. It may be called again for the
# same job after a crash or a stop: what is done already it must find done.
Work = Callable[["Task"], Any]


class KindUnknown(Refusal):
    """No room has registered this kind of work."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: the name that its orders bear, and what people call it."""

    name: str
    title: str
    work: Work


_kinds: dict[str, Kind] = {}


def register(name: str, title: str, work: Work) -> None:
    """Makes a kind of work known; called when the room's app is ready."""
    _kinds[name] = Kind(name, title, work)


def kind_of(name: str) -> Kind:
    """The kind with this name. Raises KindUnknown."""
    try:
        return _kinds[name]
    except KeyError:
        raise KindUnknown(f"系统里没有“{name}”这一类任务，软件版本可能与提交任务时不同。") from None


def title_of(name: str) -> str:
    """What people call a kind of work; its name where no room knows it any more."""
    return _kinds[name].title if name in _kinds else name
