"""Imports: files that wait for their confirmation, and the record of those that came in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from units.models import Unit


class ImportRecord(models.Model):
    """An import 导入记录: which file, brought by whom, what it came to, and whether it was undone.

    `batch` is its link of the chain. People and roster entries come in without one: `former` keeps, sealed, what
    the people were before and which entries were made.
    """

    class Kind(models.TextChoices):
        EVENTS = "events", "事项"
        BALLOTS = "ballots", "测评票"
        METRICS = "metrics", "指标数据"
        PEOPLE = "people", "人员"
        ROSTER = "roster", "名册调整"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="imports", verbose_name="单位")
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    batch = models.OneToOneField(
        "ledger.Batch", models.PROTECT, null=True, blank=True, related_name="record", verbose_name="批次"
    )
    filename = models.CharField("来源文件", max_length=255, blank=True)
    digest = models.CharField("文件核验码", max_length=64)
    new = models.PositiveIntegerField("新增")
    changed = models.PositiveIntegerField("变更")
    unchanged = models.PositiveIntegerField("未变")
    removed = models.PositiveIntegerField("移除")
    former = models.BinaryField("原先的内容", null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="经办人",
    )
    made_at = models.DateTimeField("导入时间", auto_now_add=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="撤销人",
    )
    undo_reason = models.CharField("撤销理由", max_length=200, blank=True)
    undoing = models.OneToOneField(
        "ledger.Batch", models.PROTECT, null=True, blank=True, related_name="undone", verbose_name="撤销批次"
    )

    class Meta:
        verbose_name = verbose_name_plural = "导入记录"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undo_reason="")
                | (Q(undone_at__isnull=False) & ~Q(undo_reason="")),
                name="import_undone_with_reason",
                violation_error_message="撤销导入须写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.filename}"


class PendingImport(models.Model):
    """A file that an account has shown to the importer and not yet confirmed.

    `content` is stored sealed; `digest` is the SHA-256 of the file as it came, `preview` that of what the account
    was shown of it: other bytes and another outcome are not what was confirmed. Empty for a file with faults.
    """

    token = models.UUIDField("凭据", unique=True)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="账号"
    )
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", verbose_name="单位")
    kind = models.CharField("类别", max_length=16)
    filename = models.CharField("文件名", max_length=255)
    content = models.FileField("内容", upload_to="imports/")
    digest = models.CharField("文件核验码", max_length=64)
    preview = models.CharField("预览核验码", max_length=64, blank=True)
    made_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "待确认的导入"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.filename
