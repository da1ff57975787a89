"""The rulebook: decision tables compiled into durable_rules. The only module that knows that engine.

durable_rules 2.0.28 is right within a subset and may lose, invent or hang outside it. `tables` refuses what
lies outside; this module drives the engine and checks every answer. It uses the extension's own calls: they
do what `Host.post` does for one event, without its dispatcher thread, which takes actions over, and without
its time-out of ten seconds an action, and nothing of ours runs inside the engine where an exception would
be swallowed. So there are no actions at all: the engine names the rule that fired, and the rule its decision.
"""

import itertools
import json
import os
import pickle
import subprocess
import sys
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import durable_rules_engine

from rulesets.engine.conditions import ABOUT_PRESENCE, Comparison, Conjunction, Operator, Value
from rulesets.engine.shadow import AmbiguousCase, Shadow, case_text
from rulesets.engine.tables import (
    CATCH_ALL_FIELD,
    MISSING_PREFIX,
    Case,
    DecisionRule,
    DecisionTable,
    RuleRefused,
    RulesetPlan,
    check_tables,
    fields_asked_missing,
    value_fault,
)

__all__ = [
    "CaseRefused",
    "DecisionRule",
    "DecisionTable",
    "RuleRefused",
    "Rulebook",
    "RulebookUntrustworthy",
    "check_tables",
    "rulebook_for",
    "try_out",
]

CATCH_ALL = "none"
CATCH_ALL_PRIORITY = 59_999  # priorities wrap at 65536
MOST_REMEMBERED = 200_000  # decisions a table
MOST_RULEBOOKS = 16  # kept compiled; a ruleset takes 0.1 to 1 MB
DEFAULT_SID = "0"  # the engine's own name for the one state that events without a sid share
HANDLED = 0  # what assert_event answers for an event that some rule met
TRIAL_MODULE = "rulesets.engine.trial"
SOURCE_ROOT = Path(__file__).resolve().parents[2]

OPERATORS = {
    Operator.NOT_EQUAL: "$neq",
    Operator.LESS: "$lt",
    Operator.AT_MOST: "$lte",
    Operator.MORE: "$gt",
    Operator.AT_LEAST: "$gte",
}


# Made once: json.dumps would make an encoder for each of thousands of cases.
_written = json.JSONEncoder(ensure_ascii=False).encode


class RulebookUntrustworthy(RuntimeError):
    """The rules engine answered otherwise than it must, died or hung; what it decided is not used."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"规则引擎的判定不可信：{self.why}。没有产生结果，请重试；再次出现时请联系维护人员"


class CaseRefused(ValueError):
    """A case holds a value that its table's fields can't take; names the table, the field and the case."""

    def __init__(self, table: str, field: str, why: str, case: dict[str, object]) -> None:
        super().__init__(table, field, why, case)
        self.table = table
        self.field = field
        self.why = why
        self.case = case

    def __str__(self) -> str:
        return f"规则表“{self.table}”不能判定（{case_text(self.case)}）：“{self.field}”{self.why}"


def _compiled_comparison(comparison: Comparison) -> dict[str, object]:
    if comparison.operator in ABOUT_PRESENCE:
        return {MISSING_PREFIX + comparison.field: comparison.operator is Operator.IS_MISSING}
    if comparison.operator is Operator.EQUAL:
        return {comparison.field: comparison.value}
    return {OPERATORS[comparison.operator]: {comparison.field: comparison.value}}


def _compiled_rule(priority: int, conditions: Sequence[Mapping[str, object]]) -> dict[str, object]:
    return {"pri": priority, "all": [{"m": {"$and": list(conditions)}}]}


def _definition(rules: Sequence[tuple[int, Conjunction]]) -> str:
    """A ruleset in the engine's JSON: the rules in their order, named by position, and the catch-all."""
    always = {CATCH_ALL_FIELD: True}
    compiled = {
        str(position): _compiled_rule(priority, [_compiled_comparison(c) for c in conditions] or [always])
        for priority, (position, conditions) in enumerate(rules)
    }
    compiled[CATCH_ALL] = _compiled_rule(CATCH_ALL_PRIORITY, [{"$ex": {CATCH_ALL_FIELD: 1}}])
    return json.dumps(compiled, ensure_ascii=False)


