"""A unit's own test cases for an edition: what goes in, and what must come out."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format

from rulesets.engine.period import Period, PeriodUnknown
from rulesets.freezing import EditionRecord
from rulesets.models.editions import Edition
from rulesets.models.fields import name_field, order_field
from units.history import kept_history


class Scenario(EditionRecord):
    """A case of the unit's own, reckoned before its edition is published. No rule: it stands in no snapshot.

    `inputs` is a document of frames (`engine.document.inputs_document`), `expected` what `scenarios.expected`
    reads. Both are plain data that stand by themselves, so that no later change of the record changes them.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="scenarios", verbose_name="办法版本")
    name = name_field()
    period = models.CharField("考核期间", max_length=16)
    as_of = models.DateField("截至", null=True, blank=True, help_text="不填表示期间的最后一天。")
    inputs = models.JSONField("数据", editable=False)
    expected = models.JSONField("预期", editable=False)
    from_record = models.BooleanField("取自台账", default=False, editable=False)
    order = order_field()

    history = kept_history("inputs", "expected")

    class Meta:
        verbose_name = verbose_name_plural = "用例"
        ordering = ["edition", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "name"],
                name="scenario_name_once",
                violation_error_message="本版已有这个名称的用例，请换一个名称。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def parsed_period(self) -> Period:
        return Period.parse(self.period)

    def clean(self) -> None:
        super().clean()
        try:
            period = self.parsed_period
        except PeriodUnknown as unknown:
            raise ValidationError({"period": str(unknown)}) from unknown
        if self.as_of is not None and self.as_of < period.start:
            raise ValidationError(
                {"as_of": f"截至日期早于{period.name}的第一天{date_format(period.start)}。"}
            )
