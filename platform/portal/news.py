"""What happened since a result was reckoned, so that it no longer says what the record and the scheme say."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from assessments.inheritance import sources_published_since
from assessments.models import Publication, Run
from assessments.publication import shows
from ledger.models import Ballot, Batch, Event, Exclusion, Metric, PeriodClosing
from rulesets.engine.period import Period, PeriodKind
from rulesets.models import Edition

# Of so many other periods the first page asks whether their published results still stand, the latest first.
LOOKED_BACK = 3


def news_since(run: Run, edition: Edition) -> list[str]:
    """Why the run's period should be reckoned again, a sentence each. edition: the one in force in the period."""
    news = []
    if run.edition_id != edition.pk:
        news.append(
            f"这次核算依据第{run.edition.number}版，此后已发布第{edition.number}版。"
            f"本期如应适用第{edition.number}版，请重新核算。"
        )
    if recorded_since(run):
        news.append("这次核算之后，本期又登记了新的内容，请重新核算。")
    if Exclusion.objects.filter(unit=run.unit, period=run.period, made_at__gt=run.made_at).exists():
        news.append("这次核算之后又调整了考核对象名册，请重新核算。")
    return [*news, *map(_source_said, sources_published_since(run))]


def _source_said(source: Publication) -> str:
    what = f"《{source.scheme.name}》{Period.parse(source.period).name}的结果"
    done = "公布了更正" if source.supersedes_id else "才公布"
    return f"本期沿用{what}，它在这次核算之后{done}。请重新核算；结果有变的，审定后公布更正。"


def recorded_since(run: Run) -> bool:
    """Whether something was recorded, corrected or withdrawn after the run that its period may read."""
    batches = Batch.objects.filter(unit_id=run.unit_id, made_at__gt=run.made_at)
    if not batches.exists():
        return False
    period = Period.parse(run.period)
    # What is counted through a year is read from the year's first day.
    span = (Period(period.year, 1, PeriodKind.YEAR).start, period.end)
    events = Event.objects.filter(batch__in=batches)
    if events.filter(Q(date__range=span) | Q(supersedes__date__range=span)).exists():
        return True
    named = {
        code
        for model in (Ballot, Metric)
        for code in model.objects.filter(batch__in=batches)
        .order_by()
        .values_list("period", flat=True)
        .distinct()
    }
    others = map(Period.parse, named)
    return any(other.start <= span[1] and span[0] <= other.end for other in others)


def outstanding(
    runs: Sequence[Run], shown: Period, standing: Mapping[str, Publication]
) -> list[tuple[str, str]]:
    """Published results of other periods than the shown one that ask for a correction: a sentence, and the page.

    runs: the newest of each period. standing: the publications in force by their period's code.
    """
    published = [run for run in runs if run.period in standing and run.period != shown.code]
    if not published:
        return []
    unit = published[0].unit
    closed = set(PeriodClosing.objects.in_force(unit).values_list("period", flat=True))
    found = []
    for place, run in enumerate(published):
        sentence = _asks_for(run, standing[run.period], run.period in closed, place < LOOKED_BACK)
        if sentence:
            where = urlencode({"unit": unit.code, "period": run.period})
            found.append((f"{Period.parse(run.period).name}{sentence}", f"{reverse('portal:home')}?{where}"))
    return found


def _asks_for(run: Run, publication: Publication, is_closed: bool, looks_closely: bool) -> str:
    if not shows(publication, run):
        return "重新核算的结果与已公布的不同：核对、审定后请公布更正。"
    if not looks_closely:
        return ""
    # A closed period takes nothing in.
    if not is_closed and recorded_since(run):
        return "的结果公布之后登记有变：请重新核算，再公布更正。"
    if sources_published_since(run):
        return "的结果公布之后，它所沿用的结果公布了更正：请重新核算，再公布更正。"
    return ""
