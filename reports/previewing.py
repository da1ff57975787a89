"""The paper that an edition's texts make, before they are saved: of a made-up result, or of a real one."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils import timezone

from assessments.models import Run
from reports.forms.form import Form
from reports.forms.record import source_of
from reports.forms.sample import sample_source
from reports.forms.source import Options, Source, selected
from reports.pictures import pages_as_png
from reports.rendering import Paper, check_environment, rendered
from rulesets.engine.period import Period
from rulesets.engine.scheme import Scheme
from rulesets.models import Edition
from rulesets.snapshots import snapshot_of

PIXELS = 1000
# Of a unit's result so many are offered to look at.
MOST_OFFERED = 60
EVERYBODY = "*"


def newest_run(edition: Edition) -> Run | None:
    """The newest run of the edition's scheme, by whatever edition."""
    runs = Run.objects.filter(unit=edition.scheme.unit, edition__scheme=edition.scheme)
    return (
        runs.select_related("unit", "edition__scheme", "outcome", "decided")
        .order_by("-made_at", "-pk")
        .first()
    )


def real_subjects(edition: Edition, form: Form) -> list[tuple[str, str]]:
    """Number and name of those who may be looked at instead of the made-up ones; of lists, all in one."""
    run = newest_run(edition)
    if run is None:
        return []
    if not form.is_for_each:
        return [(EVERYBODY, f"本单位的结果：{Period.parse(run.period).name}")]
    return list(run.results.values_list("no", "name").order_by("rank", "no")[:MOST_OFFERED])


def preview_of(edition: Edition, form: Form, texts: Mapping[str, str] | None, no: str = "") -> Paper:
    """The first paper of a form with these texts beside the edition's saved ones (None: with those alone).

    no: a real subject's number, EVERYBODY for a real list, empty for a made-up result. Raises Refusal where the
    form doesn't apply.
    """
    saved = {wording.key: wording.text for wording in edition.wordings.all()}
    wordings = {key: text for key, text in {**saved, **(texts or {})}.items() if text}
    source = _source(edition, no)
    source = replace(source, wordings=wordings, options=Options(today=timezone.localdate()))
    form.require_applicable(source)
    chosen = selected(source, [no] if no and form.is_for_each else [])
    return form.papers(source, chosen[:1] if form.is_for_each else chosen)[0]


def _source(edition: Edition, no: str) -> Source:
    run = newest_run(edition) if no else None
    if run is not None:
        return source_of(run)
    scheme = Scheme.from_snapshot(snapshot_of(edition))
    year = timezone.localdate().year - 1
    return sample_source(
        scheme, edition.scheme.unit.name, edition.number, edition.document_number, year, wordings={}
    )


def page_of(paper: Paper, number: int) -> tuple[bytes, int]:
    """A page of a paper as PNG, and how many pages there are; the last one where the number is beyond.

    Raises RenderingUnavailable.
    """
    check_environment()
    pages = pages_as_png(rendered(paper), PIXELS)
    return pages[min(max(number, 1), len(pages)) - 1], len(pages)
