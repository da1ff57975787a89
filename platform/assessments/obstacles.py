"""Why what the ledger would change must stay: a result that was published after it."""

from django.utils import timezone
from django.utils.formats import date_format

from assessments.models import Publication
from assessments.reckoning import scheme_of
from ledger.models import ImportRecord
from ledger.undoing import Span
from rulesets.engine.assess import reading_start
from rulesets.engine.period import Period
from rulesets.families import REGISTRY


def published_since(record: ImportRecord, span: Span) -> str | None:
    """Why an import must stay: a result was published after it whose period holds days of its span; else None."""
    publications = Publication.objects.filter(scheme__unit=record.unit, published_at__gte=record.made_at)
    for publication in publications.select_related("scheme", "run__edition").order_by("published_at"):
        period = Period.parse(publication.period)
        first = reading_start(scheme_of(publication.run.edition), REGISTRY, period)
        if first <= span[1] and span[0] <= period.end:
            day = timezone.localtime(publication.published_at).date()
            return (
                f"本次导入不能整批撤销：{period.name}的结果（{publication.scheme}）已在导入之后的{date_format(day)}公布。"
                "确有错误的，请逐件更正或撤回，重新核算后公布更正。"
            )
    return None
