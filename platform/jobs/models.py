"""Long work as rows: what is to be done, who does it until when, how far it is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

# The lease of a job that nobody holds.
FREE: dict[str, Any] = {"lease": "", "lease_until": None}


class JobQuerySet(models.QuerySet["Job"]):
    """Questions that are asked of jobs."""

    def unfinished(self) -> JobQuerySet:
        """Those that wait or run."""
        return self.filter(state__in=Job.UNFINISHED)

    def to_take_up(self) -> JobQuerySet:
        """Those that wait, and those whose worker has not been heard of within its lease; the eldest first."""
        abandoned = Q(state=Job.State.RUNNING, lease_until__lt=timezone.now())
        return self.filter(Q(state=Job.State.WAITING) | abandoned).order_by("made_at", "pk")


class Job(models.Model):
    """A piece of long work. The row is the truth: a worker holds it by a lease that it keeps renewing.

    kind: the name under which a higher room registered the work. params: plain data for it. key: work of the same
    kind and key is one job while it is unfinished. lease: the token of the worker that holds the job.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"
        STOPPED = "stopped", "已停止"

    UNFINISHED = (State.WAITING, State.RUNNING)

    kind = models.CharField("类别", max_length=64)
    key = models.CharField("任务标识", max_length=200)
    params = models.JSONField("内容", default=dict)
    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField("已做", default=0)
    total = models.PositiveIntegerField("共计", default=0)
    attempts = models.PositiveIntegerField("开始次数", default=0)
    stop_requested = models.BooleanField("要求停止", default=False)
    lease = models.CharField("执行者", max_length=100, blank=True)
    lease_until = models.DateTimeField("占用至", null=True, blank=True)
    heartbeat_at = models.DateTimeField("最近一次进展", null=True, blank=True)
    result = models.JSONField("结果", null=True, blank=True)
    error = models.TextField("未完成的原因", blank=True)
    made_at = models.DateTimeField("提交时间", auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="提交人",
    )
    # For the database's wall alone (units/row_security.py); None: for all units.
    of_unit = models.ForeignKey(
        "units.Unit", models.CASCADE, null=True, editable=False, related_name="+", verbose_name="单位"
    )
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["state", "made_at"], name="job_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_unfinished_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | (~Q(lease="") & Q(lease_until__isnull=False)),
                name="job_running_is_leased",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        if self.state == self.State.DONE:
            return 100
        return min(100 * self.done // self.total, 100) if self.total else 0
