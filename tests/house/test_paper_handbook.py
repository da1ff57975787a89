"""docs/papers.zh-CN.md names every text that a unit may word."""

from pathlib import Path

import pytest

from rulesets.wordings import TEXTS

HANDBOOK = (Path(__file__).parents[2] / "docs/papers.zh-CN.md").read_text("utf-8")


@pytest.mark.parametrize("key", TEXTS)
def test_the_handbook_names_the_text_with_its_label_and_default(key: str) -> None:
    (row,) = (line for line in HANDBOOK.splitlines() if line.startswith(f"| `{key}` |"))
    assert TEXTS[key].label in row
    assert TEXTS[key].default.replace("\n", "<br>") in row
