"""Pages of records whose edition may be frozen: then they are shown and can't be changed."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.forms.widgets import Script
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from rulesets.models import Edition, ScenarioVerdict, Tier, Wording
from rulesets.models.parts import Term
from rulesets.models.rules import RuleTarget
from rulesets.shape import plain_decimal
from units.access import UnitAdmin, UnitTabularInline, declare_unit_path

# Records without a page of their own.
declare_unit_path(Term, "edition__scheme__unit")
declare_unit_path(Wording, "edition__scheme__unit")
declare_unit_path(Tier, "rule__edition__scheme__unit")
declare_unit_path(ScenarioVerdict, "scenario__edition__scheme__unit")
declare_unit_path(RuleTarget, "rule__edition__scheme__unit")


def edition_of(record: Any) -> Edition | None:
    """The edition of a record, or the edition itself; None where there is none yet."""
    if record is None or isinstance(record, Edition):
        return record
    owner: Edition = record.owning_edition
    return owner


def is_frozen(record: Any) -> bool:
    edition = edition_of(record)
    return edition is not None and edition.frozen


class PlainNumberInput(forms.NumberInput):
    """Shows a number without trailing zeros, as it was typed."""

    def format_value(self, value: Any) -> str | None:
        return plain_decimal(value) if isinstance(value, Decimal) else super().format_value(value)


NUMBERS_AS_TYPED: Any = {models.DecimalField: {"widget": PlainNumberInput}}


class DraftOnlyAdmin(UnitAdmin):
    """A page of a record that can be changed while its edition is a draft."""

    formfield_overrides = NUMBERS_AS_TYPED

    class Media:
        css = {"all": ["rulesets/schemes.css"]}
        js = [Script("rulesets/unsaved.js", defer=True)]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_frozen(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Asked once a request for all records of an edition: a page that deletes asks for each of them."""
        known = request.__dict__.setdefault("_deletable", {})
        key = (type(obj), getattr(obj, "edition_id", None))
        if key[1] is None:
            return not is_frozen(obj) and super().has_delete_permission(request, obj)
        if key not in known:
            known[key] = not is_frozen(obj) and super().has_delete_permission(request, obj)
        return bool(known[key])


class OneChoiceList:
    """Mixed into a formset: what its rows may choose is asked of the database once, not once a row; and each
    input says to a screen reader in which row and column it stands.
    """

    def _construct_form(self, i: int, **options: Any) -> Any:
        form = self._with_shared_choices(super()._construct_form(i, **options))  # type: ignore[misc]
        return self._with_names(form, f"第{i + 1}行")

    @property
    def empty_form(self) -> Any:
        return self._with_names(self._with_shared_choices(super().empty_form), "新的一行")  # type: ignore[misc]

    def _with_names(self, form: forms.BaseForm, row: str) -> forms.BaseForm:
        kind = self.model._meta.verbose_name  # type: ignore[attr-defined]
        if hasattr(form, "given"):
            form.given = self.__dict__.setdefault("_given_codes", set())
        for field in form.fields.values():
            if not field.widget.is_hidden:
                inner: Any = getattr(field.widget, "widget", field.widget)
                inner.attrs["aria-label"] = f"{kind}{row} {field.label}"
        return form

    def _with_shared_choices(self, form: forms.BaseForm) -> forms.BaseForm:
        shared: dict[str, list[Any]] = self.__dict__.setdefault("_shared_choices", {})
        for name, field in form.fields.items():
            # The hidden fields are the row's own key and its owner: nothing is chosen there.
            if isinstance(field, forms.ModelChoiceField) and not field.widget.is_hidden:
                if name not in shared:
                    # By its iterator: a list of the choices themselves would have them counted first.
                    shared[name] = list(iter(field.choices))  # type: ignore[arg-type]
                field.choices = shared[name]
        return form


class OneChoiceListFormSet(OneChoiceList, forms.models.BaseInlineFormSet):
    """Dependent rows that share their choices."""


class DraftOnlyInline(UnitTabularInline):
    """Rows within the page of a record that can be changed while its edition is a draft."""

    extra = 0
    formset = OneChoiceListFormSet
    formfield_overrides = NUMBERS_AS_TYPED

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_frozen(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_frozen(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_frozen(obj) and super().has_delete_permission(request, obj)


def links(pairs: list[tuple[str, str]]) -> SafeString:
    """Addresses and texts as a list of links, one a line."""
    if not pairs:
        return SafeString("（还没有）")
    return format_html_join(SafeString("<br>"), '<a href="{}">{}</a>', pairs)
