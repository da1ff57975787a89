"""All forms by their codes."""

from collections.abc import Mapping

from jobs.refusal import Refusal
from reports.forms.annual import ANNUAL
from reports.forms.appraisal import APPRAISAL
from reports.forms.filing import FILING
from reports.forms.form import Form
from reports.forms.ledger import LEDGER
from reports.forms.monthly import MONTHLY
from reports.forms.notice import NOTICE
from reports.forms.roster import ROSTER
from reports.forms.summary import SUMMARY
from reports.forms.talk import TALK_LIST

FORMS: Mapping[str, Form] = {
    form.code: form
    for form in (ANNUAL, LEDGER, NOTICE, SUMMARY, MONTHLY, APPRAISAL, ROSTER, FILING, TALK_LIST)
}


class FormUnknown(Refusal):
    """There is no form of this name."""


def form_of(code: str) -> Form:
    """The form of this code. Raises FormUnknown with those that there are."""
    if code not in FORMS:
        raise FormUnknown(f"没有名为“{code}”的表册，现有：{forms_that_there_are()}。")
    return FORMS[code]


def forms_that_there_are() -> str:
    return "、".join(f"{form.code}（{form.name}）" for form in FORMS.values())
