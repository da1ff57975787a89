"""Publishing an edition: it is checked, frozen with its snapshot and digest, and the former one retires.

Where the unit asks for a second person, one account puts the draft before them and another one publishes it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.refusal import Refusal
from rulesets.checks import check_snapshot, errors_of, warnings_of
from rulesets.engine.canonical import canonical, digest_of
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.packs import refuse_taken_codes
from rulesets.scenarios import ScenariosFailed, failing_before_publication
from rulesets.snapshots import snapshot_of
from units.models import Account

Snapshot = Mapping[str, Any]


class PublicationRefused(Refusal):
    """An edition can't be published; each message names what stands in the way."""


class SecondPersonNeeded(PublicationRefused):
    """The unit asks for a second person, and this is not that person's turn."""


class ReasonMissing(Refusal):
    """Warnings stand and nobody said why the edition is published all the same."""

    def __init__(self, edition: str, warnings: Sequence[str]) -> None:
        asked = f"“{edition}”还有{len(warnings)}处提醒，请逐条核对，改正或在发布说明中写明为何照此发布。"
        super().__init__(asked, *warnings)


@transaction.atomic
def publish(
    edition: Edition,
    account: Account | None = None,
    reason: str = "",
    *,
    document_number: str | None = None,
    recorded_metrics: frozenset[str] | None = None,
) -> Edition:
    """Freezes the draft and puts it in force; the scheme's edition published before retires.

    `account` is who publishes, None where a command does; `reason` is kept, and needed where warnings stand, as
    `recorded_metrics` (None: not known) may bring up. `document_number` is written first, unless it is None. The
    edition is compiled and tried in a process of its own, its scenarios are run. Gives the frozen edition.
    Raises PublicationRefused, SecondPersonNeeded, ReasonMissing, ItemCodeTaken, ScenariosFailed.
    """
    draft = _locked(edition)
    if draft.scheme.unit.second_person:
        _refuse_first_person(draft, account)
        reason = reason or draft.submitted_reason
    snapshot = _checked(draft, reason, document_number, recorded_metrics)
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


@transaction.atomic
def submit(
    edition: Edition,
    account: Account | None = None,
    reason: str = "",
    *,
    document_number: str | None = None,
    recorded_metrics: frozenset[str] | None = None,
) -> Edition:
    """Puts the draft before the second person, checked as `publish` would; whoever changes it takes it back.

    Raises as `publish` does.
    """
    draft = _locked(edition)
    snapshot = _checked(draft, reason, document_number, recorded_metrics)
    draft.submitted_by = account
    draft.submitted_at = timezone.now()
    draft.submitted_reason = reason
    draft.submitted_digest = digest_of(snapshot)
    draft.save()
    return draft


@transaction.atomic
def take_back(edition: Edition) -> Edition:
    """The draft is no longer before the second person. Raises PublicationRefused for a frozen edition."""
    draft = _locked(edition)
    draft.submitted_by = draft.submitted_at = None
    draft.submitted_reason = draft.submitted_digest = ""
    draft.save()
    return draft


def awaits_second_person(edition: Edition) -> bool:
    """Whether the draft was put before the second person and still says what it said then."""
    if edition.frozen or not edition.submitted_digest:
        return False
    return edition.submitted_digest == digest_of(snapshot_of(edition))


def _locked(edition: Edition) -> Edition:
    """The draft, locked. Raises PublicationRefused for a frozen edition."""
    # The scheme is locked too, so that of two drafts published at once the second waits for the first.
    draft: Edition = Edition.objects.select_for_update().select_related("scheme__unit").get(pk=edition.pk)
    if draft.frozen:
        raise PublicationRefused(f"“{draft}”已经发布过，不能再次发布。请复制为新草稿后发布。")
    return draft


def _refuse_first_person(draft: Edition, account: Account | None) -> None:
    if not awaits_second_person(draft):
        changed = "提交之后内容有改动，请重新提交" if draft.submitted_digest else "请先提交"
        raise SecondPersonNeeded(f"本单位发布办法须经第二人复核：{changed}“{draft}”，再由另一人发布。")
    if account is None or account.pk == draft.submitted_by_id:
        raise SecondPersonNeeded(
            f"本单位发布办法须经第二人复核：“{draft}”已经提交，请由提交人以外的另一个账号登录后发布。"
        )


def _checked(
    draft: Edition, reason: str, document_number: str | None, recorded_metrics: frozenset[str] | None
) -> Snapshot:
    """The draft's snapshot, after everything that stands in the way of publishing was looked for."""
    if document_number is not None:
        draft.document_number = document_number
    snapshot = snapshot_of(draft)
    findings = check_snapshot(snapshot, REGISTRY, trial=True, recorded_metrics=recorded_metrics)
    errors, warnings = errors_of(findings), warnings_of(findings)
    if errors:
        raise PublicationRefused(*(f"“{draft}”不能发布：{error}" for error in errors))
    if warnings and not reason.strip():
        raise ReasonMissing(str(draft), [str(warning) for warning in warnings])
    refuse_taken_codes(draft.scheme.unit, snapshot)
    _refuse_failing_scenarios(draft, snapshot)
    return snapshot


def _refuse_failing_scenarios(draft: Edition, snapshot: Snapshot) -> None:
    failing = failing_before_publication(draft, snapshot)
    if failing:
        count = draft.scenarios.count()
        said = f"“{draft}”不能发布：{count}个用例中有{len(failing)}个与预期不符，请改正办法或用例。"
        raise ScenariosFailed(said, *(line for verdict in failing for line in verdict.messages()))
