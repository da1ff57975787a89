"""Form fields for kinds of periods and for what families declare: a clerk never sees JSON."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models

from rulesets.admin.known import KnownField, known_names
from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.protocols import FamilyField, FieldKind
from rulesets.models import Edition, Term
from rulesets.models.fields import NAME_LENGTH, PERIOD_KINDS
from rulesets.shape import plain_decimal

BLANK = [("", "---------")]
Choices = Sequence[tuple[str, str]]


class PeriodKindsField(forms.MultipleChoiceField):
    """Kinds of periods, as boxes to be ticked."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=PERIOD_KINDS, **options)


def period_names(kinds: Sequence[str]) -> str:
    """Kinds of periods by name: “年、半年”."""
    return "、".join(PERIOD_KIND_NAMES[PeriodKind(kind)] for kind in kinds)


def offer(fields: dict[str, Any], name: str, rows: models.QuerySet[Any]) -> None:
    """Limits what a form offers, and accepts, in one of its fields; nothing where the form has no such field."""
    if name in fields:
        fields[name].queryset = rows


def form_field(field: FamilyField, edition: Edition) -> forms.Field:
    """The form field of a family's declared field; its choices are those of the edition."""
    options: dict[str, Any] = {
        "label": field.label,
        "help_text": field.help,
        "required": field.required and field.kind is not FieldKind.BOOLEAN,
    }
    match field.kind:
        case FieldKind.TEXT if field.known:
            return KnownField(known_names(field, edition), **options)
        case FieldKind.TEXT:
            return forms.CharField(max_length=NAME_LENGTH, **options)
        case FieldKind.INTEGER:
            return forms.IntegerField(**options)
        case FieldKind.DECIMAL:
            return forms.DecimalField(max_digits=12, decimal_places=4, **options)
        case FieldKind.BOOLEAN:
            return forms.BooleanField(**options)
        case FieldKind.LEVELS | FieldKind.ROLES | FieldKind.GROUPS:
            ticks = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=field_choices(field, edition), widget=ticks, **options)
    return forms.ChoiceField(choices=[*BLANK, *field_choices(field, edition)], **options)


def field_choices(field: FamilyField, edition: Edition) -> Choices:
    """What a declared field may be, code and name; empty where nothing is offered."""
    kinds = {
        FieldKind.LEVELS: Term.Kind.LEVEL,
        FieldKind.ROLES: Term.Kind.ROLE,
        FieldKind.GROUPS: Term.Kind.GROUP,
        FieldKind.ATTRIBUTE: Term.Kind.ATTRIBUTE,
    }
    if field.known:
        return list(known_names(field, edition).items())
    if field.kind in kinds:
        return list(edition.terms.filter(kind=kinds[field.kind]).values_list("code", "name"))
    return PERIOD_KINDS if field.kind is FieldKind.PERIOD_KIND else field.choices


def stored(field: FamilyField, value: Any) -> Any:
    """The form's value as it stands in `params`."""
    return plain_decimal(value) if field.kind is FieldKind.DECIMAL and isinstance(value, Decimal) else value


def shown(field: FamilyField, value: Any, edition: Edition) -> str:
    """A stored value as a person reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    names = dict(field_choices(field, edition))
    values = value if isinstance(value, list) else [value]
    return "、".join(names.get(str(code), str(code)) for code in values)
