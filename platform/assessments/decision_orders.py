"""Decisions on a large result are recorded by a job: reckoning their outcomes again takes longer than a page may."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assessments.decisions import DecisionEntry, decide
from assessments.errors import DecisionRefused
from assessments.models import Run
from jobs.models import Job
from jobs.orders import submit
from jobs.registry import register
from jobs.work import Task
from units.models import Account

KIND = "decide"
# A result is large from so many bytes of its inputs, compressed: about 20,000 events, over half a second to reckon.
LARGE_BYTES = 300_000


def is_large(run: Run) -> bool:
    """Whether decisions on the run are recorded by a job."""
    return len(run.inputs.content) > LARGE_BYTES


def order_decisions(run: Run, entries: Sequence[DecisionEntry], account: Account) -> Job:
    """The job that records the decisions. Raises DecisionRefused while another one is at work on the run."""
    params = {"run": run.pk, "entries": [asdict(entry) for entry in entries], "account": account.pk}
    job = submit(KIND, key_of(run), params, total=1, account=account, unit=run.unit)
    if job.params != params:
        raise DecisionRefused("上一次登记的审定还在办理，请稍候，办完后再登记。")
    return job


def latest_order(run: Run) -> Job | None:
    """The last job that recorded, or is to record, decisions on the run."""
    return Job.objects.filter(kind=KIND, key=key_of(run)).order_by("-pk").first()


def key_of(run: Run) -> str:
    """By what the run's orders are known: one at a time."""
    return f"run:{run.pk}"


def record_decisions(task: Task) -> Any:
    """Does the work. Done again after a crash, it finds recorded what is: the same decisions change nothing."""
    params = task.params
    run = Run.objects.select_related("unit", "edition").get(pk=params["run"])
    account = Account.objects.get(pk=params["account"])
    made = decide(run, [DecisionEntry(**entry) for entry in params["entries"]], account)
    task.progress(1, 1)
    return {"made": len(made)}


def register_work() -> None:
    """Makes this kind of work known to the jobs."""
    register(KIND, "登记审定", record_decisions)
