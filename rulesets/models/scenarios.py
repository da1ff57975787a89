"""A unit's own test cases for an edition: what goes in, and what must come out."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format

from rulesets.engine.canonical import digest_of
from rulesets.engine.period import Period, PeriodUnknown
from rulesets.freezing import EditionRecord
from rulesets.models.editions import Edition
from rulesets.models.fields import name_field, order_field
from units.history import kept_history


class Scenario(EditionRecord):
    """A case of the unit's own, reckoned before its edition is published. No rule: it stands in no snapshot.

    `inputs` is a document of frames (`engine.document.inputs_document`), `expected` what `scenarios.expected`
    reads. Both are plain data that stand by themselves, so that no later change of the record changes them.
    `content` is the digest of both and `size` how many rows go in, written with them, so that pages need not read
    what may be megabytes.
    """

    DOCUMENTS = ("inputs", "expected")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="scenarios", verbose_name="办法版本")
    name = name_field()
    period = models.CharField("考核期间", max_length=16)
    as_of = models.DateField("截至", null=True, blank=True, help_text="不填表示期间的最后一天。")
    inputs = models.JSONField("数据", editable=False)
    expected = models.JSONField("预期", editable=False)
    content = models.CharField("数据摘要", max_length=64, default="", editable=False)
    size = models.PositiveIntegerField("数据行数", default=0, editable=False)
    from_record = models.BooleanField("取自台账", default=False, editable=False)
    order = order_field()

    history = kept_history("inputs", "expected", "content", "size")

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

    def save(self, *args: Any, **options: Any) -> None:
        # A page that changes the name alone has not read the documents.
        if self.__dict__.keys() & set(self.DOCUMENTS):
            self.content, self.size = self.digest_of_documents(), rows_in(self.inputs)
        super().save(*args, **options)

    def digest_of_documents(self) -> str:
        """The digest of what goes in and what must come out, as they are now."""
        return digest_of({name: getattr(self, name) for name in self.DOCUMENTS})

    @property
    def state(self) -> str:
        """The digest of everything that the case's verdict hangs on beside the rules; reads no document."""
        return digest_of(
            {"content": self.content, "period": self.period, "as_of": self.as_of and self.as_of.isoformat()}
        )

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


def rows_in(inputs: dict[str, Any]) -> int:
    """How many rows a scenario's data has, of all kinds together."""
    return sum(len(frame["rows"]) for frame in inputs.values())


class ScenarioVerdict(models.Model):
    """What a scenario came to when it was last reckoned, and on what: pages show it, and reckon nothing.

    It speaks of the scenario as long as `state` is the scenario's and `rules` those of the edition
    (`scenarios.kept`). `shown` is what a page says of it. No record of the edition: one is written for a frozen
    edition too.
    """

    scenario = models.OneToOneField(Scenario, models.CASCADE, related_name="verdict", verbose_name="用例")
    state = models.CharField("用例摘要", max_length=64)
    rules = models.CharField("办法摘要", max_length=64)
    passed = models.BooleanField("与预期相符")
    subjects = models.PositiveIntegerField("核对的对象数")
    differing = models.PositiveIntegerField("不符的对象数")
    shown = models.JSONField("对照")
    reckoned_at = models.DateTimeField("核对时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "用例核对结果"

    def __str__(self) -> str:
        return f"{self.scenario}：{'与预期相符' if self.passed else '与预期不符'}"
