"""What happened: events with their participants, ballots, figures, and the batches that brought them.

Nothing here is deleted, and nothing changes but that a row stops being the current one when a successor comes.
Models, querysets and the database itself hold that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format

from ledger.errors import LedgerFixed
from ledger.import_models import ImportRecord as ImportRecord
from ledger.import_models import PendingImport as PendingImport
from rulesets.engine.period import Period
from units.models import Department, Person, Unit


class FixedQuerySet(models.QuerySet[Any]):
    """Rows that can be added and read, never changed or deleted."""

    def update(self, **kwargs: Any) -> int:
        raise LedgerFixed(str(self.model._meta.verbose_name))

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise LedgerFixed(str(self.model._meta.verbose_name))

    def delete(self) -> tuple[int, dict[str, int]]:
        raise LedgerFixed(str(self.model._meta.verbose_name))

    def current(self) -> Self:
        """Those that no successor has replaced."""
        return self.filter(is_current=True)

    def counting(self) -> Self:
        """The current ones that were not withdrawn: what an assessment reads."""
        return self.current().filter(withdrawal_reason="")

    def retire(self, keys: Sequence[int]) -> int:
        """Marks rows as no longer current; called with the writing of their successors, in one transaction."""
        return models.QuerySet.update(self.filter(pk__in=keys, is_current=True), is_current=False)


class FixedModel(models.Model):
    """A row that is written once."""

    objects = FixedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise LedgerFixed(str(self._meta.verbose_name))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise LedgerFixed(str(self._meta.verbose_name))


class Batch(FixedModel):
    """What one import brought: a link of the unit's hash chain.

    `root` is the Merkle root of the batch's entries, `head` the digest of the previous batch's head and of this
    batch's header: see `ledger.chain`. All digests are SHA-256 in hexadecimal.
    """

    class Kind(models.TextChoices):
        EVENTS = "events", "事项"
        BALLOTS = "ballots", "测评票"
        METRICS = "metrics", "指标数据"
        WITHDRAWAL = "withdrawal", "撤回"
        UNDOING = "undoing", "撤销导入"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="batches", verbose_name="单位")
    number = models.PositiveIntegerField("批次号")
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    source = models.CharField("来源文件", max_length=255, blank=True)
    file_digest = models.CharField("文件核验码", max_length=64, blank=True)
    root = models.CharField("内容核验码", max_length=64)
    previous = models.CharField("上一批次链码", max_length=64)
    head = models.CharField("本批次链码", max_length=64, unique=True)
    size = models.PositiveIntegerField("条数")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经办人",
    )
    made_at = models.DateTimeField("登记时间")

    class Meta(FixedModel.Meta):
        verbose_name = verbose_name_plural = "批次"
        ordering = ["unit", "-number"]
        constraints = [models.UniqueConstraint(fields=["unit", "number"], name="batch_number_once")]

    def __str__(self) -> str:
        return f"第 {self.number} 批（{self.get_kind_display()}）"


class Event(FixedModel):
    """One state of an event as a batch reported it; a later report of the same number succeeds it.

    A withdrawn event is succeeded by one with a reason and without participants.
    """

    # The indexes below begin with the unit.
    unit = models.ForeignKey(Unit, models.PROTECT, db_index=False, related_name="events", verbose_name="单位")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="events", verbose_name="批次")
    event_no = models.CharField("事件号", max_length=64)
    date = models.DateField("日期")
    matter = models.CharField("同一事项", max_length=255, blank=True)
    evidence = models.CharField("依据", max_length=500, blank=True)
    withdrawal_reason = models.CharField("撤回理由", max_length=500, blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name="取代的记录"
    )
    is_current = models.BooleanField("现行", default=True)

    class Meta(FixedModel.Meta):
        verbose_name = verbose_name_plural = "事项"
        ordering = ["unit", "event_no", "pk"]
        indexes = [
            models.Index(fields=["unit", "event_no", "is_current"], name="event_by_number"),
            models.Index(
                fields=["unit", "date", "withdrawal_reason"],
                condition=Q(is_current=True),
                name="event_by_date",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "event_no"], condition=Q(is_current=True), name="event_current_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_no}（{date_format(self.date)}）"


class SubjectFields(FixedModel):
    """Whom a row is about: a person or a department, exactly one."""

    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人员"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门"
    )

    class Meta(FixedModel.Meta):
        abstract = True

    @property
    def subject(self) -> Person | Department:
        subject = self.person or self.department
        assert subject is not None  # the database holds that one is there
        return subject


def one_subject(name: str) -> models.CheckConstraint:
    """The constraint that a row names a person or a department, not both."""
    return models.CheckConstraint(
        condition=Q(person__isnull=True) ^ Q(department__isnull=True),
        name=name,
        violation_error_message="对象应为一名人员或一个部门。",
    )


class Participant(SubjectFields):
    """One subject's part in an event, under one item and in one role."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="participants", verbose_name="事项")
    item = models.CharField("计分项", max_length=64)
    role = models.CharField("角色", max_length=64, blank=True)
    level = models.CharField("级别", max_length=64, blank=True)
    quantity = models.DecimalField("数量", max_digits=13, decimal_places=4, default=1)
    rank = models.PositiveIntegerField("名次", null=True, blank=True)
    out_of = models.PositiveIntegerField("总数", null=True, blank=True)
    attributes = models.JSONField("其他要素", default=dict, blank=True)
    remark = models.CharField("说明", max_length=500, blank=True)

    class Meta(SubjectFields.Meta):
        verbose_name = verbose_name_plural = "参与对象"
        ordering = ["event", "pk"]
        indexes = [models.Index(fields=["item", "event"], name="participant_by_item")]
        constraints = [
            one_subject("participant_subject"),
            models.UniqueConstraint(
                fields=["event", "item", "role", "person"],
                condition=Q(person__isnull=False),
                name="participant_person_once",
            ),
            models.UniqueConstraint(
                fields=["event", "item", "role", "department"],
                condition=Q(department__isnull=False),
                name="participant_department_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.item}"


def current_once(name: str, *fields: str) -> list[models.UniqueConstraint]:
    """The constraints that one row of a key is current, for persons and for departments."""
    return [
        models.UniqueConstraint(
            fields=[*fields, subject],
            condition=Q(is_current=True, **{f"{subject}__isnull": False}),
            name=f"{name}_{subject}_once",
        )
        for subject in ("person", "department")
    ]


class Ballot(SubjectFields):
    """One rater's score of one subject. Who the rater is, is a secret: only a keyed fingerprint is kept."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="ballots", verbose_name="单位")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="ballots", verbose_name="批次")
    period = models.CharField("期间", max_length=16)
    round = models.CharField("轮次", max_length=64, blank=True)
    part = models.CharField("部分", max_length=64)
    rater_group = models.CharField("评议组", max_length=64, blank=True)
    rater = models.CharField("评议人指纹", max_length=64)
    rater_department = models.CharField("评议人部门", max_length=64, blank=True)
    score = models.DecimalField("分数", max_digits=7, decimal_places=4)
    withdrawal_reason = models.CharField("撤回理由", max_length=500, blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name="取代的记录"
    )
    is_current = models.BooleanField("现行", default=True)

    class Meta(SubjectFields.Meta):
        verbose_name = verbose_name_plural = "测评票"
        ordering = ["unit", "period", "part", "pk"]
        indexes = [models.Index(fields=["unit", "period"], name="ballot_by_period")]
        constraints = [
            one_subject("ballot_subject"),
            *current_once("ballot", "unit", "period", "round", "part", "rater_group", "rater"),
        ]

    def __str__(self) -> str:
        return f"{Period.parse(self.period).name} {self.subject}"


class Metric(SubjectFields):
    """A figure of one subject in one period."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="metrics", verbose_name="单位")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="metrics", verbose_name="批次")
    metric = models.CharField("指标", max_length=64)
    period = models.CharField("期间", max_length=16)
    value = models.DecimalField("数值", max_digits=13, decimal_places=4)
    withdrawal_reason = models.CharField("撤回理由", max_length=500, blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name="取代的记录"
    )
    is_current = models.BooleanField("现行", default=True)

    class Meta(SubjectFields.Meta):
        verbose_name = verbose_name_plural = "指标数据"
        ordering = ["unit", "period", "metric", "pk"]
        indexes = [models.Index(fields=["unit", "period"], name="metric_by_period")]
        constraints = [one_subject("metric_subject"), *current_once("metric", "unit", "metric", "period")]

    def __str__(self) -> str:
        return f"{Period.parse(self.period).name} {self.subject}"


class Exclusion(SubjectFields):
    """Who on a period's roster 考核对象名册 is not assessed, or gets no band, and why.

    Never changed: a later entry on the same subject succeeds it, also the one that takes the subject back in.
    """

    class Kind(models.TextChoices):
        EXCLUDED = "excluded", "不参加考核"
        NO_GRADE = "no_grade", "参加考核，不定等次"
        INCLUDED = "included", "恢复参加考核"

    class Ground(models.TextChoices):
        PROBATION = "probation", "试用期"
        SICK_LEAVE = "sick_leave", "长期病假"
        SECONDMENT = "secondment", "借调外单位"
        RETIREMENT = "retirement", "退休"
        OTHER = "other", "其他"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="exclusions", verbose_name="单位")
    period = models.CharField("期间", max_length=16)
    kind = models.CharField("处理", max_length=16, choices=Kind.choices)
    ground = models.CharField("情形", max_length=16, choices=Ground.choices)
    reason = models.CharField("说明", max_length=500, blank=True)
    since = models.DateField("起算日")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    made_at = models.DateTimeField("登记时间", auto_now_add=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name="取代的记录"
    )
    is_current = models.BooleanField("现行", default=True)

    class Meta(SubjectFields.Meta):
        verbose_name = verbose_name_plural = "名册调整"
        ordering = ["unit", "-period", "pk"]
        constraints = [one_subject("exclusion_subject"), *current_once("exclusion", "unit", "period")]

    def __str__(self) -> str:
        return f"{Period.parse(self.period).name} {self.subject} {self.get_kind_display()}"

    @property
    def why(self) -> str:
        """The ground and what was said of it: 试用期：2025年9月新录用."""
        said = self.reason.rstrip("。")
        if self.ground == self.Ground.OTHER:
            return said
        return f"{self.get_ground_display()}：{said}" if said else str(self.get_ground_display())


class PeriodClosingQuerySet(models.QuerySet["PeriodClosing"]):
    """Questions that are asked of closings."""

    def in_force(self, unit: Unit) -> PeriodClosingQuerySet:
        """The unit's closings that no reopening has ended."""
        return self.filter(unit=unit, reopened_at__isnull=True)


class PeriodClosing(models.Model):
    """A closed period 封账 of a unit, until it is reopened with a reason; what was closed before stays on record."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="closings", verbose_name="单位")
    period = models.CharField("期间", max_length=16)
    closed_at = models.DateTimeField("封账时间", auto_now_add=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="封账人",
    )
    reopened_at = models.DateTimeField("解除时间", null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="解除人",
    )
    reason = models.CharField("解除理由", max_length=500, blank=True)

    objects = PeriodClosingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "封账"
        ordering = ["unit", "-closed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period"], condition=Q(reopened_at__isnull=True), name="period_closed_once"
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reason="")
                | (Q(reopened_at__isnull=False) & ~Q(reason="")),
                name="period_reopened_with_reason",
                violation_error_message="解除封账须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return Period.parse(self.period).name
