"""Forms of records that are given a code where none is typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from rulesets.codes import code_from
from rulesets.models import Component, Scheme
from rulesets.models.fields import CODE_LENGTH


class GivenCode(forms.ModelForm):  # type: ignore[type-arg]
    """The code may be left empty on a new record: it is then made of the name."""

    # Rows of one page are given different ones.
    given: set[str]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.given = set()
        if self.instance.pk is None and "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].widget.attrs["placeholder"] = "自动"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk is None and not cleaned.get("code") and cleaned.get("name"):
            taken = [*self.codes_taken(cleaned).values_list("code", flat=True), *self.given]
            cleaned["code"] = code_from(cleaned["name"], taken)[:CODE_LENGTH]
            self.given.add(cleaned["code"])
        return cleaned

    def codes_taken(self, cleaned: dict[str, Any]) -> QuerySet[Any]:
        """The records whose codes the new one may not have."""
        return type(self.instance).objects.filter(edition_id=self.instance.edition_id)


class ComponentRowForm(GivenCode):
    class Meta:
        model = Component
        fields = ["code", "name", "base", "floor", "ceiling", "weight", "clause"]


class SchemeForm(GivenCode):
    class Meta:
        model = Scheme
        fields = ["unit", "name", "code", "is_shared"]
        help_texts = {
            "code": "表格和文件里用来指称本办法，如 hospital；不填自动取名称的拼音首字母。建立后不能再改。"
        }

    def codes_taken(self, cleaned: dict[str, Any]) -> QuerySet[Any]:
        return Scheme.objects.filter(unit=cleaned.get("unit"))
