"""The shadow: decision tables evaluated in plain Python, beside the rules engine, to check what it says."""

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rulesets.engine.conditions import Operator
from rulesets.engine.tables import Case, DecisionTable

if TYPE_CHECKING:
    from rulesets.engine.rulebook import Rulebook


class AmbiguousCase(ValueError):
    """Two records of a table decide one case differently; names both and the case."""

    def __init__(self, table: str, case: dict[str, object], records: tuple[str, str]) -> None:
        super().__init__(table, case, records)
        self.table = table
        self.case = case
        self.records = records

    def __str__(self) -> str:
        first, second = self.records
        return (
            f"“{first}”与“{second}”对同一情形（{case_text(self.case)}）都适用，结论却不同，"
            "请改动其中一条的适用条件"
        )


class DecisionDisputed(RuntimeError):
    """The rules engine and the shadow disagree on a case; the run that met it gives no result."""

    def __init__(self, table: str, case: dict[str, object], engine: int | None, shadow: int | None) -> None:
        super().__init__(table, case, engine, shadow)
        self.table = table
        self.case = case
        self.engine = engine
        self.shadow = shadow

    def __str__(self) -> str:
        return (
            f"规则表“{self.table}”对同一情形（{case_text(self.case)}）两次判定不一致："
            f"规则引擎为“{self.engine}”，复核为“{self.shadow}”。本次核算不可信，没有产生结果，请联系维护人员"
        )


def case_text(case: Case | dict[str, object]) -> str:
    """A case as a reader sees it in a message; what is missing is left out."""
    return "，".join(f"{name}={value}" for name, value in case.items() if value is not None)


class Shadow:
    """One table, ready to decide cases in plain Python."""

    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        self._anywhere: list[int] = []
        self._by_partition: dict[object, list[int]] = defaultdict(list)
        for position, rule in enumerate(table.rules):
            asked = [
                c.value
                for c in rule.conditions
                if c.field == table.partition and c.operator is Operator.EQUAL
            ]
            (self._by_partition[asked[0]] if asked else self._anywhere).append(position)

    def decide(self, case: Case) -> int | None:
        """The decision of the one rule that meets the case, None where none does.

        Raises AmbiguousCase where rules of different decisions do, unless the first match wins.
        """
        met: int | None = None
        for position in self._candidates(case):
            rule = self.table.rules[position]
            if not all(comparison.holds(case.get(comparison.field)) for comparison in rule.conditions):
                continue
            if self.table.first_match:
                return rule.decision
            if met is None:
                met = position
            elif self.table.rules[met].decision != rule.decision:
                raise AmbiguousCase(
                    self.table.name, _shown(self.table, case), (self.table.rules[met].record, rule.record)
                )
        return None if met is None else self.table.rules[met].decision

    def _candidates(self, case: Case) -> list[int]:
        if self.table.partition is None:
            return self._anywhere
        return sorted(self._anywhere + self._by_partition.get(case.get(self.table.partition), []))


def shadow_decide(table: DecisionTable, cases: Sequence[Case]) -> list[int | None]:
    """The decisions for the cases, in their order, None where no rule meets a case. Raises AmbiguousCase."""
    shadow = Shadow(table)
    return [shadow.decide(case) for case in cases]


def decide_checked(
    rulebook: "Rulebook",
    table: DecisionTable,
    cases: Sequence[Case],
    *,
    sample: int | None,
    shadow: Shadow | None = None,
) -> list[int | None]:
    """The rulebook's decisions for the cases, in their order, compared with the shadow's.

    `shadow` is one of the table made before; None: one is made.

    `sample` None compares every distinct case; a number, that many of them (all, where there are fewer),
    chosen by the digest of their content, so that the same cases are compared whatever their order.
    Raises DecisionDisputed where the two differ, AmbiguousCase where rules contradict each other, and
    what Rulebook.decide raises.
    """
    decisions = rulebook.decide(table.name, cases)
    shadow = shadow or Shadow(table)
    names = [name for name, _ in table.fields]
    # Types are fixed a field (decide has refused others), so 1 and true can't meet in one key.
    distinct = {tuple(map(case.get, names)): place for place, case in enumerate(cases)}
    chosen = distinct if sample is None else heapq.nsmallest(sample, distinct, key=_digest)
    for key in chosen:
        place = distinct[key]
        expected = shadow.decide(cases[place])
        if decisions[place] != expected:
            raise DecisionDisputed(table.name, _shown(table, cases[place]), decisions[place], expected)
    return decisions


def _digest(key: tuple[object, ...]) -> bytes:
    return hashlib.sha256(repr(key).encode()).digest()


def _shown(table: DecisionTable, case: Case) -> dict[str, object]:
    return {name: case.get(name) for name, _ in table.fields}
