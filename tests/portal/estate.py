"""Two units with a row of every kind, told apart by a word in all their texts, and what must never happen to them."""

import datetime
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.db.models import F

from assessments.decisions import DecisionEntry, decide
from assessments.models import Document, Run
from assessments.publication import publish_run
from assessments.reckoning import reckon
from assessments.steps.taking import scenario_from_record
from jobs.models import Job
from ledger.closing import close_period
from ledger.imports.ballots import import_ballots
from ledger.imports.events import import_events
from ledger.imports.metrics import import_metrics
from ledger.imports.pending import keep
from ledger.imports.people import import_people
from ledger.models import Exclusion
from ledger.roster import Entry, enter
from reports.models import IssuedPaper, PrintOrder
from rulesets.drafts import copy_as_draft
from rulesets.models import Edition
from rulesets.packs import load_pack, read_pack
from rulesets.publication import publish
from units.access import UnitAdmin, unit_path_of
from units.models import Account, Membership, Person, Unit

BUREAU_PACK = Path(__file__).parents[2] / "fixtures/schemes/bureau.yaml"
# What a session or a look may write without anything of a unit being changed.
NOT_COMPARED = {"last_login"}
# A unit stands under another one, and an account of an upper unit may have made a row of a lower one.
FREE_REFERENCES = {"units.Unit", "units.Account"}


def furnish(code: str, word: str) -> Unit:
    """A unit that has a row of every kind; `word` stands in all texts of its own."""
    unit = Unit.objects.create(code=code, name=f"{word}局")
    pack = _named(bureau_pack(), word)
    edition, _ = load_pack(unit, pack)
    with patch("rulesets.publication.check_snapshot", return_value=[]):
        publish(edition, reason=f"{word}发布")
    account = Account.objects.create_user(f"{word}登记", unit=unit, last_name=word)
    Membership.objects.create(account=account, unit=unit, role=Membership.Role.RECORDER)
    _record(unit, word, account)
    run = reckon(unit, "2025", account=account)
    decide(run, [DecisionEntry("1001", "competent", f"{word}理由", f"{word}纪要")], account)
    publish_run(run, f"{word}公布", account)
    close_period(unit, "2024", account)
    _drafted(edition, word)
    printed(run, word, account)
    keep(account, unit, "events", f"{word}.csv", b"")
    return unit


@cache
def bureau_pack() -> dict[str, Any]:
    """The bureau's scheme as a snapshot, read once."""
    return read_pack(BUREAU_PACK)


def _named(value: Any, word: str) -> Any:
    """A pack in which every name bears the word."""
    if isinstance(value, dict):
        return {
            key: f"{word}{entry}" if key == "name" and isinstance(entry, str) else _named(entry, word)
            for key, entry in value.items()
        }
    return [_named(entry, word) for entry in value] if isinstance(value, list) else value


def _record(unit: Unit, word: str, account: Account) -> None:
    people = (
        "工号,姓名,部门,部门名称,分组,职务,起,止\n"
        f"1001,{word}甲,K01,{word}科,staff,{word}员,2020-01-01,\n"
        f"1002,{word}乙,K01,{word}科,staff,{word}员,2020-01-01,\n"
        f"1003,{word}丙,K01,{word}科,staff,{word}员,2020-01-01,\n"
    )
    events = f"事件号,日期,事项,对象,同一事项,依据\n{word}1,2025-03-05,B102,1002,{word}事,{word}据\n"
    ballots = "期间,轮次,部分,评议组,评议人,评议人部门,对象,分数\n" + "".join(
        f"2025,Y,democratic,全体,r{rater},,1001,9{rater}\n" for rater in range(3)
    )
    metrics = "指标,期间,对象,数值\nnotes,2025,1001,12000\n"
    for importer, text in (
        (import_people, people),
        (import_events, events),
        (import_ballots, ballots),
        (import_metrics, metrics),
    ):
        importer(unit, BytesIO(text.encode()), filename=f"{word}.csv", account=account)
    person = Person.objects.get(unit=unit, no="1003")
    entry = Entry(Exclusion.Kind.EXCLUDED, "probation", f"{word}试用", datetime.date(2025, 1, 1))
    enter(unit, "2025", person, entry, account)


def _drafted(edition: Edition, word: str) -> None:
    draft = copy_as_draft(edition)
    scenario_from_record(draft, "2025", f"{word}用例", in_detail=False)


def printed(run: Run, word: str, account: Account) -> None:
    """An order of papers from the run, and a paper that it brought."""
    job = Job.objects.create(kind="print", key=word)
    order = PrintOrder.objects.create(
        unit=run.unit,
        form="annual",
        title=f"{word}表",
        wanted={"period": "2025"},
        job=job,
        ordered_by=account,
    )
    IssuedPaper.objects.create(
        unit=run.unit, form="annual", title=f"{word}表", period="2025", no="1001", name=f"{word}甲",
        code="7K3M-9QXD-0A2B-WZ5E", run=run, content=Document.objects.keep({"word": word}), file_digest=word,
        order=order, issued_by=account,
    )  # fmt: skip


def walled_models() -> Iterator[tuple[type[models.Model], str]]:
    """The product's models whose rows belong to a unit, with the lookup to it."""
    for model in apps.get_models():
        try:
            path = unit_path_of(model)
        except ImproperlyConfigured:
            continue
        if path is not None:
            yield model, path


def rows_of(unit: Unit) -> dict[str, list[dict[str, Any]]]:
    """Everything that the database holds of a unit, to be compared with what it holds later."""
    return {
        model._meta.label: [
            {key: entry for key, entry in row.items() if key not in NOT_COMPARED}
            for row in model._base_manager.filter(**{path: unit.pk}).order_by("pk").values()
        ]
        for model, path in walled_models()
    }


def a_row_of(model: type[models.Model], unit: Unit) -> models.Model | None:
    """The last row of the model that belongs to the unit."""
    return model._base_manager.filter(**{unit_path_of(model): unit.pk}).order_by("pk").last()


def crossings() -> list[str]:
    """References by which a row of one unit leads into another unit."""
    found = []
    for model, path in walled_models():
        for field in model._meta.get_fields():
            related = getattr(field, "related_model", None)
            if (
                not (isinstance(field, models.ForeignKey) and related)
                or related._meta.label in FREE_REFERENCES
            ):
                continue
            try:
                other = unit_path_of(related)
            except ImproperlyConfigured:
                continue
            rows = model._base_manager.filter(**{f"{field.name}__isnull": False})
            if other and rows.exclude(**{path: F(f"{field.name}__{other}")}).exists():
                found.append(f"{model._meta.label}.{field.name}")
    return found


def unit_admins() -> Iterator[UnitAdmin]:
    """The admin pages of rows that belong to a unit."""
    for model_admin in admin.site._registry.values():
        if isinstance(model_admin, UnitAdmin):
            yield model_admin


def has_field(model: type[models.Model], name: str) -> bool:
    """Whether the model has a field of the name."""
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
