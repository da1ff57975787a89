"""What an edition consists of besides its rules: words, components, texts for papers."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from rulesets.freezing import EditionRecord
from rulesets.models.editions import Edition
from rulesets.models.fields import (
    assumed_field,
    clause_field,
    code_field,
    name_field,
    number_field,
    order_field,
    periods_field,
    require_same_edition,
)
from units.history import kept_history


class Term(EditionRecord):
    """A word of the edition's vocabulary; a choice belongs to its attribute."""

    class Kind(models.TextChoices):
        LEVEL = "level", "级别"
        ROLE = "role", "角色"
        GROUP = "group", "分组"
        ATTRIBUTE = "attribute", "情形项"
        CHOICE = "choice", "情形"

    class AttributeType(models.TextChoices):
        CHOICE = "choice", "选择"
        NUMBER = "number", "数字"
        BOOLEAN = "boolean", "是否"
        DATE = "date", "日期"

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="terms", verbose_name="办法版本")
    kind = models.CharField("种类", max_length=16, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="choices",
        limit_choices_to={"kind": "attribute"},
        verbose_name="所属情形项",
    )
    code = code_field()
    name = name_field()
    order = order_field()
    most = models.PositiveIntegerField(
        "每件事项最多人数",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="只用于角色，不填表示不限。",
    )
    attribute_type = models.CharField(
        "填写方式", max_length=16, choices=AttributeType.choices, blank=True, help_text="只用于情形项。"
    )

    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "用语"
        ordering = ["edition", "kind", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "code"],
                condition=Q(parent__isnull=False),
                name="term_choice_code_once",
                violation_error_message="这一情形项已有这个编码的情形。",
            ),
            models.UniqueConstraint(
                fields=["edition", "kind", "code"],
                condition=Q(parent__isnull=True),
                name="term_code_once",
                violation_error_message="同一种类的用语已有这个编码。",
            ),
            models.CheckConstraint(
                condition=Q(kind="choice", parent__isnull=False)
                | (~Q(kind="choice") & Q(parent__isnull=True)),
                name="term_choice_has_attribute",
                violation_error_message="情形须选定所属的情形项；其他用语不能选。",
            ),
            models.CheckConstraint(
                condition=Q(kind="attribute", attribute_type__gt="")
                | (~Q(kind="attribute") & Q(attribute_type="")),
                name="term_attribute_has_type",
                violation_error_message="情形项须选定填写方式；其他用语不能选。",
            ),
            models.CheckConstraint(
                condition=Q(most__isnull=True) | Q(kind="role", most__gte=1),
                name="term_most_of_role",
                violation_error_message="最多人数只用于角色，须为1或以上。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        require_same_edition(self, "parent")


class Component(EditionRecord):
    """A part of the total, held within floor and ceiling."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="components", verbose_name="办法版本")
    parent = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="parts", verbose_name="上级构成部分"
    )
    code = code_field()
    name = name_field()
    base = number_field("基础分", default=0)
    floor = number_field("下限", null=True, blank=True)
    ceiling = number_field("上限", null=True, blank=True)
    weight = number_field("权重", null=True, blank=True, help_text="0至1之间，如0.4表示40%。")
    periods = periods_field("适用的考核期间", "不选表示各期间都适用。")
    base_periods = periods_field("计基础分的考核期间", "不选表示各期间都从基础分起计。")
    clause = clause_field()
    assumed = assumed_field()
    order = order_field()

    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "构成部分"
        ordering = ["edition", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"],
                name="component_code_once",
                violation_error_message="本版已有这个编码的构成部分。",
            ),
            models.CheckConstraint(
                condition=Q(floor__isnull=True) | Q(ceiling__isnull=True) | Q(floor__lte=F("ceiling")),
                name="component_floor_below_ceiling",
                violation_error_message="下限不能高于上限。",
            ),
            models.CheckConstraint(
                condition=(Q(floor__isnull=True) | Q(base__gte=F("floor")))
                & (Q(ceiling__isnull=True) | Q(base__lte=F("ceiling"))),
                name="component_base_within_limits",
                violation_error_message="基础分须在下限和上限之间。",
            ),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | Q(weight__gte=0, weight__lte=1),
                name="component_weight_within_one",
                violation_error_message="权重须在0至1之间。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        require_same_edition(self, "parent")


class Wording(EditionRecord):
    """A text of the edition for its papers (forms, notices), by the key that the paper asks for."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="wordings", verbose_name="办法版本")
    key = code_field()
    text = models.TextField("文字")

    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "文书用语"
        ordering = ["edition", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "key"],
                name="wording_key_once",
                violation_error_message="本版已有这一处的文书用语。",
            )
        ]

    def __str__(self) -> str:
        return self.key
