"""assess: a scheme and frames → results. Pure: the same in gives the same out, whatever the order of rows."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import Concatenate, ParamSpec

import polars as pl

from rulesets.engine.collection import without_collection
from rulesets.engine.conditions import Value
from rulesets.engine.decide import POINTS, ItemPoints, items_among, rules_by_family, rules_in, scheme_tables
from rulesets.engine.frames import (
    APPOINTMENTS,
    BALLOTS,
    CODE,
    DEPARTMENTS,
    EXCLUDED,
    EXCLUSIONS,
    INHERITED,
    METRICS,
    PEOPLE,
    Frames,
    collected,
    ordered_by,
)
from rulesets.engine.one_thread import on_one_thread
from rulesets.engine.period import PERIOD_KIND_NAMES, Period
from rulesets.engine.protocols import Decide, Inquiry, Registry, Standing
from rulesets.engine.rulebook import Rulebook, rulebook_for
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.score import posts_on_date, score, within_days
from rulesets.engine.shadow import decide_checked
from rulesets.engine.tables import DecisionTable
from rulesets.engine.verdict import left_out, verdict

Given = ParamSpec("Given")
# In production this many cases of each table are decided by the shadow too; a difference stops the run.
SHADOW_SAMPLE = 200
# Up to so many event rows one thread reckons faster than two that wait for each other.
FEW_EVENTS = 50_000


class PeriodNotAssessed(ValueError):
    """The scheme does not say what an assessment of such a period means."""

    def __init__(self, scheme: Scheme, period: Period) -> None:
        kinds = "、".join(PERIOD_KIND_NAMES[kind] for kind in scheme.periods)
        super().__init__(
            f"《{scheme.name}》没有规定按{PERIOD_KIND_NAMES[period.kind]}核算，可以核算的期间：{kinds}。"
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an assessment came to: award lines (columns LINES) and a standing a subject, in order of rank."""

    period: Period
    as_of: datetime.date
    lines: pl.DataFrame
    standings: Sequence[Standing]


def few_events_on_one_thread(
    reckon: Callable[Concatenate[Scheme, Frames, Given], Assessment],
) -> Callable[Concatenate[Scheme, Frames, Given], Assessment]:
    """The reckoning, done by one thread where there are few events."""

    @wraps(reckon)
    def reckoned(scheme: Scheme, frames: Frames, /, *args: Given.args, **kwargs: Given.kwargs) -> Assessment:
        work = partial(reckon, scheme, frames, *args, **kwargs)
        return on_one_thread(work) if frames.events.height <= FEW_EVENTS else work()

    return reckoned


@without_collection()
@few_events_on_one_thread
def assess(
    scheme: Scheme,
    frames: Frames,
    *,
    period: Period,
    as_of: datetime.date,
    registry: Registry,
    digest: str,
    shadow_sample: int | None = SHADOW_SAMPLE,
    decided: Mapping[str, str] | None = None,
) -> Assessment:
    """Assesses everybody who holds an appointment on `as_of` and is not taken out, by what was known by then.

    `digest` is the edition's: decisions are kept by it. `shadow_sample` None has every decision compared with
    the plain evaluator. `decided` maps a subject to the band that a committee has set: outcomes follow it.
    Raises PeriodNotAssessed; any doubt about what the rulebook decides raises and gives no result.
    """
    if period.kind not in scheme.periods:
        raise PeriodNotAssessed(scheme, period)
    known = known_by(frames, scheme, registry, period, as_of)
    on_roll = who_is_assessed(scheme, known, as_of)
    out = pl.col("subject").is_in(known.exclusions.filter(kind=EXCLUDED)["subject"].implode())
    assessed = on_roll.filter(~out)
    rulebook = rulebook_for(f"{digest}:{period.kind}", lambda: scheme_tables(scheme, registry, period.kind))
    inquiry = Inquiry(
        scheme=scheme,
        frames=known,
        period=period,
        as_of=as_of,
        assessed=assessed,
        vetoes=_vetoes(scheme, known, assessed),
        decide=decider(rulebook, shadow_sample),
    )
    rules = rules_in(scheme, period.kind)
    families = rules_by_family(rules, registry)
    lines, flags = score(inquiry, families, _points_of(rulebook, items_among(rules, registry)))
    standings, lines = verdict(replace(inquiry, lines=lines), families, flags, decided)
    standings += left_out(on_roll.filter(out), inquiry)
    return Assessment(period, as_of, lines, standings)


