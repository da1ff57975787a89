"""What each role may do in its own unit, at every address: what the one table of rights says, and no more."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client

from assessments.models import Run
from tests.portal.addresses import ABSENT, every_address, filled, keys_in
from tests.portal.estate import a_row_of, rows_of
from tests.portal.walking import (
    ALONE,
    ROLES,
    UPPER_AUDITOR,
    Estate,
    account_of,
    account_with,
    forged,
    lists,
    signed_in,
    tables_of_units,
    undone,
    walked,
    writes,
)
from units.history import Past
from units.models import Unit
from units.roles import gives

# Pages by which something is done that has a permission of its own: address → the permission. Others stand behind
# Django's standard ones, which `test_what_a_role_writes…` asks after.
DOES = {
    "portal:assess": "assessments.add_run",
    "portal:review": "assessments.add_decision",
    "portal:publish": "assessments.add_publication",
    "portal:close": "ledger.add_periodclosing",
    "portal:reopen": "ledger.change_periodclosing",
    "portal:roster": "ledger.add_exclusion",
    "portal:prints": "reports.add_printorder",
    "admin:rulesets_edition_publish": "rulesets.publish_edition",
    "admin:rulesets_edition_copy": "rulesets.add_edition",
    "admin:rulesets_edition_scenarios_import": "rulesets.add_scenario",
    "admin:rulesets_edition_scenarios_check": "rulesets.add_scenarioverdict",
    "admin:rulesets_scheme_from_library": "rulesets.add_scheme",
    "admin:ledger_event_enter": "ledger.add_event",
    "admin:ledger_event_correct": "ledger.change_event",
    "admin:ledger_event_import": "ledger.add_event",
    "admin:ledger_importrecord_undo": "ledger.change_importrecord",
    "admin:units_person_import": "units.add_person",
    "admin:audit": "units.view_audit",
}
# Rows that everybody writes: who asks for a page may leave these behind.
OF_EVERYBODY = {"units.Account", "ledger.PendingImport"}


@pytest.mark.parametrize("role", ROLES)
def test_what_is_done_on_a_page_is_done_by_those_to_whom_the_table_gives_it(
    estate: Estate, role: str
) -> None:
    client = signed_in(account_of(role, estate))
    addresses = {address.name: address for address in every_address()}
    run = a_row_of(Run, estate.own)
    assert run is not None
    wrong = []
    for name, permission in DOES.items():
        with undone():
            answer = client.post(filled(addresses[name], estate.own), {"run": run.pk})
        refused = answer.status_code in (403, 404) or "login" in answer.headers.get("Location", "")
        if refused == gives(role, permission):
            wrong.append(f"{name}, {permission}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ALONE)
def test_what_a_role_writes_in_its_own_unit_the_table_gives_it(estate: Estate, role: str) -> None:
    client = signed_in(account_of(role, estate))
    held = "auditor" if role == UPPER_AUDITOR else role
    too_much = sorted(
        f"{where} wrote {label}"
        for where, label in written_by(client, estate.own)
        if label not in OF_EVERYBODY and not may_write(held, label)
    )
    assert not too_much, "\n".join(too_much)


def may_write(role: str, label: str) -> bool:
    """Whether the role has any permission on the model beside reading and taking away."""
    app, model = label.lower().split(".")
    actions = ("add", "change", "delete", "publish")
    return any(gives(role, f"{app}.{action}_{model}") for action in actions)


def written_by(client: Client, unit: Unit, taken_back: bool = True) -> set[tuple[str, str]]:
    """At which addresses posts with rows of the unit wrote rows of which models that belong to units."""
    tables = tables_of_units()
    forgery, found = forged(unit), set()
    posts = [(address.name, filled(address, unit), forgery) for address in walked()]
    # Without a key in it an address learns of rows by what is forged alone.
    bare = {"post": "yes", "reason": "试"}
    posts += [(address.name, filled(address, unit), bare) for address in walked() if keys_in(address)]
    for page, target in lists():
        row = a_row_of(page.model, unit)
        for action in ("delete_selected", *(str(getattr(act, "__name__", act)) for act in page.actions)):
            form = {"action": action, ACTION_CHECKBOX_NAME: row.pk if row else ABSENT}
            posts.append((f"{target} {action}", target, form | {"post": "yes", "reason": "试"}))
    for name, target, form in posts:
        with undone() if taken_back else nullcontext(), writes() as watch:
            client.post(target, form)
        found |= {(name, label_of(tables[table])) for table in watch.tables if table in tables}
    return found


def label_of(model: Any) -> str:
    """The model's name; of a history that of the model whose rows it tells of."""
    return str((model.instance_type if issubclass(model, Past) else model)._meta.label)


def test_a_recorder_neither_closes_a_period_nor_opens_it_again_nor_publishes(estate: Estate) -> None:
    """Said here beside the table, since it is what an office asks first."""
    for permission in ("ledger.add_periodclosing", "ledger.change_periodclosing"):
        assert {role for role in ROLES if gives(role, permission)} == {"scheme_admin", "committee"}
    for permission in ("assessments.add_publication", "rulesets.publish_edition"):
        assert not gives("recorder", permission)


def test_who_only_reads_a_unit_changes_nothing_there_whatever_the_own_unit_allows(estate: Estate) -> None:
    """Every role here, auditor there: the walls of both are the same but for what is written."""
    own = ((estate.own, role) for role in ROLES)
    client = signed_in(account_with("both", *own, (estate.theirs, "auditor")))
    before = rows_of(estate.theirs)
    written_by(client, estate.theirs, taken_back=False)
    assert rows_of(estate.theirs) == before
