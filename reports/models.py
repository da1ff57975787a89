"""What was ordered to be printed, and what was issued: every paper that left, for whom, by whom, when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models import Document, Publication, Run
from jobs.models import Job
from ledger.models import FixedModel, FixedQuerySet
from units.models import Unit


class PrintOrder(models.Model):
    """Papers ordered on a page, printed by a job. `wanted` holds the order: form, subjects, format and so on."""

    class Manner(models.TextChoices):
        BOOKLET = "booklet", "合订成一册（PDF）"
        FILES = "files", "每份一个文件（压缩包）"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="print_orders", verbose_name="单位")
    form = models.CharField("表册", max_length=32)
    title = models.CharField("内容", max_length=200)
    wanted = models.JSONField("所要打印的")
    manner = models.CharField("装订", max_length=16, choices=Manner.choices, default=Manner.BOOKLET)
    job = models.OneToOneField(Job, models.PROTECT, related_name="print_order", verbose_name="后台任务")
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="打印人",
    )
    ordered_at = models.DateTimeField("提交时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "打印"
        ordering = ["-ordered_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class IssuedQuerySet(FixedQuerySet):
    """Questions that are asked of issued papers."""

    def superseded(self) -> IssuedQuerySet:
        """Those whose result was published otherwise since: a correction, or another result than was printed."""
        published = Publication.objects.filter(
            scheme=models.OuterRef("run__edition__scheme"), period=models.OuterRef("period"), is_current=True
        ).exclude(document=models.OuterRef("document"))
        return self.filter(Q(document__isnull=False) & models.Exists(published))


class IssuedPaper(FixedModel):
    """A paper that was issued: the register's entry, which is never changed.

    code: the short fingerprint that stands on it. content: what was printed (of a workbook its cells), kept so that
    it can be printed and compared again. document: the result that it shows; None for papers without results.
    file_digest: SHA-256 of the file that was handed out, which several papers of one booklet share.
    """

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        PNG = "png", "图片"
        XLSX = "xlsx", "Excel"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="issued_papers", verbose_name="单位")
    form = models.CharField("表册", max_length=32)
    format = models.CharField("格式", max_length=8, choices=Format.choices, default=Format.PDF)
    title = models.CharField("名称", max_length=200)
    period = models.CharField("期间", max_length=16)
    no = models.CharField("编号", max_length=64, blank=True)
    name = models.CharField("姓名或名称", max_length=128, blank=True)
    code = models.CharField("核验编号", max_length=19, db_index=True)
    run = models.ForeignKey(
        Run, models.PROTECT, null=True, blank=True, related_name="issued_papers", verbose_name="核算"
    )
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="issued_papers", verbose_name="公布"
    )
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所载的结果"
    )
    content = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="印发的内容")
    file_digest = models.CharField("文件核验码", max_length=64, db_index=True)
    order = models.ForeignKey(
        PrintOrder, models.PROTECT, null=True, blank=True, related_name="issued", verbose_name="打印"
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="印发人",
    )
    issued_at = models.DateTimeField("印发时间", auto_now_add=True)

    objects = IssuedQuerySet.as_manager()  # type: ignore[misc]

    class Meta(FixedModel.Meta):
        verbose_name = verbose_name_plural = "印发登记"
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "file_digest", "issued_by"], name="issued_once"),
            models.UniqueConstraint(
                fields=["code", "file_digest"],
                condition=Q(issued_by__isnull=True),
                name="issued_by_command_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.code}"
