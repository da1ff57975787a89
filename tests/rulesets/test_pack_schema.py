"""The JSON Schema takes what the packs are, and refuses what they can't be."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from rulesets.families import REGISTRY
from rulesets.schema import pack_schema

PACKS = sorted((Path(__file__).parents[2] / "fixtures/schemes").glob("*.yaml"))
VALIDATOR = Draft202012Validator(pack_schema(REGISTRY))


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_every_pack_is_valid(path: Path) -> None:
    assert list(VALIDATOR.iter_errors(yaml.safe_load(path.read_text("utf-8")))) == []


def test_a_snapshot_is_valid_as_well(small_pack: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(small_pack)) == []


Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    "change",
    [
        lambda pack: pack.update(colour="red"),
        lambda pack: pack.pop("name"),
        lambda pack: pack.update(format=2),
        lambda pack: pack.update(periods=["week"]),
        lambda pack: pack["rules"][0].pop("component"),
        lambda pack: pack["rules"][0].update(family="magic"),
        lambda pack: pack["rules"][0].update(params={"colour": "red"}),
        lambda pack: pack["rules"][0]["tiers"][0].update(band="good"),
        lambda pack: pack["rules"][0]["tiers"][0].update(value="1.00001"),
        lambda pack: pack["rules"][0].update(targets={"items": ["A2"]}),
        lambda pack: pack["rules"][2].update(condition={"field": "level", "is": "like"}),
        lambda pack: pack["rules"][3].update(component="work"),
        lambda pack: pack["rules"][-1].pop("params"),
    ],
)
def test_what_no_pack_can_say_is_invalid(small_pack: dict[str, Any], change: Change) -> None:
    changed = copy.deepcopy(small_pack)
    change(changed)
    assert list(VALIDATOR.iter_errors(changed))
