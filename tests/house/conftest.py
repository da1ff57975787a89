"""What the tests of the house share."""

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root() -> Path:
    """The repository's root."""
    return ROOT


@pytest.fixture
def setup_module(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Imports a module of the set-up, whose folder is on the path only when the set-up runs."""
    monkeypatch.syspath_prepend(ROOT / "setup")
    return importlib.import_module
