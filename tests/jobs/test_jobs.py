"""A job's life: taken by one worker, kept by a lease, stopped, taken up again after a crash."""

import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs import work
from jobs.models import Job
from jobs.orders import resume, stop, submit
from jobs.refusal import Refusal
from jobs.registry import KindUnknown, Work
from jobs.work import JobStopped, LeaseLost, Task, perform, take
from units.models import Account, Membership, Unit

Kinds = Callable[[Work], str]


def taken() -> Task:
    task = take()
    assert task is not None
    return task


def died(task: Task) -> None:
    """As after `kill -9`: the row says running, nobody renews the lease, and its time is over."""
    Job.objects.filter(pk=task.job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_job_is_done_and_keeps_its_result(counting: list[int]) -> None:
    job = submit("counting", "a", {})
    perform(taken())
    job.refresh_from_db()
    assert (job.state, job.result, job.done, job.total) == ("done", {"steps": 3}, 3, 3)
    assert job.ended_at is not None
    assert take() is None


def test_the_same_work_is_ordered_once_while_it_is_unfinished(counting: list[int]) -> None:
    first = submit("counting", "a", {})
    assert submit("counting", "a", {}).pk == first.pk
    perform(taken())
    assert submit("counting", "a", {}).pk != first.pk


def test_the_database_refuses_the_same_unfinished_work_twice(counting: list[int]) -> None:
    submit("counting", "a", {})
    with pytest.raises(IntegrityError):
        Job.objects.create(kind="counting", key="a")


def test_work_that_no_room_registered_is_refused(db: None) -> None:
    with pytest.raises(KindUnknown, match="unheard"):
        submit("unheard", "a", {})


def test_a_job_is_held_by_one_worker(counting: list[int]) -> None:
    submit("counting", "a", {})
    assert take() is not None
    assert take() is None


def test_the_eldest_job_comes_first(counting: list[int]) -> None:
    keys = ["a", "b"]
    for key in keys:
        submit("counting", key, {})
    assert [taken().job.key for _ in keys] == keys


def test_a_job_whose_worker_died_is_taken_up_again(counting: list[int]) -> None:
    submit("counting", "a", {})
    dead = taken()
    died(dead)
    again = taken()
    assert again.job.pk == dead.job.pk
    assert again.job.attempts == 2


def test_a_worker_that_lost_its_lease_writes_nothing_more(counting: list[int]) -> None:
    submit("counting", "a", {})
    slow = taken()
    died(slow)
    new = taken()
    with pytest.raises(LeaseLost):
        slow.progress(2, 3)
    slow.end(state=Job.State.FAILED)
    new.job.refresh_from_db()
    assert (new.job.state, new.job.done) == ("running", 0)


def test_a_lease_that_is_renewed_is_not_taken(counting: list[int]) -> None:
    submit("counting", "a", {})
    task = taken()
    died(task)
    assert task.renew()
    assert take() is None


def test_a_job_that_brings_down_its_workers_is_not_begun_for_ever(counting: list[int]) -> None:
    job = submit("counting", "a", {})
    for _ in range(work.MOST_ATTEMPTS):
        died(taken())
    assert take() is None
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", work.CRASHED)


def test_a_waiting_job_is_stopped_at_once(counting: list[int]) -> None:
    job = submit("counting", "a", {})
    stop(job)
    assert job.state == "stopped"
    assert take() is None


def test_a_running_job_stops_at_its_next_step_and_goes_on_where_it_was(kind: Kinds) -> None:
    done: list[int] = []

    def three_steps(task: Task) -> None:
        for step in range(len(done), 3):
            done.append(step)
            if step == 1:
                stop(Job.objects.get(pk=task.job.pk))
            task.progress(step + 1, 3)

    job = submit(kind(three_steps), "a", {})
    perform(taken())
    job.refresh_from_db()
    assert (job.state, job.done, done) == ("stopped", 2, [0, 1])
    resume(job)
    perform(taken())
    job.refresh_from_db()
    assert (job.state, done) == ("done", [0, 1, 2])


def test_what_is_done_is_not_begun_again_by_resuming(counting: list[int]) -> None:
    job = submit("counting", "a", {})
    perform(taken())
    resume(job)
    assert job.state == "done"


def test_a_stopped_job_that_was_ordered_anew_is_not_done_twice(counting: list[int]) -> None:
    job = submit("counting", "a", {})
    stop(job)
    submit("counting", "a", {})
    resume(job)
    assert job.state == "stopped"


def test_a_refusal_is_kept_in_its_own_words(kind: Kinds) -> None:
    def refuses(task: Task) -> None:
        raise Refusal("没有纸。", "请加纸。")

    job = submit(kind(refuses), "a", {})
    perform(taken())
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "没有纸。\n请加纸。")


def test_a_fault_is_logged_and_told_without_its_inner_words(
    kind: Kinds, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(task: Task) -> None:
        raise ZeroDivisionError("secret")

    job = submit(kind(fails), "a", {})
    perform(taken())
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", work.FAULT)
    assert "ZeroDivisionError" in caplog.text


def test_the_worker_does_all_that_waits(counting: list[int]) -> None:
    jobs = [submit("counting", key, {}) for key in "ab"]
    call_command("run_worker", "--until-empty")
    assert {Job.objects.get(pk=job.pk).state for job in jobs} == {"done"}


def test_a_worker_that_is_told_to_end_gives_its_job_back(kind: Kinds) -> None:
    def told_to_end(task: Task) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        for step in range(1000):
            task.progress(step, 1000)

    job = submit(kind(told_to_end), "a", {})
    call_command("run_worker")
    job.refresh_from_db()
    assert (job.state, job.lease, job.attempts) == ("waiting", "", 0)


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_a_step_takes_long(
    kind: Kinds, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JOB_LEASE_SECONDS = 0.2
    renewed = threading.Event()
    renew = Task.renew
    later: list[bool] = []

    def renew_once(task: Task) -> bool:
        held = renew(task)
        # The next time is after the step: on SQLite the tests' database is not read while another thread writes.
        settings.JOB_LEASE_SECONDS = 3600
        renewed.set()
        return held

    def long_step(task: Task) -> None:
        renewed.wait(60)
        taken_at = task.job.heartbeat_at
        assert taken_at is not None
        later.append(Job.objects.filter(pk=task.job.pk, heartbeat_at__gt=taken_at).exists())

    monkeypatch.setattr(Task, "renew", renew_once)
    submit(kind(long_step), "a", {})
    perform(taken())
    assert later == [True]


def test_a_percentage_says_how_far_it_is() -> None:
    assert Job(done=1, total=3).percent == 33
    assert Job(done=0, total=0).percent == 0
    assert Job(state=Job.State.DONE).percent == 100


def test_an_ended_worker_is_asked_before_the_database(counting: list[int]) -> None:
    submit("counting", "a", {})
    task = taken()
    task.must_yield.set()
    with pytest.raises(JobStopped):
        task.check()


def test_a_job_that_is_there_looks_to_a_unit_s_people_like_one_that_is_not(
    client: Client, kind: Kinds, bureau: Unit
) -> None:
    job = submit(kind(lambda task: None), "one", {})
    clerk = Account.objects.create(username="clerk")
    Membership.objects.create(account=clerk, unit=bureau, role=Membership.Role.SCHEME_ADMIN)
    client.force_login(clerk)
    there, nowhere = (
        client.get(reverse("admin:jobs_job_history", args=[key])) for key in (job.pk, job.pk + 1)
    )
    assert (there.status_code, there.headers.get("Location")) == (302, nowhere.headers.get("Location"))
