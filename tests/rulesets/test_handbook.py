"""The handbook of families is what the families declare."""

from pathlib import Path

from rulesets.families import REGISTRY
from rulesets.handbook import handbook

KEPT = Path(__file__).parents[2] / "docs/families.zh-CN.md"


def test_the_kept_handbook_is_that_of_the_families() -> None:
    """Made again with: .venv/bin/python manage.py family_handbook > docs/families.zh-CN.md"""
    assert KEPT.read_text(encoding="utf-8") == handbook(REGISTRY)
