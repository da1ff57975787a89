"""The form in which an edition's texts for one kind of paper are written; it knows keys, labels and faults."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import transaction

from rulesets.models import Edition, Wording
from rulesets.wordings import PaperText, TextKind, faults_of, texts_of

KEEP_DEFAULT = "（用默认的）"


class WordingForm(forms.Form):
    """A field for each text of a form; an empty one keeps the default, which it shows."""

    def __init__(self, paper: str, groups: Mapping[str, str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.groups = groups
        self.texts = texts_of(paper)
        for text in self.texts:
            self.fields[text.key] = _field(text)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for text in self.texts:
            written = cleaned.get(text.key, "").replace("\r\n", "\n").strip()
            cleaned[text.key] = written
            for fault in faults_of(text.key, written, self.groups) if written else ():
                self.add_error(text.key, fault)
        return cleaned

    def save(self, edition: Edition) -> None:
        """Writes the texts into the edition's records; empty ones, and those equal to the default, leave none."""
        defaults = {text.key: text.default for text in self.texts}
        with transaction.atomic():
            for key, written in self.cleaned_data.items():
                if not written or written == defaults[key]:
                    edition.wordings.filter(key=key).delete()
                    continue
                Wording.objects.update_or_create(edition=edition, key=key, defaults={"text": written})


def _field(text: PaperText) -> forms.Field:
    help_text = text.help
    shared: dict[str, Any] = {"label": text.label, "required": False}
    if text.kind is TextKind.CHOICE:
        default = f"（默认：{text.default}）" if text.default else KEEP_DEFAULT
        return forms.ChoiceField(
            choices=[("", default), *((c, c) for c in text.choices)], help_text=help_text, **shared
        )
    if text.kind is TextKind.LIST and text.choices:
        help_text = f"{help_text} 可用：{'、'.join(text.choices)}。".strip()
    shown = {"placeholder": text.default}
    if text.kind in (TextKind.LINES, TextKind.TABLE):
        widget: forms.Widget = forms.Textarea(attrs={"rows": 4, **shown})
    else:
        widget = forms.TextInput(attrs=shown)
    return forms.CharField(max_length=10_000, widget=widget, help_text=help_text, **shared)


def groups_of(edition: Edition) -> dict[str, str]:
    """The edition's groups of people, code → name."""
    return dict(edition.terms.filter(kind="group").values_list("code", "name"))
