"""What the rules engine can't take or can't decide is said of each item that is concerned, in the scheme's words."""

from typing import Any

from rulesets.checks.rulebook import table_findings, trial_findings
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY

OVERLAPPING = [{"high": "5", "value": "1"}, {"level": "high", "low": "3", "value": "2"}]
TOO_LONG = {"field": "matter", "is": "eq", "value": "事" * 30_000}
TOO_FINE = {"field": "quantity", "is": "gt", "value": "0.00001"}


def item(code: str, **more: Any) -> dict[str, Any]:
    return {
        "code": code, "name": code, "family": "tiered", "component": "work",
        "tiers": [{"level": "high", "value": "1"}], **more,
    }  # fmt: skip


def scheme_of(*rules: dict[str, Any]) -> Scheme:
    return Scheme.from_snapshot(
        {
            "code": "s", "name": "办法", "levels": [{"code": "high", "name": "国家级"}],
            "components": [{"code": "work", "name": "工作"}], "rules": rules,
        }
    )  # fmt: skip


def test_each_item_that_says_too_much_for_the_engine_is_named_though_one_is_compiled_for_all() -> None:
    rules = [item("A", condition=TOO_LONG), item("B", condition=TOO_LONG), item("C")]
    assert [f.record for f in table_findings(scheme_of(*rules), REGISTRY)] == ["规则 A 第1档", "规则 B 第1档"]


def test_each_item_under_a_condition_that_is_no_number_of_the_engines_is_named() -> None:
    rules = [item("A", condition=TOO_FINE), item("B", condition=TOO_FINE)]
    assert [f.record for f in table_findings(scheme_of(*rules), REGISTRY)] == ["规则 A", "规则 B"]


def test_each_item_whose_tiers_contradict_each_other_is_named_with_the_case_in_words() -> None:
    rules = [item("A", tiers=OVERLAPPING), item("B", tiers=OVERLAPPING)]
    found = [str(finding) for finding in trial_findings(scheme_of(*rules), REGISTRY)]
    said = "对同一情形（级别国家级，数量3）都适用，结论却不同：请改动其中一条的适用条件。"
    assert found == [f"规则 A 第2档：与“A 第1档”{said}", f"规则 B 第2档：与“B 第1档”{said}"]
