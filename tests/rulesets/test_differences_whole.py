"""No difference between two schemes is passed over: whatever is taken away from one shows."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.differences import differences
from rulesets.engine.canonical import digest_of
from rulesets.families import REGISTRY
from rulesets.packs import pack_from
from tests.rulesets.conftest import SMALL

SMALL_PACK = pack_from(SMALL.encode(), "small.yaml")


def test_a_scheme_does_not_differ_from_itself() -> None:
    assert differences(SMALL_PACK, SMALL_PACK, REGISTRY) == []


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of all texts and numbers in a snapshot."""
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [found for place, item in enumerate(value) for found in leaves(item, (*path, place))]
    return [path]


def without(value: Any, path: tuple[Any, ...]) -> Any:
    first, *rest = path
    if isinstance(value, list):
        return [without(item, tuple(rest)) if place == first and rest else item for place, item in enumerate(value)
                if rest or place != first]  # fmt: skip
    if rest:
        return {**value, first: without(value[first], tuple(rest))}
    return {key: item for key, item in value.items() if key != first}


OPTIONAL = [
    path for path in leaves(SMALL_PACK) if path[-1] not in ("code", "name", "family", "format", "type")
]


@settings(deadline=None, max_examples=len(OPTIONAL))
@given(st.sampled_from(OPTIONAL))
def test_whatever_is_taken_away_shows(path: tuple[Any, ...]) -> None:
    changed = without(SMALL_PACK, path)
    assert digest_of(changed) != digest_of(SMALL_PACK)
    assert differences(SMALL_PACK, changed, REGISTRY)
