"""Reckons a unit's period: edition and ledger → `assess` → a stored run."""

import datetime
import json
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from assessments.errors import NoScheme, RunRefused
from assessments.inheritance import inherited_results
from assessments.models import Document, Run
from assessments.projection import project_lines, project_subjects
from ledger.frames import frames_of
from ledger.roster import excluded_subjects
from rulesets.engine.assess import known_by, reading_start
from rulesets.engine.canonical import digest_of
from rulesets.engine.document import inputs_parts
from rulesets.engine.frames import Frames
from rulesets.engine.period import Period, PeriodUnknown
from rulesets.engine.result import ResultInParts
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.models import Scheme as SchemeRecord
from rulesets.reckoning import assessed
from units.models import Account, Unit


def parsed_period(code: str) -> Period:
    """The period of a code. Raises RunRefused."""
    try:
        return Period.parse(code)
    except PeriodUnknown as error:
        raise RunRefused(str(error)) from error


def edition_for(unit: Unit, scheme_code: str | None, day: datetime.date) -> Edition:
    """The unit's edition in force on the day. Raises NoScheme when there is none, or more than one scheme."""
    schemes = list(SchemeRecord.objects.filter(unit=unit).order_by("code"))
    if scheme_code is not None:
        schemes = [scheme for scheme in schemes if scheme.code == scheme_code]
        if not schemes:
            raise NoScheme(f"单位“{unit}”没有编码为“{scheme_code}”的考核办法。")
    editions = [edition for s in schemes if (edition := Edition.objects.in_force(s, day).first()) is not None]
    if not editions:
        raise NoScheme(f"单位“{unit}”在{date_format(day)}没有已发布的考核办法，请先发布。")
    if len(editions) > 1:
        codes = "、".join(edition.scheme.code for edition in editions)
        raise NoScheme(f"单位“{unit}”有多个考核办法，请用 --scheme 选定其一：{codes}。")
    return editions[0]


def edition_on(edition: Edition, day: datetime.date) -> Edition:
    """The edition of the same scheme that is in force on the day; the given one where none is, or it is a draft."""
    if not edition.frozen or edition.covers(day):
        return edition
    return Edition.objects.in_force(edition.scheme, day).select_related("scheme").first() or edition


def scheme_of(edition: Edition) -> Scheme:
    """The frozen scheme of a published edition."""
    return Scheme.from_snapshot(json.loads(edition.snapshot))


def default_as_of(period: Period) -> datetime.date:
    """The period's last day, or today if that is earlier (docs/SEMANTICS.md, 12)."""
    return min(period.end, timezone.localdate())


def reckon(
    unit: Unit,
    period_code: str,
    *,
    scheme_code: str | None = None,
    as_of: datetime.date | None = None,
    account: Account | None = None,
) -> Run:
    """Assesses and stores; the same edition and inputs give the run that is there already.

    Raises RunRefused or NoScheme; nothing is stored then.
    """
    period = parsed_period(period_code)
    as_of = as_of or default_as_of(period)
    if as_of < period.start:
        said = f"截止日{date_format(as_of)}早于{period.name}的第一天{date_format(period.start)}"
        raise RunRefused(f"{said}，请改用期间内的日期。")
    edition = edition_for(unit, scheme_code, min(as_of, period.end))
    scheme = scheme_of(edition)
    frames = read_frames(unit, scheme, period, as_of)
    result = assessed(scheme, frames, period, as_of, edition.digest)
    if not result.subjects:
        raise RunRefused(f"单位“{unit}”在{date_format(as_of)}没有在任的考核对象，请先导入人员。")
    # Under the same name, so that a large unit's events are not held twice while all is stored.
    frames = known_by(frames, scheme, REGISTRY, period, as_of)
    return store(unit, edition, period, as_of, frames, result, account)


def read_frames(unit: Unit, scheme: Scheme, period: Period, as_of: datetime.date) -> Frames:
    """What the ledger holds for the scheme's items in the period by the day, what it inherits, who is taken out."""
    items = [rule.code for rule in scheme.rules if REGISTRY.of(rule).is_item]
    attributes = [attribute.code for attribute in scheme.attributes]
    first = reading_start(scheme, REGISTRY, period)
    frames = frames_of(unit, first, period.end, as_of, items, attributes)
    return replace(
        frames,
        inherited=inherited_results(unit, scheme, period),
        exclusions=excluded_subjects(unit, period, scheme.subject, as_of),
    )


def result_head(unit: Unit, edition: Edition, digest: str) -> dict[str, Any]:
    """What stands in a result besides the reckoning: whose it is, by which edition, under which digest."""
    return {
        "unit": unit.code,
        "unit_name": unit.name,
        "edition": edition.number,
        "document": edition.document_number,
        "edition_digest": edition.digest,
        "digest": digest,
    }


def store(
    unit: Unit,
    edition: Edition,
    period: Period,
    as_of: datetime.date,
    inputs: Frames,
    result: ResultInParts,
    account: Account | None,
) -> Run:
    """Keeps inputs and result as documents, the run, and the rows that pages read; afterwards the rows of lines.

    So the result is there before a large unit's million lines are listed. Where that was broken off, the same
    reckoning again writes what is missing.
    """
    run = _stored(unit, edition, period, as_of, inputs, result, account)
    if not run.lines_listed:
        project_lines(run, result)
    return run


@transaction.atomic
def _stored(
    unit: Unit,
    edition: Edition,
    period: Period,
    as_of: datetime.date,
    inputs: Frames,
    result: ResultInParts,
    account: Account | None,
) -> Run:
    kept_inputs = Document.objects.keep_parts(inputs_parts(inputs))
    digest = digest_of({"scheme": edition.digest, "inputs": kept_inputs.digest})
    whole = replace(result, head={**result_head(unit, edition, digest), **result.head})
    outcome = Document.objects.keep_parts(whole.canonical_parts())
    run, is_new = Run.objects.get_or_create(
        unit=unit,
        edition=edition,
        period=period.code,
        as_of=as_of,
        inputs=kept_inputs,
        defaults={"outcome": outcome, "digest": digest, "made_by": account},
    )
    if not is_new and run.outcome_id != outcome.digest:
        raise RunRefused(
            f"同样的办法和数据，这次得出的结果与{run.made_at:%Y-%m-%d}的核算不同，没有保存；原结果没有变动，"
            "可以照常查看、审定和公布。这不是填报的问题，请不要为此改动数据。"
            f"请把这段话转给系统管理员，由其运行 replay {unit.code} 核对软件版本"
            f"（原核验码 {run.outcome_id[:16]}，这次 {outcome.digest[:16]}）。"
        )
    if is_new:
        project_subjects(run, whole, inputs.events)
    return run