def _points_of(rulebook: Rulebook, items: Sequence[Rule]) -> ItemPoints:
    """The table of points of the rulebook, made once and kept with it."""
    points = rulebook.kept.get(POINTS)
    if not isinstance(points, ItemPoints):
        points = rulebook.kept[POINTS] = ItemPoints(rulebook.tables[POINTS], items)
    return points


def decider(rulebook: Rulebook, sample: int | None) -> Decide:
    """Puts cases to the rulebook; `sample` many of them are compared with the shadow, None: all of them."""

    def decide(table: DecisionTable, cases: Sequence[Mapping[str, Value | None]]) -> list[int | None]:
        return decide_checked(rulebook, table, cases, sample=sample, shadow=rulebook.shadow_of(table.name))

    return decide


def reading_start(scheme: Scheme, registry: Registry, period: Period) -> datetime.date:
    """From what day on events are read: the period's first, or the year's where a rule looks back."""
    looks_back = any(registry.of(rule).reads_year(rule) for rule in rules_in(scheme, period.kind))
    return period.whole_year.start if looks_back else period.start


def known_by(
    frames: Frames, scheme: Scheme, registry: Registry, period: Period, as_of: datetime.date
) -> Frames:
    """The frames without what the period does not read or was not yet known (docs/SEMANTICS.md, 12).

    Rows are in order, but for those of events: of them the lines are put in order once, at the end.
    """
    first, last = reading_start(scheme, registry, period), min(period.end, as_of)
    events = within_days(frames.events, first, last)
    ended = [code for code in frames.metrics["period"].unique() if Period.parse(code).end <= as_of]
    metrics = frames.metrics.filter(pl.col("period").is_in(ended))
    return replace(
        frames,
        people=ordered_by(frames.people, PEOPLE),
        departments=ordered_by(frames.departments, DEPARTMENTS),
        appointments=ordered_by(frames.appointments, APPOINTMENTS),
        events=events,
        ballots=ordered_by(frames.ballots, BALLOTS),
        metrics=ordered_by(metrics, METRICS),
        inherited=ordered_by(frames.inherited, INHERITED),
        exclusions=ordered_by(frames.exclusions, EXCLUSIONS),
    )


def who_is_assessed(scheme: Scheme, frames: Frames, as_of: datetime.date) -> pl.DataFrame:
    """Columns subject, name, group, department, direct_led: who is in office on the day (docs/SEMANTICS.md, 11).

    A secondary appointment does not count. In a scheme for departments: those with at least one member then.
    """
    main = frames.appointments.filter(
        ~pl.col("secondary"),
        pl.col("start") <= as_of,
        pl.coalesce(pl.col("end"), pl.lit(as_of)) >= as_of,
    ).select("person", "group", "department")
    if scheme.subject == "department":
        own = frames.departments.filter(pl.col("code").is_in(main["department"].implode()))
        departments = own.select(
            "direct_led", subject="code", name="name", group=pl.lit(None, CODE), department="code"
        )
        return ordered_by(departments, ["subject"])
    people = frames.people.filter(pl.col("no").is_in(main["person"].implode()))
    joined = people.join(main, left_on="no", right_on="person")
    persons = joined.select("group", "department", direct_led=pl.lit(False), subject="no", name="name")
    return ordered_by(persons, ["subject"])


def _vetoes(scheme: Scheme, frames: Frames, assessed: pl.DataFrame) -> pl.DataFrame:
    """Columns subject, item, date: the veto events on record, each on the subject that it strikes.

    Where departments are assessed, one that names a person strikes the person's department of that date.
    """
    codes = [rule.code for rule in scheme.rules if rule.family == "veto"]
    if not codes:
        return pl.DataFrame(schema={name: frames.events.schema[name] for name in ("subject", "item", "date")})
    rows = frames.events.filter(pl.col("item").is_in(codes))
    if scheme.subject == "department":
        main = frames.appointments.filter(~pl.col("secondary")).select("person", "department", "start", "end")
        named = rows.lazy().filter(pl.col("subject_kind") == "person")
        of_people = collected(posts_on_date(named, main.lazy(), "person"))
        rows = pl.concat(
            [
                rows.filter(pl.col("subject_kind") == "department").select("subject", "item", "date"),
                of_people.select("item", "date", subject="department").select("subject", "item", "date"),
            ]
        )
    rows = ordered_by(rows.select("subject", "item", "date").unique(), ["subject", "item", "date"])
    return rows.filter(pl.col("subject").is_in(assessed["subject"].to_list()))
