"""Simulation: a changed scheme on the same events, beside the result that stands. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format

from assessments.errors import RunRefused
from assessments.inheritance import inherited_sources
from assessments.models import Run
from assessments.publication import published
from assessments.reckoning import default_as_of, parsed_period, read_frames, scheme_of
from assessments.results import latest_run
from rulesets.checks import check_snapshot, errors_of
from rulesets.engine.assess import known_by, reading_start
from rulesets.engine.canonical import digest_of
from rulesets.engine.document import inputs_digest
from rulesets.engine.explain import chinese_date
from rulesets.engine.frames import Frames
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.period import Period
from rulesets.engine.scheme import Rule, Scheme
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.reckoning import assessed_document
from rulesets.snapshots import snapshot_of
from units.models import Unit

Subject = Mapping[str, Any]
# Outcomes of these families are amounts of money, so that a sum of them says something; and so are figures that a
# unit's rule calls by yuan: “年度奖励（元）”.
MONEY = frozenset({"bracket", "pool", "sheet_pay"})
FIGURES, YUAN = ("number", "steps"), ("（元）", "(元)")


@dataclass(frozen=True, slots=True)
class Shift:
    """Something that would be otherwise: what it is called, its value before and after; None: not there."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """A subject whose result would be otherwise, and why.

    `before` and `after` are its parts of the two result documents, None where it is not in one; `lines` are the
    award lines with other points, `components` and `outcomes` those with other values; `money` is the sum of all
    amounts of money, None where there are none in either.
    """

    no: str
    name: str
    before: Subject | None
    after: Subject | None
    lines: Sequence[Shift]
    components: Sequence[Shift]
    outcomes: Sequence[Shift]
    money: Shift | None = None

    @property
    def gain(self) -> str | None:
        """By how much the total would be higher; None where one of the two results has none."""
        if self.before is None or self.after is None:
            return None
        if self.before["total"] is None or self.after["total"] is None:
            return None
        return plain(fraction(self.after["total"]) - fraction(self.before["total"]))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many subjects have a band or an outcome, before and after; of money also the sums, else None."""

    name: str
    before: int
    after: int
    sum_before: str | None = None
    sum_after: str | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a changed scheme would do. `standing` is the run beside which it is held, `result` the new document.

    `standing` is None where nothing was reckoned yet: every subject then stands beside nothing.
    `ledger_changed`: the record of the period is not what that run read, so that part of the differences is not
    the scheme's doing.
    """

    standing: Run | None
    is_published: bool
    ledger_changed: bool
    result: Mapping[str, Any]
    moves: Sequence[Move]
    bands: Sequence[Tally]
    outcomes: Sequence[Tally]


def draft_snapshot(edition: Edition) -> dict[str, Any]:
    """What an edition says, also one that is being written. Raises RunRefused with all that is wrong in it."""
    snapshot = snapshot_of(edition)
    errors = errors_of(check_snapshot(snapshot, REGISTRY))
    if errors:
        raise RunRefused(*(f"“{edition}”还不能试算：{error}" for error in errors))
    return snapshot


def simulate(unit: Unit, period_code: str, snapshot: Mapping[str, Any]) -> Simulation:
    """The scheme of a checked snapshot on the unit's record of a period, as of the day of the standing result.

    That is the published result of the scheme of the same code, else the newest one, else the newest of any of
    the unit's schemes; as it was reckoned, since decisions are not the scheme's doing.
    Raises NoRun where nothing was reckoned yet, RunRefused where the scheme can't be reckoned.
    """
    period = parsed_period(period_code)
    standing, is_published = standing_run(unit, period, snapshot["code"])
    scheme = Scheme.from_snapshot(snapshot)
    former = scheme_of(standing.edition)
    frames = read_frames(unit, scheme, period, standing.as_of)
    alike = _reads(former, period) == _reads(scheme, period)
    former_frames = frames if alike else read_frames(unit, former, period, standing.as_of)
    result = assessed_document(scheme, frames, period, standing.as_of, digest_of(snapshot))
    reckoned = standing.reckoned
    return Simulation(
        standing=standing,
        is_published=is_published,
        ledger_changed=_ledger_changed(standing, former, former_frames, period),
        result=result,
        moves=_moves(reckoned, result, former, scheme),
        bands=_band_tallies(reckoned, result),
        outcomes=_outcome_tallies(reckoned, result, former, scheme),
    )


def try_out(unit: Unit, period_code: str, snapshot: Mapping[str, Any]) -> Simulation:
    """The scheme of a checked snapshot on the unit's record of a period of which there is no result yet.

    As of the period's last day, or today. Raises RunRefused where the scheme can't be reckoned or nobody is there.
    """
    period = parsed_period(period_code)
    as_of = default_as_of(period)
    scheme = Scheme.from_snapshot(snapshot)
    frames = read_frames(unit, scheme, period, as_of)
    result = assessed_document(scheme, frames, period, as_of, digest_of(snapshot))
    if not result["subjects"]:
        raise RunRefused(f"单位“{unit}”在{date_format(as_of)}没有在任的考核对象，请先导入人员。")
    nothing: dict[str, Any] = {"subjects": [], "bands": []}
    return Simulation(
        standing=None,
        is_published=False,
        ledger_changed=False,
        result=result,
        moves=_moves(nothing, result, scheme, scheme),
        bands=_band_tallies(nothing, result),
        outcomes=_outcome_tallies(nothing, result, scheme, scheme),
    )


def standing_run(unit: Unit, period: Period, scheme_code: str) -> tuple[Run, bool]:
    """The run beside which a simulation is held, and whether it is the published one. Raises NoRun."""
    of_scheme = unit.runs.filter(period=period.code, edition__scheme__code=scheme_code).exists()
    newest = latest_run(unit, period.code, scheme_code if of_scheme else None)
    publication = published(newest.edition.scheme, period.code)
    return (publication.run, True) if publication else (newest, False)


def _reads(scheme: Scheme, period: Period) -> tuple[object, ...]:
    """What a scheme reads of the record: where two say the same, they are given the same frames."""
    items = {rule.code for rule in scheme.rules if REGISTRY.of(rule).is_item}
    attributes = [attribute.code for attribute in scheme.attributes]
    first = reading_start(scheme, REGISTRY, period)
    return scheme.code, scheme.subject, items, attributes, first, inherited_sources(scheme)


def _ledger_changed(run: Run, scheme: Scheme, frames: Frames, period: Period) -> bool:
    return inputs_digest(known_by(frames, scheme, REGISTRY, period, run.as_of)) != run.inputs_id


def _moves(before: Mapping[str, Any], after: Mapping[str, Any], former: Scheme, scheme: Scheme) -> list[Move]:
    """The subjects that differ: in the order of the result before, new ones last."""
    olds = {subject["no"]: subject for subject in before["subjects"]}
    news = {subject["no"]: subject for subject in after["subjects"]}
    component_names = _names(former.components) | _names(scheme.components)
    rule_names = _names(former.rules) | _names(scheme.rules)
    amounts = _money_codes(former, scheme)
    moves = []
    for no in dict.fromkeys([*olds, *news]):
        old, new = olds.get(no), news.get(no)
        move = Move(
            no=no,
            name=(new or old or {})["name"],
            before=old,
            after=new,
            lines=_shifts(_lines(old), _lines(new)),
            components=_shifts(_components(old, component_names), _components(new, component_names)),
            outcomes=_shifts(_outcomes(old, rule_names), _outcomes(new, rule_names)),
            money=_money(old, new, amounts),
        )
        if _stands_otherwise(old, new) or move.lines or move.components or move.outcomes:
            moves.append(move)
    return moves


def _stands_otherwise(old: Subject | None, new: Subject | None) -> bool:
    if old is None or new is None:
        return True
    return any(old[key] != new[key] for key in ("total", "rank", "band_name"))


def _names(records: Iterable[Any]) -> dict[str, str]:
    return {record.code: record.name for record in records}


def _shifts(before: Mapping[Any, tuple[str, str]], after: Mapping[Any, tuple[str, str]]) -> list[Shift]:
    """What differs between two mappings of a key to a name and a value."""
    shifts = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        values = (old[1] if old else None, new[1] if new else None)
        if values[0] != values[1]:
            shifts.append(Shift((new or old or ("",))[0], *values))
    return shifts


def _lines(subject: Subject | None) -> dict[Any, tuple[str, str]]:
    lines = subject["lines"] if subject else ()
    return {
        (line["event"], line["item"], line["role"]): (
            _line_name(line),
            line["points"],
        )
        for line in lines
    }


def _line_name(line: Mapping[str, Any]) -> str:
    """A line as a sentence names it; what a standing rule made has no event."""
    event = "" if line["event"].startswith("@") else f"{line['event']} "
    return f"{chinese_date(line['date'])} {event}{line['item']} {line['name']}"


def _components(subject: Subject | None, names: Mapping[str, str]) -> dict[Any, tuple[str, str]]:
    values = subject["components"] if subject else {}
    return {code: (names[code], value) for code, value in values.items()}


def _outcomes(subject: Subject | None, names: Mapping[str, str]) -> dict[Any, tuple[str, str]]:
    """The outcomes of the result and of its sheets, as texts."""
    if subject is None:
        return {}
    found = {(code, ""): (names[code], _shown(value)) for code, value in subject["outcomes"].items()}
    for sheet in subject.get("periods", ()):
        period = Period.parse(sheet["period"])
        for code, value in sheet["outcomes"].items():
            found[code, period.code] = (f"{period.name}{names[code]}", _shown(value))
    return found


def _money_codes(former: Scheme, scheme: Scheme) -> set[str]:
    return {rule.code for rule in (*former.rules, *scheme.rules) if _is_money(rule)}


def _is_money(rule: Rule) -> bool:
    is_named = rule.params.get("kind") in FIGURES and rule.name.strip().endswith(YUAN)
    return rule.family in MONEY or (rule.family == "payout" and is_named)


def _money(old: Subject | None, new: Subject | None, amounts: Set[str]) -> Shift | None:
    """All that the subject is paid, before and after; None where it is paid nothing in either."""
    sums = [_paid(subject, amounts) for subject in (old, new)]
    return None if sums == [None, None] else Shift("金额", sums[0], sums[1])


def _paid(subject: Subject | None, amounts: Set[str]) -> str | None:
    if subject is None:
        return None
    holders = (subject, *subject.get("periods", ()))
    paid = [fraction(value) for h in holders for code, value in h["outcomes"].items() if code in amounts]
    return plain(sum(paid, Fraction(0))) if paid else None


def _shown(value: Any) -> str:
    return "是" if value is True else "、".join(value) if isinstance(value, list) else value


def _band_tallies(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Tally]:
    names = dict.fromkeys(band["name"] for document in (after, before) for band in document["bands"])
    olds = [subject["band_name"] for subject in before["subjects"]]
    news = [subject["band_name"] for subject in after["subjects"]]
    return [Tally(name, olds.count(name), news.count(name)) for name in names]


def _outcome_tallies(
    before: Mapping[str, Any], after: Mapping[str, Any], former: Scheme, scheme: Scheme
) -> list[Tally]:
    """Each amount of money with its sums, each mark, each value of other figures."""
    names = _names(former.rules) | _names(scheme.rules)
    money = _money_codes(former, scheme)
    olds, news = _outcome_holders(before, money), _outcome_holders(after, money)
    tallies = []
    for code, value in sorted(olds.keys() | news.keys()):
        old, new = olds.get((code, value), []), news.get((code, value), [])
        counts = (len({no for no, _ in old}), len({no for no, _ in new}))
        sums = (_sum(old), _sum(new)) if code in money else (None, None)
        tallies.append(Tally(f"{names[code]} {value}".rstrip(), *counts, *sums))
    return tallies


def _outcome_holders(
    document: Mapping[str, Any], money: Set[str]
) -> dict[tuple[str, str], list[tuple[str, Any]]]:
    """(Outcome, its value where it is a figure and no money) → number of the holder and value, a sheet each."""
    found: dict[tuple[str, str], list[tuple[str, Any]]] = {}
    for subject in document["subjects"]:
        for holder in (subject, *subject.get("periods", ())):
            for code, value in holder["outcomes"].items():
                told = value if isinstance(value, str) and code not in money else ""
                found.setdefault((code, told), []).append((subject["no"], value))
    return found


def _sum(values: Sequence[tuple[str, Any]]) -> str:
    return plain(sum((fraction(value) for _, value in values), Fraction(0)))
