"""What the page of one subject shows: total, components, lines, and the record behind each line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from assessments.models import Run
from assessments.projection import outline, whole_subject
from assessments.provenance import Record, records_of
from assessments.results import is_settled
from portal.wording import outcome_value, shortly, sum_differs
from reports.charts import Bar, bar_chart
from reports.courses import NO_SPREAD, Spread, course_of, spreads_of
from reports.wording import limits
from rulesets.engine.explain import (
    chinese_date,
    component_sentence,
    flag_sentence,
    reason_sentence,
    signed_points,
)
from rulesets.engine.numbers import fraction
from rulesets.engine.period import Period
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY

# What stands for the event number where a standing rule made the line, not an event.
STANDING = "按期评判"


@dataclass(frozen=True, slots=True)
class LinePart:
    """An award line. raw and points are signed texts; `says` is the rule's sentence; record: the event's entry."""

    date: str
    event: str
    item: str
    name: str
    about: str
    matter: str
    clause: str
    raw: str
    points: str
    is_cut: bool
    is_loss: bool
    is_nothing: bool
    why: Sequence[str]
    says: str
    assumed: str
    record: Record | None


@dataclass(frozen=True, slots=True)
class Note:
    """How a rule that makes no lines came to what it gave."""

    name: str
    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class ComponentPart:
    """A component of the total: its value with at most two decimals, what it starts from and is held within.

    bar: an SVG. sentence: how the value comes about.
    """

    code: str
    name: str
    value: str
    clause: str
    base: str
    limits: str
    bar: SafeString
    sentence: str
    notes: Sequence[Note]
    lines: Sequence[LinePart]


@dataclass(frozen=True, slots=True)
class Veto:
    """An event that stands behind a veto."""

    event: str
    date: str
    item: str
    record: Record | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sub-period's sheet: total and outcomes (name, value) as texts."""

    period_name: str
    total: str
    outcomes: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the committee decided beside what was reckoned: names of bands, reason, number of the minutes."""

    band: str
    reckoned: str
    reason: str
    minutes: str


@dataclass(frozen=True, slots=True)
class ReckoningPage:
    """Everything on the page. total is None for a subject that is not ranked.

    exclusion: why the roster takes the subject out, empty where it does not. factor: what multiplies the sum of
    the components, None where nothing does. further_lines and further_notes: those of no component of the total.
    """

    no: str
    name: str
    about: Sequence[str]
    scheme_name: str
    period_name: str
    as_of: str
    total: str | None
    factor: str | None
    rank: int | None
    of: int | None
    band_name: str
    decision: Decision | None
    exclusion: str
    flags: Sequence[str]
    vetoes: Sequence[Veto]
    outcomes: Sequence[tuple[str, str]]
    components: Sequence[ComponentPart]
    is_compared: bool
    course: SafeString | None
    further_lines: Sequence[LinePart]
    further_notes: Sequence[Note]
    sheets: Sequence[Sheet]
    sum_differs: bool
    line_count: int


def reckoning_page(run: Run, scheme: Scheme, no: str) -> ReckoningPage:
    """The page of the subject with the number. Raises SubjectUnknown."""
    result = run.head
    subject, vetoed = whole_subject(run, no)
    about = (subject["department_name"], subject["group_name"], subject["position"])
    numbers = {line["event"] for line in subject["lines"]} | {event for event, _, _ in vetoed}
    records = records_of(run, numbers)
    shown = [component["code"] for component in result["components"]]
    spreads = spreads_of(outline(run)["subjects"])
    lines = by_component(subject["lines"], scheme, shown)
    notes = by_component(subject.get("notes", ()), scheme, shown)
    return ReckoningPage(
        no=no,
        name=subject["name"],
        about=[part for part in about if part and part != subject["name"]],
        scheme_name=result["scheme_name"],
        period_name=result["period_name"],
        as_of=chinese_date(result["as_of"]),
        total=subject["total"],
        factor=subject.get("factor"),
        rank=subject["rank"],
        of=subject["of"],
        band_name=subject["band_name"] or "",
        decision=_decision(subject),
        exclusion=subject["exclusion"]["reason"] if "exclusion" in subject else "",
        flags=[_flag(flag, result, subject, scheme) for flag in subject["flags"]],
        vetoes=[Veto(event, chinese_date(date), item, records.get(event)) for event, date, item in vetoed],
        outcomes=_outcomes(subject["outcomes"], scheme),
        components=_components(result, subject, scheme, lines, notes, records, spreads),
        is_compared=bool(spreads),
        course=course_of(result, subject),
        further_lines=[_line(line, scheme, records.get(line["event"])) for line in lines[None]],
        further_notes=[_note(note, scheme) for note in notes[None]],
        sheets=[
            Sheet(Period.parse(sheet["period"]).name, sheet["total"], _outcomes(sheet["outcomes"], scheme))
            for sheet in subject.get("periods", ())
        ],
        sum_differs=sum_differs(subject, shown),
        line_count=len(subject["lines"]),
    )


def _decision(subject: Mapping[str, Any]) -> Decision | None:
    decision = subject.get("decision")
    if decision is None:
        return None
    reckoned = subject.get("band_reckoned_name", subject["band_name"])
    return Decision(subject["band_name"], reckoned or "未定等次", decision["reason"], decision["minutes"])


def _flag(flag: str, result: Mapping[str, Any], subject: Mapping[str, Any], scheme: Scheme) -> str:
    settled = "（已审定）" if is_settled(subject, flag) else ""
    return f"{flag_sentence(flag, scheme)}{settled}"


Entries = Sequence[Mapping[str, Any]]
Grouped = Mapping[str | None, Entries]


def by_component(entries: Entries, scheme: Scheme, shown: Sequence[str]) -> Grouped:
    """Lines or notes under the components that are shown; one of a part goes to the component above it.

    Under None: those whose component is in none of the shown ones.
    """
    parents = {component.code: component.parent for component in scheme.components}
    grouped: dict[str | None, list[Mapping[str, Any]]] = {None: [], **{code: [] for code in shown}}
    for entry in entries:
        code = entry["component"]
        while code is not None and code not in grouped:
            code = parents[code]
        grouped[code].append(entry)
    return grouped


def _outcomes(outcomes: Mapping[str, Any], scheme: Scheme) -> list[tuple[str, str]]:
    return [(scheme.rule(code).name, outcome_value(value)) for code, value in outcomes.items()]


def _components(
    result: Mapping[str, Any],
    subject: Mapping[str, Any],
    scheme: Scheme,
    lines_of: Grouped,
    notes_of: Grouped,
    records: Mapping[str, Record],
    spreads: Mapping[str, Spread],
) -> list[ComponentPart]:
    values = subject["components"]
    bars = []
    for component in result["components"]:
        floor, ceiling = (
            None if component[side] is None else fraction(component[side]) for side in ("floor", "ceiling")
        )
        spread = spreads.get(component["code"], NO_SPREAD)
        own = fraction(values[component["code"]])
        bars.append(Bar(component["name"], own, floor, ceiling, spread.mean, spread.most))
    parts = []
    for component, bar in zip(result["components"], bar_chart(bars), strict=True):
        code = component["code"]
        lines = list(lines_of[code])
        value = shortly(values[code])
        sentence = component_sentence(code, value, lines, scheme).partition("。")[2]
        shown = [_line(line, scheme, records.get(line["event"])) for line in lines]
        parts.append(
            ComponentPart(
                code=code,
                name=component["name"],
                value=value,
                clause=component["clause"],
                base=component["base"],
                limits=limits(component["floor"], component["ceiling"]),
                bar=bar,
                sentence=sentence,
                notes=[_note(note, scheme) for note in notes_of[code]],
                lines=shown,
            )
        )
    return parts


def _note(note: Mapping[str, Any], scheme: Scheme) -> Note:
    rule = scheme.rule(note["rule"])
    return Note(rule.name, note["text"], rule.clause)


def _line(line: Mapping[str, Any], scheme: Scheme, record: Record | None) -> LinePart:
    rule = scheme.rule(line["item"])
    about = [line[key] for key in ("role_name", "level_name") if line[key]]
    if line["quantity"] not in (None, "1"):
        about.append(f"数量{line['quantity']}")
    return LinePart(
        date=chinese_date(line["date"]),
        event=STANDING if line["event"].startswith("@") else line["event"],
        item=line["item"],
        name=line["name"],
        about="、".join(about),
        matter=line["matter"] or "",
        clause=line["clause"],
        raw=signed_points(line["raw"]),
        points=signed_points(line["points"]),
        is_cut=line["raw"] != line["points"],
        is_loss=line["points"].startswith("-"),
        is_nothing=line["points"] == "0",
        why=[reason_sentence(reason, scheme) for reason in line["reasons"]],
        says=REGISTRY.of(rule).sentence(rule, scheme),
        assumed=rule.assumed,
        record=record,
    )
