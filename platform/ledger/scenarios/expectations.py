"""Reads what a workbook expects: the sheets 预期结果 and 预期明细 → the document that `rulesets.scenarios` reads."""

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any

from ledger.imports.periods import period_written
from ledger.imports.words import Words, WordUnknown
from ledger.scenarios import layout as sheet
from ledger.scenarios.layout import Layout
from rulesets.engine.frames import Frames
from rulesets.engine.period import PeriodUnknown
from rulesets.shape import plain_decimal
from tabular import Row, Table

NONE = "无"
Document = dict[str, Any]


def expectations(layout: Layout, tables: Mapping[str, Table], frames: Frames, former: Document) -> Document:
    """What is expected, faults added to the tables; a sheet that isn't there leaves what was expected before."""
    who = frames.departments["code"] if layout.scheme.subject == "department" else frames.people["no"]
    known = set(who)
    results, lines = tables.get(sheet.RESULTS), tables.get(sheet.LINES)
    expected = {
        "results": former["results"] if results is None else _Results(layout, results, known).read(),
        "lines": former["lines"]
        if lines is None
        else _Lines(layout, lines, known, _events(tables, frames)).read(),
    }
    if not expected["results"] and not expected["lines"]:
        table = results if results is not None else tables[sheet.HEAD]
        table.faults.add(None, "", "没有写明任何预期，用例查不出什么；请填写预期结果或预期明细")
    return expected


def _events(tables: Mapping[str, Table], frames: Frames) -> set[str]:
    """The events' numbers, also where some of their rows have faults."""
    table = tables.get(sheet.EVENTS)
    return set(frames.events["event"]) if table is None else {row["event_no"] for row in table.rows}


class _Sheet:
    def __init__(self, layout: Layout, table: Table, known: Set[str]) -> None:
        self.layout = layout
        self.table = table
        self.known = known

    def fault(self, row: Row, column: str, problem: str) -> None:
        self.table.faults.add(row.number, column, problem)

    def subject(self, row: Row) -> str:
        """The subject's number, a fault where nobody in 人员 has it."""
        no: str = row["subject"] or ""
        if no and no not in self.known:
            kind = "部门编码" if self.layout.scheme.subject == "department" else "工号"
            self.fault(row, "subject", f"“{no}”不在工作表“{sheet.PEOPLE}”里；允许其中的{kind}")
        return no

    def word(self, row: Row, column: str, words: Words) -> str | None:
        """The code in a column; None where there is none, or none that is known, which is a fault."""
        try:
            return words.code_of(row[column]) if row[column] is not None else None
        except WordUnknown as unknown:
            self.fault(row, column, str(unknown))
            return None


class _Results(_Sheet):
    def read(self) -> list[Document]:
        bands = {rule.code: rule.name for rule in self.layout.scheme.rules if rule.family == "band"}
        self.bands = Words("等次", bands)
        rows = [self._row(row) for row in self.table.rows]
        seen: dict[tuple[str, str], int] = {}
        for row, stated in zip(self.table.rows, rows, strict=True):
            first = seen.setdefault((stated["subject"], stated.get("period", "")), row.number)
            if first != row.number:
                self.fault(row, "subject", f"与第 {first} 行重复：同一对象、同一期间只写一行；请删除其一")
        return rows

    def _row(self, row: Row) -> Document:
        stated: Document = {"subject": self.subject(row)}
        if row["period"] is not None:
            stated["period"] = self._period(row)
        if row["total"] is not None:
            stated["total"] = plain_decimal(Decimal(row["total"]))
        if row["rank"] is not None:
            stated["rank"] = row["rank"]
        if row["band"] is not None:
            stated["band"] = None if row["band"] == NONE else self.word(row, "band", self.bands)
        components = self._named(row, self.layout.components)
        outcomes = self._named(row, self.layout.outcomes)
        if components:
            stated["components"] = {code: plain_decimal(Decimal(n)) for code, n in components.items()}
        if outcomes:
            stated["outcomes"] = {code: _outcome(text) for code, text in outcomes.items()}
        if len(stated) == 1 and not row.faulty:
            self.fault(
                row, "subject", "这一行没有写明预期；请至少填写总分、名次、等次、构成部分中的一项，或删去此行"
            )
        if "period" in stated and stated.keys() & {"rank", "band"}:
            self.fault(
                row, "period", "分期的一行只能写总分、构成部分和结果运用；名次和等次请写在不填期间的一行"
            )
        return stated

    def _period(self, row: Row) -> str:
        try:
            return period_written(row["period"]).code
        except PeriodUnknown as unknown:
            self.fault(row, "period", str(unknown))
            return ""

    def _named(self, row: Row, columns: Mapping[str, str]) -> Document:
        return {code: row[column] for column, code in columns.items() if row[column] is not None}


class _Lines(_Sheet):
    def __init__(self, layout: Layout, table: Table, known: Set[str], events: Set[str]) -> None:
        super().__init__(layout, table, known)
        self.events = events
        self.rules = Words("规则", {rule.code: rule.name for rule in layout.scheme.rules if rule.component})
        self.roles = Words("角色", {code: role.name for code, role in layout.vocabulary.roles.items()})

    def read(self) -> list[Document]:
        return [self._row(row) for row in self.table.rows]

    def _row(self, row: Row) -> Document:
        event: str = row["event"] or ""
        if event and not event.startswith("@") and event not in self.events:
            self.fault(
                row, "event", f"“{event}”不在工作表“{sheet.EVENTS}”里；允许其中的事件号，或“@规则编码:期间”"
            )
        stated: Document = {
            "subject": self.subject(row),
            "event": event,
            "item": self.word(row, "item", self.rules) or "",
            "points": plain_decimal(Decimal(row["points"] or 0)),
        }
        if role := self.word(row, "role", self.roles):
            stated["role"] = role
        return stated


def _outcome(text: str) -> str | None:
    """An outcome as results have it: None for 无, a number in plain notation, any other text as it is."""
    if text == NONE:
        return None
    try:
        return plain_decimal(Decimal(text))
    except ArithmeticError:
        return text
