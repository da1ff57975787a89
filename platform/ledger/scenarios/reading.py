"""Reads a scenario's workbook: sheet by sheet, every fault by sheet, row and column."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from ledger.errors import FileMissing
from ledger.imports.ballots import ballot_entry
from ledger.imports.event_groups import reported_events
from ledger.imports.event_rows import EventRows
from ledger.imports.metrics import metric_entry
from ledger.imports.periods import period_written
from ledger.imports.roster import Roster, stated_roster
from ledger.imports.subjects import Post, Subjects
from ledger.scenarios import layout as sheet
from ledger.scenarios.expectations import expectations
from ledger.scenarios.frames import ballot_frame, event_frame, metric_frame, roster_frames
from ledger.scenarios.layout import Layout, layout_of
from rulesets.engine.document import frames_from, inputs_document
from rulesets.engine.frames import Frames
from rulesets.engine.period import PERIOD_KIND_NAMES, Period, PeriodUnknown
from rulesets.engine.scheme import Scheme
from rulesets.models import Edition, Scenario
from rulesets.snapshots import snapshot_of
from tabular import Fault, Table, TableRefused, read_workbook

MOST_ROWS = 100_000  # of one sheet: as many as an importer takes


@dataclass(frozen=True, slots=True)
class Head:
    """What a workbook is about."""

    name: str
    period: Period
    as_of: datetime.date | None


def stated_subjects(roster: Roster) -> Subjects:
    """Those whom a sheet of people states, and nobody on record; they have no rows there."""
    return Subjects(
        ((number, 0, person["name"] or "") for number, person in roster.people.items()),
        ((code, 0, stated.get("department_name") or code) for code, stated in roster.departments.items()),
        (
            (number, Post(post.start, post.end, post.is_secondary, post.group))
            for number, posts in roster.posts.items()
            for _, post in posts
        ),
    )


def read_scenario(edition: Edition, source: Path | BinaryIO, *, filename: str = "") -> Scenario:
    """The scenario that a workbook states, unsaved; the edition's own one of that name with its new content.

    A sheet that is not there leaves that part of a scenario as it was.
    Raises FileMissing, or TableRefused with every fault by sheet, row and column.
    """
    scheme = Scheme.from_snapshot(snapshot_of(edition))
    layout = layout_of(scheme)
    try:
        tables, _ = read_workbook(source, layout.sheets, filename=filename, limit=MOST_ROWS)
    except OSError as error:
        raise FileMissing(filename or str(source)) from error
    missing = [name for name in sheet.NEEDED if name not in tables or not tables[name].rows]
    if missing:
        raise TableRefused(
            [Fault(None, "", "没有这张工作表，或表中没有数据；请按模板填写", name) for name in missing]
        )
    head = _head(tables[sheet.HEAD], scheme)
    scenario = _scenario_called(edition, head.name if head else "")
    frames = _Content(edition, layout, tables).frames(frames_from(scenario.inputs))
    expected = scenario.expected
    if head is not None:
        expected = expectations(layout, tables, frames, scenario.expected)
    _raise_faults(tables.values())
    assert head is not None
    scenario.period, scenario.as_of = head.period.code, head.as_of
    scenario.inputs, scenario.expected = inputs_document(frames), expected
    return scenario


def _scenario_called(edition: Edition, name: str) -> Scenario:
    empty: dict[str, Any] = {"results": [], "lines": []}
    found = edition.scenarios.filter(name=name).first()
    return found or Scenario(
        edition=edition,
        name=name,
        inputs=inputs_document(Frames()),
        expected=empty,
        order=edition.scenarios.count(),
    )


def _raise_faults(tables: Iterable[Table]) -> None:
    faults = [fault for table in tables for fault in table.faults]
    if faults:
        raise TableRefused(faults)


def _head(table: Table, scheme: Scheme) -> Head | None:
    """The one row of the first sheet; None, with faults, where it says no period of the scheme."""
    row = table.rows[0]
    for further in table.rows[1:]:
        table.faults.add(further.number, "name", "一个文件只写一个用例；请删去这一行，另存一个文件")
    if row["name"] is None or row["period"] is None:
        return None
    try:
        period = period_written(row["period"])
    except PeriodUnknown as unknown:
        table.faults.add(row.number, "period", str(unknown))
        return None
    if period.kind not in scheme.periods:
        allowed = "、".join(PERIOD_KIND_NAMES[kind] for kind in scheme.periods)
        table.faults.add(
            row.number, "period", f"本办法不按{PERIOD_KIND_NAMES[period.kind]}考核；允许的期间：{allowed}"
        )
    if row["as_of"] is not None and row["as_of"] < period.start:
        table.faults.add(row.number, "as_of", f"早于期间的第一天 {period.start}；请改用期间内的日期，或留空")
    return Head(row["name"], period, row["as_of"])


class _Content:
    """Reads the sheets of what goes in."""

    def __init__(self, edition: Edition, layout: Layout, tables: dict[str, Table]) -> None:
        self.unit = edition.scheme.unit
        self.layout = layout
        self.tables = tables

    def frames(self, former: Frames) -> Frames:
        """The frames with what the sheets say; faults stand in the tables."""
        words = self.layout.vocabulary
        roster = stated_roster(self.tables[sheet.PEOPLE], words.groups)
        subjects = stated_subjects(roster)
        changed: dict[str, Any] = dict(roster_frames(roster))
        if (table := self.tables.get(sheet.EVENTS)) is not None:
            events = reported_events(None, table, EventRows(table, words, subjects))
            changed["events"] = event_frame(events.values(), self.layout.scheme)
        if (table := self.tables.get(sheet.BALLOTS)) is not None:
            ballots = [ballot_entry(table, row, self.unit, words, subjects) for row in table.rows]
            changed["ballots"] = ballot_frame({b.key: b for b in ballots if b is not None}.values())
        if (table := self.tables.get(sheet.METRICS)) is not None:
            figures = [metric_entry(table, row, words, subjects) for row in table.rows]
            changed["metrics"] = metric_frame({f.key: f for f in figures if f is not None}.values())
        return replace(former, **changed)
