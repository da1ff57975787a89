"""A unit's schemes and their editions."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from rulesets.engine.period import PeriodKind
from rulesets.freezing import DRAFT, EditionFrozen
from rulesets.models.fields import NOTE_LENGTH, code_field, name_field
from units.history import HistoricQuerySet, kept_history
from units.models import Unit


def year_only() -> list[str]:
    """The periods of an edition where nothing is said: the year."""
    return [PeriodKind.YEAR.value]


class SchemeQuerySet(HistoricQuerySet):
    """Questions that are asked of schemes."""

    def of_unit(self, unit: Unit) -> SchemeQuerySet:
        """The unit's schemes, by code."""
        return self.filter(unit=unit).order_by("code")


class Scheme(models.Model):
    """A unit's way of assessing; what it says stands in its editions."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="schemes", verbose_name="单位")
    code = code_field()
    name = name_field()
    is_shared = models.BooleanField(
        "向其他单位共享",
        default=False,
        help_text="勾选后，其他单位新建办法时可以照抄本办法已发布的版本（只有办法本身，不含人员、事项和结果）；"
        "取消勾选即不再共享，已经照抄的不受影响。",
    )

    objects = SchemeQuerySet.as_manager()
    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "考核办法"
        ordering = ["unit", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "code"],
                name="scheme_code_once",
                violation_error_message="本单位已有这个编码的考核办法，请换一个编码。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class EditionQuerySet(HistoricQuerySet):
    """Questions that are asked of editions; writing to frozen ones is refused."""

    def frozen(self) -> EditionQuerySet:
        """Published and retired ones."""
        return self.exclude(status=DRAFT)

    def in_force(self, scheme: Scheme, day: datetime.date) -> EditionQuerySet:
        """The scheme's frozen editions whose effective dates cover the day, the one published last first."""
        begun = Q(effective_from__isnull=True) | Q(effective_from__lte=day)
        lasting = Q(effective_to__isnull=True) | Q(effective_to__gte=day)
        return self.frozen().filter(begun, lasting, scheme=scheme).order_by("-published_at", "-number")

    def newest(self, scheme: Scheme) -> Edition | None:
        """The scheme's edition of the highest number."""
        return self.filter(scheme=scheme).order_by("-number").first()

    def spoken_in(self, unit: Unit) -> list[Edition]:
        """Of each scheme of the unit, by its code, the published edition, else the newest draft."""
        chosen: dict[int, Edition] = {}
        preferred = self.filter(scheme__unit=unit).exclude(status=Edition.Status.RETIRED)
        # "published" sorts after "draft".
        for edition in preferred.select_related("scheme").order_by("scheme__code", "-status", "-number"):
            chosen.setdefault(edition.scheme_id, edition)
        return list(chosen.values())

    def retire(self, moment: datetime.datetime) -> int:
        """Retires the published editions among these: the one change that a frozen edition takes."""
        published = self.filter(status=Edition.Status.PUBLISHED)
        return super(EditionQuerySet, published).update(status=Edition.Status.RETIRED, retired_at=moment)

    def update(self, **values: Any) -> int:
        self._refuse_frozen()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen()
        return super().delete()

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> int:
        rows = list(objs)
        self.filter(pk__in=[row.pk for row in rows])._refuse_frozen()
        return super().bulk_update(rows, fields, batch_size)

    def _refuse_frozen(self) -> None:
        frozen = self.frozen().first()
        if frozen is not None:
            raise EditionFrozen(str(frozen))


class Edition(models.Model):
    """One version of a scheme: a draft that may be edited, or frozen once it is published.

    `snapshot` is the canonical JSON of what the edition says, `digest` its SHA-256; both empty in a draft.
    """

    class Status(models.TextChoices):
        DRAFT = DRAFT, "草稿"
        PUBLISHED = "published", "已发布"
        RETIRED = "retired", "已停用"

    class Subject(models.TextChoices):
        PERSON = "person", "个人"
        DEPARTMENT = "department", "部门"

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="editions", verbose_name="考核办法")
    number = models.PositiveIntegerField("版次", editable=False)
    status = models.CharField(
        "状态", max_length=16, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    document_number = models.CharField("文号", max_length=100, blank=True)
    effective_from = models.DateField("施行日期", null=True, blank=True)
    effective_to = models.DateField("截止日期", null=True, blank=True, help_text="不填表示一直有效。")
    subject = models.CharField("考核对象", max_length=16, choices=Subject.choices, default=Subject.PERSON)
    decimals = models.PositiveSmallIntegerField(
        "总分小数位数", default=2, validators=[MinValueValidator(0), MaxValueValidator(4)]
    )
    periods = models.JSONField("考核期间", default=year_only)
    origin = models.CharField("来源", max_length=NOTE_LENGTH, blank=True, editable=False)
    snapshot = models.TextField("内容快照", blank=True, editable=False)
    digest = models.CharField("摘要", max_length=64, blank=True, editable=False)
    # Where the unit asks for a second person: who put the draft before them, and what it said then.
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="提交人",
    )
    submitted_at = models.DateTimeField("提交时间", null=True, editable=False)
    submitted_reason = models.CharField("提交说明", max_length=NOTE_LENGTH, blank=True, editable=False)
    submitted_digest = models.CharField("提交时的摘要", max_length=64, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="发布人",
    )
    published_at = models.DateTimeField("发布时间", null=True, editable=False)
    published_reason = models.CharField("发布说明", max_length=NOTE_LENGTH, blank=True, editable=False)
    retired_at = models.DateTimeField("停用时间", null=True, editable=False)

    objects = EditionQuerySet.as_manager()
    history = kept_history("snapshot")

    class Meta:
        verbose_name = verbose_name_plural = "办法版本"
        ordering = ["scheme", "-number"]
        permissions = [("publish_edition", "可以发布办法版本")]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(status="published"), name="edition_published_once"
            ),
            models.CheckConstraint(
                condition=Q(status=DRAFT, snapshot="", digest="", published_at__isnull=True)
                | (Q(published_at__isnull=False) & ~Q(status=DRAFT) & ~Q(snapshot="") & ~Q(digest="")),
                name="edition_frozen_with_snapshot",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                name="edition_ends_after_start",
                violation_error_message="截止日期不能早于施行日期。",
            ),
            models.CheckConstraint(condition=Q(decimals__lte=4), name="edition_decimals_at_most_four"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme.name} 第{self.number}版"

    def save(self, *args: Any, **options: Any) -> None:
        self.refuse_when_frozen()
        if self.number is None:
            newest = Edition.objects.newest(self.scheme)
            self.number = newest.number + 1 if newest else 1
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        self.refuse_when_frozen()
        return super().delete(*args, **options)

    def covers(self, day: datetime.date) -> bool:
        """Whether the day lies within the effective dates."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)

    @property
    def frozen(self) -> bool:
        """Whether the edition can't be changed any more."""
        return self.status != self.Status.DRAFT

    def refuse_when_frozen(self) -> None:
        """Raises EditionFrozen when the stored edition is published or retired."""
        if self.pk is not None and Edition.objects.frozen().filter(pk=self.pk).exists():
            raise EditionFrozen(str(self))

    def clean(self) -> None:
        self.refuse_when_frozen()