class _CompiledTable:
    """One table: its rulesets, which of them takes a case, and what was decided already."""

    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        self.asked_missing = fields_asked_missing(table)
        self.decisions: dict[str, int | None] = {
            str(position): rule.decision for position, rule in enumerate(table.rules)
        }
        self.decisions[CATCH_ALL] = None
        self.remembered: dict[tuple[Value | None, ...], int | None] = {}
        self.handles: list[int] = []
        self.posted: set[int] = set()  # a ruleset without a post has no state to ask
        self.unchecked: set[int] = set()  # posted to since it was last seen that nothing is pending
        self._by_partition: dict[str, int] = {}
        self._for_every_case: int | None = None

    def compile(self, plan: RulesetPlan) -> None:
        """Creates the ruleset in the engine. Raises RulebookUntrustworthy where the engine can't."""
        name = f"{self.table.name}-{len(self.handles)}"
        try:
            handle: int = durable_rules_engine.create_ruleset(name, _definition(plan.rules))
        except durable_rules_engine.error as error:
            raise RulebookUntrustworthy(f"规则表“{self.table.name}”无法编译（{error}）") from error
        self.handles.append(handle)
        if plan.partitions is None:
            self._for_every_case = handle
        else:
            self._by_partition.update(dict.fromkeys(plan.partitions, handle))

    def ruleset_for(self, case: Case) -> int | None:
        """The handle of the ruleset that takes the case; None where no rule asks for its partition."""
        if self._for_every_case is not None or self.table.partition is None:
            return self._for_every_case
        value = case.get(self.table.partition)
        return self._by_partition.get(value) if isinstance(value, str) else None

    def key(self, case: Case) -> tuple[Value | None, ...]:
        """The case's values in the order of the fields. Raises CaseRefused for a value of another type."""
        values = []
        for name, kind in self.table.fields:
            value = case.get(name)
            # Exact types keep 1 and true apart, which would be one key.
            if value is not None and type(value) is not kind:
                self._refuse(name, value, kind, case)
            values.append(value)
        return tuple(values)

    def event(self, case: Case, identity: str) -> str:
        """The case as the engine's JSON event. Raises CaseRefused where a value is out of bounds."""
        event: dict[str, Value] = {"id": identity, CATCH_ALL_FIELD: True}
        for name, kind in self.table.fields:
            value = case.get(name)
            if value is None:
                continue
            if value_fault(value, kind) is not None:
                self._refuse(name, value, kind, case)
            event[name] = value
        for name in self.asked_missing:
            event[MISSING_PREFIX + name] = case.get(name) is None
        return _written(event)

    def mistrust(self, what: str, case: Case) -> RulebookUntrustworthy:
        """The error that says what the engine did with the case."""
        return RulebookUntrustworthy(f"规则表“{self.table.name}”{what}（{case_text(self._shown(case))}）")

    def _shown(self, case: Case) -> dict[str, object]:
        return {name: case.get(name) for name, _ in self.table.fields}

    def _refuse(self, name: str, value: Value, kind: type, case: Case) -> None:
        raise CaseRefused(self.table.name, name, value_fault(value, kind) or "", self._shown(case))


class Rulebook:
    """Decision tables, compiled. Safe to use from several threads, one at a time; not over a fork."""

    def __init__(self, tables: Sequence[DecisionTable]) -> None:
        """Checks and compiles the tables. Raises RuleRefused, naming the record, or RulebookUntrustworthy."""
        plans = check_tables(tables)
        self._lock = threading.RLock()
        self._process = os.getpid()
        self._identities = itertools.count(1)
        self._tables = {table.name: _CompiledTable(table) for table in tables}
        self._shadows: dict[str, Shadow] = {}
        # What a caller made of the tables and wants to keep as long as the rules are.
        self.kept: dict[str, object] = {}
        # Deleted when closed, or when the last one who uses this rulebook lets go of it.
        self._release = weakref.finalize(self, _delete_rulesets, tuple(self._tables.values()), self._process)
        self._release.atexit = False
        for compiled in self._tables.values():
            for plan in plans[compiled.table.name]:
                compiled.compile(plan)

    @property
    def tables(self) -> dict[str, DecisionTable]:
        """The tables by name."""
        return {name: compiled.table for name, compiled in self._tables.items()}

    def shadow_of(self, table: str) -> Shadow:
        """The plain evaluator of one of the tables, kept as the compiled one is. Raises KeyError."""
        with self._lock:
            if table not in self._shadows:
                self._shadows[table] = Shadow(self._tables[table].table)
            return self._shadows[table]

    @property
    def closed(self) -> bool:
        """Whether the rulebook decides nothing any more: its rulesets are deleted, or abandoned after a fault."""
        return not self._release.alive

    def close(self) -> None:
        """Deletes the compiled rulesets; closing again does nothing."""
        with self._lock:
            self._release()

    def _abandon(self) -> None:
        """Closes after a fault, and leaves the rulesets where they are.

        Whatever broke in between may have left an event in the engine, and deleting a state with an action
        that was never completed crashes the process inside C. The megabytes go when the process does.
        """
        self._release.detach()

    def decide(self, table: str, cases: Sequence[Case]) -> list[int | None]:
        """The decisions for the cases, in their order; None where no rule meets a case.

        A case maps the table's fields to values of their types, None or absent where missing; other keys
        are not read. Each distinct case is put to the engine once. Raises KeyError for an unknown table,
        CaseRefused, and RulebookUntrustworthy, after which the rulebook is closed.
        """
        with self._lock:
            if self.closed or self._process != os.getpid():
                raise RulebookUntrustworthy("规则已经卸载，或者属于另一个进程")
            compiled = self._tables[table]
            try:
                decisions = [self._decide(compiled, case) for case in cases]
                self._check_nothing_pending(compiled)
            except CaseRefused:
                raise
            except durable_rules_engine.error as error:
                self._abandon()
                raise RulebookUntrustworthy(f"规则表“{table}”出错（{error}）") from error
            except BaseException:
                self._abandon()
                raise
            return decisions

    def _decide(self, compiled: _CompiledTable, case: Case) -> int | None:
        key = compiled.key(case)
        if key in compiled.remembered:
            return compiled.remembered[key]
        handle = compiled.ruleset_for(case)
        decision = None if handle is None else self._post(compiled, handle, case)
        if len(compiled.remembered) >= MOST_REMEMBERED:
            compiled.remembered.clear()
        compiled.remembered[key] = decision
        return decision

    def _post(self, compiled: _CompiledTable, handle: int, case: Case) -> int | None:
        """Puts one case to one ruleset: exactly one rule must fire, for this very event."""
        identity = str(next(self._identities))
        event = compiled.event(case, identity)
        answer, state = durable_rules_engine.assert_event(handle, event)
        compiled.posted.add(handle)
        compiled.unchecked.add(handle)
        started = durable_rules_engine.start_action_for_state(handle, state) if answer == HANDLED else None
        if started is None:
            raise compiled.mistrust("没有回答", case)
        # Completing the action takes the event out again, and would hand over a second one.
        second = durable_rules_engine.complete_and_start_action(handle, state)
        fired: dict[str, dict[str, dict[str, Value]]] = json.loads(started[1])
        if second is not None or len(fired) != 1:
            raise compiled.mistrust("回答了不止一次", case)
        [(rule, messages)] = fired.items()
        if rule not in compiled.decisions or messages.get("m", {}).get("id") != identity:
            raise compiled.mistrust("答非所问", case)
        return compiled.decisions[rule]

    def _check_nothing_pending(self, compiled: _CompiledTable) -> None:
        for handle in sorted(compiled.unchecked):
            if json.loads(durable_rules_engine.get_events(handle, DEFAULT_SID)):
                raise RulebookUntrustworthy(f"规则表“{compiled.table.name}”还有没处理完的事项")
        compiled.unchecked.clear()


