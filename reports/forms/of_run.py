"""From a stored run to forms: who the person is, what codes are called, where the chain stands."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from assessments.models import Run
from assessments.reckoning import scheme_of
from ledger.chain import head_of
from reports.forms.annual import AnnualForm, annual_form
from rulesets.engine.scheme import Scheme
from units.models import Appointment, Person, Unit

UNKNOWN = {"gender": "", "birth": "", "politics": "", "appointed_since": None}


def annual_forms(run: Run, nos: Sequence[str] | None = None) -> list[AnnualForm]:
    """The annual forms of a run's subjects in the result's order, or of those numbers alone.

    Raises SubjectUnknown when the result has no such number.
    """
    result = run.result
    chosen = [subject["no"] for subject in result["subjects"]] if nos is None else nos
    particulars = particulars_of(run.unit, run.as_of)
    names = names_of(scheme_of(run.edition))
    head = {"chain_head": head_of(run.unit)}
    return [annual_form(result, no, UNKNOWN | particulars.get(no, {}) | head, names) for no in chosen]


def particulars_of(unit: Unit, day: datetime.date) -> Mapping[str, dict[str, Any]]:
    """Of each person by number: gender, birth, politics as recorded, appointed_since (the main post's first day)."""
    posts = Appointment.objects.filter(unit=unit, is_secondary=False).on(day)
    since = dict(posts.values_list("person_id", "start"))
    return {
        person.no: {
            "gender": person.gender,
            "birth": person.birth,
            "politics": person.politics,
            "appointed_since": since.get(person.pk),
        }
        for person in Person.objects.filter(unit=unit)
    }


def names_of(scheme: Scheme) -> Mapping[str, str]:
    """The Chinese names of the codes that flags speak of: rules, and the parts of a review."""
    parts = {rule.params["part"]: rule.name for rule in scheme.rules if "part" in rule.params}
    return parts | {rule.code: rule.name for rule in scheme.rules}
