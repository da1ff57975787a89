"""All forms by their codes."""

from collections.abc import Mapping

from jobs.refusal import Refusal
from reports.forms.annual import ANNUAL
from reports.forms.form import Form

FORMS: Mapping[str, Form] = {form.code: form for form in (ANNUAL,)}


class FormUnknown(Refusal):
    """There is no form of this name."""


def form_of(code: str) -> Form:
    """The form of this code. Raises FormUnknown with those that there are."""
    if code not in FORMS:
        raise FormUnknown(f"没有名为“{code}”的表册，现有：{forms_that_there_are()}。")
    return FORMS[code]


def forms_that_there_are() -> str:
    return "、".join(f"{form.code}（{form.name}）" for form in FORMS.values())