def _delete_rulesets(tables: Sequence[_CompiledTable], process: int) -> None:
    # A forked child holds a copy of the parent's memory, in which it leaves the parent's rulesets alone.
    if process != os.getpid():
        return
    for compiled in tables:
        for handle in compiled.handles:
            if handle in compiled.posted:
                # Megabytes that delete_ruleset alone doesn't give back.
                durable_rules_engine.delete_state(handle, DEFAULT_SID)
            durable_rules_engine.delete_ruleset(handle)


_rulebooks: OrderedDict[tuple[int, str], Rulebook] = OrderedDict()
_rulebooks_lock = threading.Lock()


def rulebook_for(digest: str, tables: Callable[[], Sequence[DecisionTable]]) -> Rulebook:
    """The compiled rulebook of an edition, by the edition's digest; where none is kept, of what `tables` gives.

    The MOST_RULEBOOKS used last are kept, in each process its own; one that falls out is closed as soon as
    nobody uses it. Raises RuleRefused.
    """
    key = (os.getpid(), digest)
    with _rulebooks_lock:
        kept = _rulebooks.get(key)
        if kept is None or kept.closed:
            kept = _rulebooks[key] = Rulebook(tables())
        _rulebooks.move_to_end(key)
        while len(_rulebooks) > MOST_RULEBOOKS:
            _rulebooks.popitem(last=False)
        return kept


def _renew_lock_after_fork() -> None:
    # Another thread of the parent may have held the lock when this process was split off.
    global _rulebooks_lock
    _rulebooks_lock = threading.Lock()
    _rulebooks.clear()


os.register_at_fork(after_in_child=_renew_lock_after_fork)


def try_out(
    tables: Sequence[DecisionTable],
    timeout_seconds: float = 60,
    cases: Mapping[str, Sequence[Case]] | None = None,
) -> None:
    """Compiles the tables in a process of their own and compares every decision there with the shadow's.

    Decided are cases made from the rules, on and around every value that they name, and those of `cases`
    (by table name). The process can be killed, where a hang inside the engine can't be interrupted.
    Raises RuleRefused, AmbiguousCase, CaseRefused, and RulebookUntrustworthy on a death, a hang or a
    disagreement.
    """
    check_tables(tables)
    environment = {**os.environ, "PYTHONPATH": str(SOURCE_ROOT)}
    try:
        trial = subprocess.run(
            [sys.executable, "-m", TRIAL_MODULE],
            input=pickle.dumps((tuple(tables), {name: list(found) for name, found in (cases or {}).items()})),
            capture_output=True,
            timeout=timeout_seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RulebookUntrustworthy(f"试运行超过 {timeout_seconds} 秒没有结束") from None
    if trial.returncode != 0:
        died = RulebookUntrustworthy(f"试运行中断（退出码 {trial.returncode}）")
        died.add_note(trial.stderr.decode(errors="replace"))
        raise died
    failure = pickle.loads(trial.stdout)
    if isinstance(failure, RuleRefused | AmbiguousCase | CaseRefused | RulebookUntrustworthy):
        raise failure
    if failure is not None:
        raise RulebookUntrustworthy(str(failure))
