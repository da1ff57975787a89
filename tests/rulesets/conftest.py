"""A small scheme that most tests of this room change in one place."""

from collections.abc import Callable
from typing import Any

import pytest

from rulesets.checks import Severity, check_snapshot
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.packs import PackRefused, load_pack, pack_from
from units.models import Unit

SMALL = """
format: 1
code: small
name: 小办法
levels:
  - {code: national, name: 国家级}
  - {code: municipal, name: 市级}
roles:
  - {code: lead, name: 主要人员, most: 1}
groups:
  - {code: staff, name: 干部}
attributes:
  - {code: form, name: 情形, type: choice, choices: [{code: late, name: 迟报}, {code: missing, name: 未报}]}
components:
  - {code: work, name: 工作, base: 10, floor: 0, ceiling: 20, clause: 第一条}
rules:
  - {code: A1, component: work, family: tiered, name: 表彰,
     tiers: [{level: national, value: 5}, {level: municipal, value: 2.5}]}
  - {code: A2, component: work, family: tiered, name: 迟报,
     params: {attribute: form}, tiers: [{choice: late, value: -0.5}]}
  - {code: A3, component: work, family: quantity, name: 值班, tiers: [{role: lead, value: 0.1}]}
  - {code: best, family: band, name: 优, tiers: [{low: 19}]}
  - {code: good, family: band, name: 好, tiers: [{low: 15}]}
  - {code: fair, family: band, name: 一般, tiers: [{high: 15}]}
  - {code: V1, family: veto, name: 否决, params: {effect: band}, targets: {band: [good]}}
"""


@pytest.fixture
def small() -> str:
    """The text of the small pack."""
    return SMALL


@pytest.fixture
def refusal() -> Callable[[str, str], str]:
    """What is said when the small pack is read with one text in it replaced by another."""

    def messages(old: str, new: str) -> str:
        assert SMALL.count(old) == 1, "the test changes exactly one place"
        with pytest.raises(PackRefused) as refused:
            pack_from(SMALL.replace(old, new).encode(), "small.yaml")
        return "\n".join(refused.value.messages)

    return messages


@pytest.fixture
def small_pack() -> dict[str, Any]:
    """The small pack, read."""
    return pack_from(SMALL.encode(), "small.yaml")


@pytest.fixture
def office(db: None) -> Unit:
    return Unit.objects.create(code="office", name="某办")


@pytest.fixture
def draft(office: Unit, small_pack: dict[str, Any]) -> Edition:
    """The small scheme as a draft of 某办."""
    edition, _ = load_pack(office, small_pack)
    return edition


# What the schemes of the checks' tests have besides the rules under test.
BASIS = {
    "format": 1,
    "code": "s",
    "name": "办法",
    "levels": [{"code": "high", "name": "高"}, {"code": "low", "name": "低"}],
    "roles": [{"code": "lead", "name": "牵头"}, {"code": "help", "name": "协助"}],
    "groups": [{"code": "head", "name": "负责人"}, {"code": "staff", "name": "干部"}],
    "attributes": [
        {"code": "form", "name": "情形", "type": "choice", "choices": [{"code": "late", "name": "迟"}]}
    ],
    "components": [{"code": "work", "name": "工作"}],
}
UNUSED = "没有规则用到"


@pytest.fixture
def doubts() -> Callable[..., list[str]]:
    """What the checks say of a scheme of these rules, words that nothing uses apart: “规则 X：…”.

    A rule is written short: its name is its code, a tiered or quantity one belongs to the component `work`.
    """

    def said(*rules: dict[str, Any], severity: Severity = Severity.WARNING, **changes: Any) -> list[str]:
        whole = [{"name": rule["code"], "family": "tiered"} | rule for rule in rules]
        for rule in whole:
            if REGISTRY.get(rule["family"], 1).has_component:
                rule.setdefault("component", "work")
        findings = check_snapshot({**BASIS, "rules": whole, **changes}, REGISTRY)
        assert not [str(f) for f in findings if f.severity is Severity.ERROR]
        return [str(f) for f in findings if f.severity is severity and UNUSED not in f.message]

    return said
