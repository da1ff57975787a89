"""Each family's worked examples: what a cadre office could check by hand must come out."""

from typing import Any

import pytest

from rulesets.engine.protocols import Example, Family
from rulesets.families import REGISTRY

EXAMPLES = [(family, example) for family in REGISTRY for example in family.examples]


@pytest.mark.parametrize(
    ("family", "example"), EXAMPLES, ids=[f"{family.code}: {example.title}" for family, example in EXAMPLES]
)
def test_a_worked_example_comes_out(family: Family, example: Example, bench: Any) -> None:
    outcome = bench.found(example.rules, example.given)
    for key, expected in example.expected.items():
        assert {name: outcome[key].get(name) for name in expected} == dict(expected), key


@pytest.mark.parametrize("family", list(REGISTRY), ids=lambda family: family.code)
def test_a_family_has_a_worked_example(family: Family) -> None:
    assert family.examples


@pytest.mark.parametrize(
    ("family", "example"), EXAMPLES, ids=[f"{family.code}: {example.title}" for family, example in EXAMPLES]
)
def test_a_family_says_its_rules_in_chinese_and_finds_no_fault_in_its_examples(
    family: Family, example: Example, bench: Any
) -> None:
    scheme = bench.scheme(example.rules, example.given)
    own = [rule for rule in scheme.rules if rule.family == family.code]
    assert own
    for rule in own:
        sentence = REGISTRY.of(rule).sentence(rule, scheme)
        assert sentence.endswith("。")
        assert "None" not in sentence
        assert list(REGISTRY.of(rule).faults(rule, scheme)) == []
