"""Publishing results 公布: the document is fixed; what comes later is published as a correction or not at all."""

from django.db import transaction

from assessments.errors import PublicationRefused
from assessments.models import Publication, Run
from assessments.results import blocks_of
from ledger.chain import lock
from rulesets.models import Scheme
from units.models import Account

LONGEST_REASON = 500


@transaction.atomic
def publish_run(run: Run, reason: str = "", account: Account | None = None) -> tuple[Publication, bool]:
    """The publication of the run's newest document, and whether it is new.

    Where another document of the same scheme and period is published, this one corrects it: that takes a reason,
    and the corrected one stays on record. Raises PublicationRefused without one, or where a decision that was
    published would be lost.
    """
    if len(reason) > LONGEST_REASON:
        raise PublicationRefused(f"公布的理由过长，最多 {LONGEST_REASON} 个字。")
    lock(run.unit)
    run.refresh_from_db()
    standing = published(run.edition.scheme, run.period)
    if standing is not None and standing.document_id == run.document.digest:
        return standing, False
    if standing is not None and not reason.strip():
        raise PublicationRefused(
            f"{standing.published_at:%Y-%m-%d} 已公布过《{standing.scheme}》{run.period} 的结果，"
            "这次是更正，须写明更正的理由（--reason）。"
        )
    if standing is not None:
        _refuse_lost_decisions(standing, run)
        Publication.objects.all().retire([standing.pk])
    publication = Publication.objects.create(
        run=run,
        scheme=run.edition.scheme,
        period=run.period,
        document=run.document,
        reason=reason.strip(),
        published_by=account,
        supersedes=standing,
    )
    return publication, True


def _refuse_lost_decisions(standing: Publication, run: Run) -> None:
    """A decision belongs to its run: a correction by a newer run is to be decided first."""
    result = run.result
    # Who is taken out of the roster by now can be given no band.
    present = {subject["no"] for subject in result["subjects"] if "exclusion" not in subject}
    lost = (blocks_of(standing.document.read()).keys() & present) - blocks_of(result).keys()
    if lost:
        raise PublicationRefused(
            f"已公布的结果中，以下对象的等次经过审定，这次的结果还没有审定：{'、'.join(sorted(lost))}。"
            "请先对这次的结果登记审定，再公布更正。"
        )


def shows(publication: Publication | None, run: Run) -> bool:
    """Whether the publication is of the run's newest document, decisions and all."""
    return publication is not None and publication.document_id == (run.decided_id or run.outcome_id)


def published(scheme: Scheme, period: str) -> Publication | None:
    """The publication in force of the scheme's period; None where nothing was published yet."""
    return (
        Publication.objects.current()
        .filter(scheme=scheme, period=period)
        .select_related("run__edition__scheme", "run__unit", "document")
        .first()
    )
