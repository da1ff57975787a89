"""Publishing an edition: it is checked, frozen with its snapshot and digest, and the former one retires."""

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
from rulesets.scenarios import ScenariosFailed, run_scenario
from rulesets.snapshots import snapshot_of
from units.models import Account


class PublicationRefused(Refusal):
    """An edition can't be published; each message names what stands in the way."""


class ReasonMissing(Refusal):
    """Warnings stand and nobody said why the edition is published all the same."""

    def __init__(self, edition: str, warnings: Sequence[str]) -> None:
        asked = f"“{edition}”还有{len(warnings)}处提醒，请逐条核对，改正或在发布说明中写明为何照此发布。"
        super().__init__(asked, *warnings)


@transaction.atomic
def publish(edition: Edition, account: Account | None = None, reason: str = "") -> Edition:
    """Freezes the draft and puts it in force; the scheme's edition published before retires.

    `account` is who publishes, None where a command does; `reason` is kept, and needed where warnings stand. The
    edition is compiled and tried in a process of its own, which takes seconds. Gives the frozen edition.
    Raises PublicationRefused, ReasonMissing, ItemCodeTaken, ScenariosFailed.
    """
    # The scheme is locked too, so that of two drafts published at once the second waits for the first.
    draft = Edition.objects.select_for_update().select_related("scheme").get(pk=edition.pk)
    if draft.frozen:
        raise PublicationRefused(f"“{draft}”已经发布过，不能再次发布。请复制为新草稿后发布。")
    snapshot = snapshot_of(draft)
    findings = check_snapshot(snapshot, REGISTRY, trial=True)
    errors, warnings = errors_of(findings), warnings_of(findings)
    if errors:
        raise PublicationRefused(*(f"“{draft}”不能发布：{error}" for error in errors))
    if warnings and not reason.strip():
        raise ReasonMissing(str(draft), [str(warning) for warning in warnings])
    refuse_taken_codes(draft.scheme.unit, snapshot)
    _refuse_failing_scenarios(draft, snapshot)
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


def _refuse_failing_scenarios(draft: Edition, snapshot: Mapping[str, Any]) -> None:
    verdicts = [run_scenario(scenario, snapshot) for scenario in draft.scenarios.all()]
    failing = [verdict for verdict in verdicts if not verdict.passed]
    if failing:
        said = f"“{draft}”不能发布：{len(verdicts)}个用例中有{len(failing)}个与预期不符，请改正办法或用例。"
        raise ScenariosFailed(said, *(line for verdict in failing for line in verdict.messages()))
