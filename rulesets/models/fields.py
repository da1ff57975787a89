"""Columns that the records of a scheme share, and what their texts look like."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.freezing import EditionRecord

CODE_PATTERN = r"[A-Za-z][A-Za-z0-9_]*"
CODE_LENGTH = 32
NAME_LENGTH = 200
NOTE_LENGTH = 500
PERIOD_KINDS = [(kind.value, PERIOD_KIND_NAMES[kind]) for kind in PeriodKind]


def code_field() -> "models.CharField[str, str]":
    """The code by which files and targets name a record."""
    return models.CharField(
        "编码",
        max_length=CODE_LENGTH,
        validators=[RegexValidator(rf"\A{CODE_PATTERN}\Z", "编码须以英文字母开头，只含字母、数字和下划线。")],
    )


def name_field() -> "models.CharField[str, str]":
    return models.CharField("名称", max_length=NAME_LENGTH)


def number_field(label: str, **options: Any) -> "models.DecimalField[Any, Any]":
    """An exact number: at most eight digits and four decimals, as the ledger keeps it."""
    return models.DecimalField(label, max_digits=12, decimal_places=4, **options)


def order_field() -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField("顺序", default=0)


def clause_field() -> "models.CharField[str, str]":
    return models.CharField("条款", max_length=NAME_LENGTH, blank=True)


def assumed_field() -> "models.CharField[str, str]":
    """Why a figure stands though the policy's text is silent about it; empty where the text says it."""
    help_text = "政策原文没有写明、由整理者假定的，写明理由。"
    return models.CharField("假定及理由", max_length=NOTE_LENGTH, blank=True, help_text=help_text)


def periods_field(label: str, help_text: str) -> "models.JSONField[Any, Any]":
    """Kinds of periods, a list of `year`, `half`, `quarter`, `month`."""
    return models.JSONField(label, default=list, blank=True, help_text=help_text)


def require_same_edition(record: EditionRecord, *fields: str) -> None:
    """Raises ValidationError where a foreign key of the record leads into another edition."""
    for field in fields:
        other = getattr(record, field)
        if record.is_owned and other is not None and other.owning_edition.pk != record.owning_edition.pk:
            raise ValidationError({field: "只能选择同一版本里的内容。"})
