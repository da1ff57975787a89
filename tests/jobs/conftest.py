"""A kind of work of the tests' own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jobs import registry
from jobs.work import Task

STEPS = 3


@pytest.fixture
def counting(db: None) -> Iterator[list[int]]:
    """Registers the work `counting`, which does three steps and skips those done; gives the steps that were done."""
    steps: list[int] = []

    def work(task: Task) -> dict[str, Any]:
        for step in range(STEPS):
            if step not in steps:
                steps.append(step)
            task.progress(step + 1, STEPS)
        return {"steps": len(steps)}

    registry.register("counting", "数数", work)
    yield steps
    del registry._kinds["counting"]


@pytest.fixture
def kind(db: None) -> Iterator[Callable[[registry.Work], str]]:
    """Registers any work under a name of its own, for one test."""
    names: list[str] = []

    def make(work: registry.Work) -> str:
        names.append(f"kind-{len(names)}")
        registry.register(names[-1], "测试", work)
        return names[-1]

    yield make
    for name in names:
        del registry._kinds[name]
