"""A peer: the benchmark's scheme as a plain Python loop, event by event; and, by `post`, each line's points decided
by an engine of rules instead of a dictionary."""

import calendar
import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import workload
import workload_events

from rulesets.engine.frames import Frames
from rulesets.engine.numbers import scaled

Decide = Callable[[str, str, str], int]
MONTHS = [
    (f"2025-{n:02}", datetime.date(2025, n, 1), datetime.date(2025, n, calendar.monthrange(2025, n)[1]))
    for n in range(1, 13)
]


@dataclass(slots=True)
class Line:
    """An award line; points in units of 1/10000."""

    subject: str
    date: datetime.date
    event: str
    item: str
    role: str | None
    level: str | None
    matter: str | None
    part: int
    raw: int
    points: int
    reasons: list[str] = field(default_factory=list)

    @property
    def order(self) -> tuple[datetime.date, str, str, str]:
        return self.date, self.event, self.item, self.role or ""


def decide_by_dictionary() -> Decide:
    """The points of item, level and role from a dictionary."""
    values = {
        (workload.item_code(n), level, role): scaled(workload.tier_value(n, place, turn))
        for n in range(workload.ITEMS)
        for place, level in enumerate(workload.LEVELS)
        for turn, role in enumerate(workload.ROLES)
    }
    return lambda item, level, role: values.get((item, level, role), 0)


def reckon(folder: Path, decide: Decide) -> tuple[list[Line], list[tuple[str, int, int, str | None, bool]]]:
    """The lines of everybody in order, and subject, total (1/10000), rank, band, tied at the cut, by rank."""
    frames = workload_events.read_parquet(folder)
    by_subject = _award(frames, decide)
    for subject in frames.people["no"].to_list():
        by_subject[subject].sort(key=lambda line: line.order)
    _add_standing(frames, by_subject)
    totals = {}
    for subject in sorted(by_subject):
        own = by_subject[subject]
        own.sort(key=lambda line: line.order)
        _count_matters_once(own)
        _hold_items(own)
        totals[subject] = _hold_parts(own)
    return [line for subject in sorted(by_subject) for line in by_subject[subject]], _ranked(totals)


def _award(frames: Frames, decide: Decide) -> defaultdict[str, list[Line]]:
    part_of = {workload.item_code(n): n % workload.COMPONENTS for n in range(workload.ITEMS)}
    shared = {workload.item_code(n) for n in range(workload.ITEMS) if workload.reaches_members(n)}
    members: defaultdict[str, list[tuple[str, datetime.date, datetime.date]]] = defaultdict(list)
    for person, department, first, last in frames.appointments.select(
        "person", "department", "start", "end"
    ).iter_rows():
        members[department].append((person, first, last or datetime.date.max))
    by_subject: defaultdict[str, list[Line]] = defaultdict(list)
    rows = frames.events.select("event", "date", "item", "subject", "subject_kind", "role", "level", "matter")
    through, named = [], set()
    for event, date, item, subject, kind, role, level, matter in rows.iter_rows():
        if kind == "department":
            through.append((event, date, item, subject, role, level, matter))
            continue
        named.add((event, item, subject))
        raw = decide(item, level, role)
        by_subject[subject].append(
            Line(subject, date, event, item, role, level, matter, part_of[item], raw, raw)
        )
    seen = set()
    for event, date, item, department, role, level, matter in through:
        for person, first, last in members[department] if item in shared else ():
            key = (event, item, person)
            if first <= date <= last and key not in named and (*key, role) not in seen:
                seen.add((*key, role))
                raw = decide(item, level, role)
                by_subject[person].append(
                    Line(person, date, event, item, role, level, matter, part_of[item], raw, raw)
                )
    return by_subject


def _add_standing(frames: Frames, by_subject: defaultdict[str, list[Line]]) -> None:
    """Every third fault, and months without one. The workload's people are in office all through."""
    faults = set(workload.counted_faults())
    third, clean = scaled(workload.THIRD_TIME), scaled(workload.CLEAN_MONTH)
    for subject in frames.people["no"].to_list():
        own = by_subject[subject]
        spoilt, turn, further = set(), 0, []
        for line in own:
            if line.item in faults:
                spoilt.add(line.date.month)
                turn += 1
                if turn % 3 == 0:
                    name = f"@third:{line.event}"
                    further.append(Line(subject, line.date, name, "third", None, None, None, 0, third, third))
        for number, (code, _, last) in enumerate(MONTHS, start=1):
            if number not in spoilt:
                further.append(
                    Line(subject, last, f"@clean:{code}", "clean", None, None, None, 1, clean, clean)
                )
        own.extend(further)


def _count_matters_once(own: list[Line]) -> None:
    best: dict[tuple[int, str], Line] = {}
    for line in own:
        if line.matter is not None:
            highest = best.setdefault((line.part, line.matter), line)
            if line.points > highest.points:
                best[line.part, line.matter] = line
    for line in own:
        if line.matter is not None and (highest := best[line.part, line.matter]) is not line:
            line.points = 0
            line.reasons.append(f"matter:{highest.event}")


def _hold_items(own: list[Line]) -> None:
    months = {code: bool(n % 2) for n, code in enumerate(workload.limited_items())}
    most = scaled(workload.LIMIT_MOST)
    so_far: defaultdict[tuple[str, int], int] = defaultdict(int)
    for line in own:
        if line.item in months and line.points > 0:
            key = (line.item, line.date.month if months[line.item] else 0)
            kept = max(min(line.points, most - so_far[key]), 0)
            so_far[key] += line.points
            if kept < line.points:
                line.points = kept
                line.reasons.append(f"limit:{line.item}")


def _hold_parts(own: list[Line]) -> int:
    """Holds each part within floor and ceiling; the total in units of 1/10000."""
    base = scaled(workload.BASE)
    rooms = ((1, scaled(workload.CEILING) - base, "ceiling"), (-1, base - scaled(workload.FLOOR), "floor"))
    for sign, room, name in rooms:
        sums: defaultdict[int, int] = defaultdict(int)
        for line in own:
            sums[line.part] += sign * line.points
        over = {part: total - room for part, total in sums.items() if total > room}
        for line in reversed(own) if over else ():
            gain = sign * line.points
            if gain > 0 and over.get(line.part, 0) > 0:
                cut = min(gain, over[line.part])
                over[line.part] -= cut
                line.points -= sign * cut
                line.reasons.append(f"{name}:part{line.part}")
    return workload.COMPONENTS * base + sum(line.points for line in own)


def _ranked(totals: dict[str, int]) -> list[tuple[str, int, int, str | None, bool]]:
    places = int(workload.TOP_PERCENT) * len(totals) // 100
    ordered = sorted(totals.values(), reverse=True)
    first = {total: place for place, total in reversed(list(enumerate(ordered, start=1)))}
    last = {total: place for place, total in enumerate(ordered, start=1)}
    excellent = scaled(workload.EXCELLENT_FROM)
    rows = []
    for subject, total in totals.items():
        inside = last[total] <= places
        tied = first[total] <= places and not inside and total >= excellent
        band = "excellent" if inside and total >= excellent else "competent" if total >= 0 else None
        rows.append((subject, total, first[total], band, tied))
    return sorted(rows, key=lambda row: (row[2], row[0]))


def parts_of(line: Line) -> Iterator[object]:
    """The line as it is compared with those of the others."""
    yield from (line.event, line.date, line.item, line.subject, line.role, line.level, line.raw, line.points)
    yield "\n".join(line.reasons) or None
