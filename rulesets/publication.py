"""Publishing an edition: it is checked, frozen with its snapshot and digest, and the former one retires."""

from django.db import transaction
from django.utils import timezone

from jobs.refusal import Refusal
from rulesets.checks import check_snapshot, errors_of
from rulesets.engine.canonical import canonical, digest_of
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.packs import refuse_taken_codes
from rulesets.snapshots import snapshot_of
from units.models import Account


class PublicationRefused(Refusal):
    """An edition can't be published; each message names what stands in the way."""


@transaction.atomic
def publish(edition: Edition, account: Account | None = None, reason: str = "") -> Edition:
    """Freezes the draft and puts it in force; the scheme's edition published before retires.

    `account` is who publishes, None where a command does; `reason` is kept for the warnings that stand. The
    edition is compiled and tried in a process of its own, which takes seconds. Gives the frozen edition.
    Raises PublicationRefused, ItemCodeTaken.
    """
    # The scheme is locked too, so that of two drafts published at once the second waits for the first.
    draft = Edition.objects.select_for_update().select_related("scheme").get(pk=edition.pk)
    if draft.frozen:
        raise PublicationRefused(f"“{draft}”已经发布过，不能再次发布。请复制为新草稿后发布。")
    snapshot = snapshot_of(draft)
    errors = errors_of(check_snapshot(snapshot, REGISTRY, trial=True))
    if errors:
        raise PublicationRefused(*(f"“{draft}”不能发布：{error}" for error in errors))
    refuse_taken_codes(draft.scheme.unit, snapshot)
    moment = timezone.now()
    Edition.objects.filter(scheme=draft.scheme).retire(moment)
    draft.status = Edition.Status.PUBLISHED
    draft.snapshot = canonical(snapshot)
    draft.digest = digest_of(snapshot)
    draft.published_by = account
    draft.published_at = moment
    draft.published_reason = reason
    draft.save()
    return draft
