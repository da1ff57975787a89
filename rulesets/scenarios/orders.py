"""Reckoning an edition's scenarios on somebody's word: small ones at once, large ones by a job."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from jobs.models import Job
from jobs.orders import submit
from jobs.registry import register
from jobs.work import Task
from rulesets.models import Edition, Scenario
from rulesets.scenarios.kept import Case, cases_of, reckon
from rulesets.scenarios.running import checked_snapshot
from units.models import Account

KIND = "check_scenarios"
# From so many rows of data together a page does not wait: over half a second to reckon.
LARGE_ROWS = 20_000


def are_large(cases: Sequence[Case]) -> bool:
    """Whether reckoning these cases takes longer than a page may."""
    return sum(case.scenario.size for case in cases) > LARGE_ROWS


def check_cases(edition: Edition, account: Account | None, only: int | None = None) -> Job | None:
    """Reckons the edition's cases that are open, or the one of the key; the job that does it where they are large.

    Raises RunRefused where the edition has errors.
    """
    snapshot = checked_snapshot(edition)
    open_cases = [
        case for case in cases_of(edition, snapshot) if case.is_open and only in (None, case.scenario.pk)
    ]
    if are_large(open_cases):
        unit = edition.scheme.unit
        return submit(KIND, _key_of(edition), {"edition": edition.pk}, len(open_cases), account, unit)
    for case in open_cases:
        reckon(case.scenario.pk, snapshot)
    return None


def latest_check(edition: Edition) -> Job | None:
    """The last job that reckoned, or is to reckon, the edition's cases."""
    return Job.objects.filter(kind=KIND, key=_key_of(edition)).order_by("-pk").first()


def _key_of(edition: Edition) -> str:
    return f"edition:{edition.pk}"


def _check(task: Task) -> Any:
    """Does the work, case by case, by the rules as they stand when it begins; what is kept already is passed over."""
    edition = Edition.objects.select_related("scheme__unit").filter(pk=task.params["edition"]).first()
    if edition is None:
        return {"checked": 0}
    snapshot = checked_snapshot(edition)
    open_cases = [case for case in cases_of(edition, snapshot) if case.is_open]
    for done, case in enumerate(open_cases, start=1):
        with transaction.atomic():
            if Scenario.objects.filter(pk=case.scenario.pk).exists():
                reckon(case.scenario.pk, snapshot)
            task.progress(done, len(open_cases))
    return {"checked": len(open_cases)}


def register_work() -> None:
    """Makes this kind of work known to the jobs."""
    register(KIND, "核对用例", _check)
