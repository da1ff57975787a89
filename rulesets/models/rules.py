"""The rules of an edition: what each asks (tiers), and what it speaks of (targets)."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from rulesets.freezing import EditionRecord
from rulesets.models.editions import Edition
from rulesets.models.fields import (
    CODE_LENGTH,
    assumed_field,
    clause_field,
    code_field,
    name_field,
    number_field,
    order_field,
    periods_field,
    require_same_edition,
)
from rulesets.models.parts import Component, Term
from units.history import kept_history


class Rule(EditionRecord):
    """A rule of a family. `params` are the family's declared fields, decimals as texts in plain notation."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="rules", verbose_name="办法版本")
    component = models.ForeignKey(
        Component, models.RESTRICT, null=True, blank=True, related_name="rules", verbose_name="构成部分"
    )
    family = models.CharField("规则类型", max_length=CODE_LENGTH)
    family_version = models.PositiveSmallIntegerField("类型版次", default=1, editable=False)
    code = code_field()
    name = name_field()
    clause = clause_field()
    assumed = assumed_field()
    order = order_field()
    params = models.JSONField("规则内容", default=dict, blank=True)
    condition = models.JSONField("适用条件", null=True, blank=True)
    periods = periods_field("适用的考核期间", "不选表示各期间都适用。")

    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "规则"
        ordering = ["edition", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"],
                name="rule_code_once",
                violation_error_message="本版已有这个编码的规则。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        super().clean()
        require_same_edition(self, "component")


class Tier(EditionRecord):
    """A row of a rule's table: what a case must be, and the value it then has. What is empty asks nothing."""

    edition_path: ClassVar[str] = "rule__edition"

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="tiers", verbose_name="规则")
    level = models.ForeignKey(
        Term,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": Term.Kind.LEVEL},
        verbose_name="级别",
    )
    role = models.ForeignKey(
        Term,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": Term.Kind.ROLE},
        verbose_name="角色",
    )
    group = models.ForeignKey(
        Term,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": Term.Kind.GROUP},
        verbose_name="分组",
    )
    choice = models.ForeignKey(
        Term,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": Term.Kind.CHOICE},
        verbose_name="情形",
    )
    band = models.ForeignKey(
        Rule,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"family": "band"},
        verbose_name="等次",
    )
    low = number_field("下界", null=True, blank=True)
    low_included = models.BooleanField("含下界", default=True)
    high = number_field("上界", null=True, blank=True)
    high_included = models.BooleanField("含上界", default=False)
    value = number_field("数值", null=True, blank=True)
    order = order_field()

    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "档次"
        ordering = ["rule", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__isnull=True)
                | Q(high__isnull=True)
                | Q(low__lt=F("high"))
                | Q(low=F("high"), low_included=True, high_included=True),
                name="tier_low_below_high",
                violation_error_message="下界须小于上界；两者相等时须都包含在内。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule.name} 第{self.order + 1}档"

    def clean(self) -> None:
        super().clean()
        require_same_edition(self, "level", "role", "group", "choice", "band")


class RuleTarget(EditionRecord):
    """What a rule speaks of, by purpose: another rule or a component of its edition."""

    edition_path: ClassVar[str] = "rule__edition"

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="targets", verbose_name="规则")
    purpose = models.CharField("用途", max_length=CODE_LENGTH)
    target_rule = models.ForeignKey(
        Rule, models.RESTRICT, null=True, blank=True, related_name="targeted_by", verbose_name="所指规则"
    )
    target_component = models.ForeignKey(
        Component,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="targeted_by",
        verbose_name="所指构成部分",
    )
    order = order_field()

    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "所指对象"
        ordering = ["rule", "purpose", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target_rule__isnull=False, target_component__isnull=True)
                | Q(target_rule__isnull=True, target_component__isnull=False),
                name="target_of_exactly_one",
                violation_error_message="所指规则和所指构成部分须选一项，且只选一项。",
            ),
            models.UniqueConstraint(
                fields=["rule", "purpose", "target_rule"],
                name="target_rule_once",
                violation_error_message="同一规则已经选过。",
            ),
            models.UniqueConstraint(
                fields=["rule", "purpose", "target_component"],
                name="target_component_once",
                violation_error_message="同一构成部分已经选过。",
            ),
        ]

    def __str__(self) -> str:
        return str(self.target_rule or self.target_component)

    def clean(self) -> None:
        super().clean()
        if self.target_rule_id is not None and self.target_rule_id == self.rule_id:
            raise ValidationError({"target_rule": "规则不能指向自己。"})
        require_same_edition(self, "target_rule", "target_component")
