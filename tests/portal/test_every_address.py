"""Every address of the site, tried by every role of one unit upon another unit.

A new page that is none of the admin's standard ones fails here until it is entered in PAGES with the reason why
it keeps the wall. What every page is tried for needs no entry.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelChoiceField
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.portal.addresses import (
    ABSENT,
    Address,
    admin_name,
    every_address,
    filled,
    iter_foreign,
    keys_in,
    said,
)
from tests.portal.estate import a_row_of, crossings, furnish, rows_of, unit_admins, walled_models
from units.access import UnitAdmin
from units.models import Account, Membership, Unit

pytestmark = pytest.mark.django_db

# Address → what keeps it. Patterns of the admin's standard pages (list, add, change, delete, history) of models
# behind UnitAdmin need no entry.
PAGES: dict[str, str] = {
    "admin:index": "shows the models that the account may use",
    "admin:app_list": "the same for one room",
    "admin:audit": "units_of(account, view_audit)",
    "admin:login": "sends to the entrance",
    "admin:logout": "signs out",
    "admin:password_change": "the own password",
    "admin:password_change_done": "says that it was changed",
    "admin:autocomplete": "offers what the model's admin lists; tried below",
    "admin:jsi18n": "words for scripts",
    "admin:auth_user_password_change": "AccountAdmin: an account that one keeps",
    "admin:ledger_importrecord_undo": "get_queryset, then may(change_importrecord, record)",
    "admin:rulesets_component_items": "get_queryset, then may(…_rule, component)",
    "admin:rulesets_edition_structure": "the same for everybody: no row of a unit",
    "admin:rulesets_edition_check": "get_queryset",
    "admin:rulesets_edition_publish": "get_queryset, then may(publish_edition, edition)",
    "admin:rulesets_edition_copy": "get_queryset, then may(add_edition, edition)",
    "admin:rulesets_edition_export": "get_queryset",
    "admin:rulesets_edition_compare": "get_queryset, editions of the same scheme",
    "admin:rulesets_edition_workbook": "get_queryset",
    "admin:rulesets_edition_from_workbook": "get_queryset, then may(add_edition, edition)",
    "admin:rulesets_edition_workbook_confirm": "get_queryset, may(add_edition, edition), the account's own file",
    "admin:rulesets_scheme_start": "units_of(account, add_scheme); of other units what they share",
    "admin:rulesets_scheme_from_library": "units_of(account, add_scheme); a scheme that is shipped",
    "admin:rulesets_scheme_from_shared": "units_of(account, add_scheme); what another unit shares",
    "admin:rulesets_scheme_from_workbook": "units_of(account, add_scheme)",
    "admin:rulesets_scheme_workbook_confirm": "units_of(account, add_scheme), the account's own file",
    "admin:ledger_event_enter": "units_of(account, add_event)",
    "admin:ledger_event_correct": "get_queryset, then may(change_event, event)",
    "admin:rulesets_rule_say": "get_queryset, has_change_permission(rule); the page's own form",
    "admin:rulesets_wording_page": "may(view_wording, edition's unit); writing: may(change_wording, …)",
    "admin:rulesets_wording_preview": "the same; real subjects: may(view_result, …)",
    "admin:rulesets_wording_document": "the same",
    "admin:rulesets_edition_scenarios": "get_queryset, then may(view_scenario, edition)",
    "admin:rulesets_edition_scenarios_import": "get_queryset, then may(add_scenario, edition)",
    "admin:rulesets_edition_scenarios_take": "get_queryset, then may(add_scenario, edition), may(view_run, edition)",
    "admin:rulesets_edition_scenarios_template": "get_queryset",
    "admin:rulesets_edition_scenario_workbook": "get_queryset, the edition's own scenario",
    "admin:rulesets_edition_scenario_delete": "get_queryset, the edition's own scenario, may(delete_scenario, edition)",
    "admin:rulesets_edition_simulation": "get_queryset, then may(view_run, edition)",
    "admin:rulesets_edition_simulation_download": "get_queryset, then may(view_run, edition)",
    "portal:home": "the account's own results and units",
    "portal:login": "open to all",
    "portal:logout": "signs out",
    "portal:code": "the second step of signing in",
    "portal:password": "the own password",
    "portal:second_factor": "the own second factor",
    "portal:healthz": "open to all: says that the site runs",
    "portal:assess": "sight_of, require_assessing",
    "portal:results": "sight_of",
    "portal:subject": "sight_of, require_subject",
    "portal:review": "sight_of, require_all; a decision: may(add_decision, unit)",
    "portal:roster": "sight_of, may(view_exclusion, unit); an entry: may(add_exclusion, unit)",
    "portal:publish": "sight_of, may(add_publication, unit)",
    "portal:close": "sight_of, may(add_periodclosing, unit)",
    "portal:reopen": "sight_of, may(change_periodclosing, unit)",
    "portal:print_for": "sight_of, require_printing; leads to a run of the unit",
    "portal:prints": "sight_of, require_printing",
    "portal:print_order": "sight_of, require_download, the unit's own order",
    "portal:print_progress": "sight_of, require_download, the unit's own order",
    "portal:print_change": "sight_of, require_printing, the unit's own order",
    "portal:print_file": "sight_of, require_download, the unit's own order",
    "portal:verify": "open to all: who holds a paper learns whether it holds",
    "portal:verify_code": "open to all: who holds a paper learns whether it holds",
    "portal:result_document": "sight_of, require_download",
    "portal:annual_form": "sight_of, require_subject",
}
# The pages of imports and exports, the same for every model that has them.
PAGES |= {
    f"admin:{model}_{page}": "units_of(account, add); the account's own waiting file"
    for model in ("units_person", "ledger_event", "ledger_ballot", "ledger_metric")
    for page in ("import", "process_import", "marked_import", "blank_import")
}
PAGES |= {
    f"admin:{model}_export": "units_of(account, view or download), get_queryset"
    for model in ("units_person", "ledger_event", "ledger_metric", "assessments_result")
}
# Models on the admin site that hold nothing of a unit: the operator's alone.
OPERATORS = {"jobs.Job", "admin_interface.Theme"}
# Leaving would end the walk; these act on the session and name no row.
NOT_WALKED = {"admin:logout", "portal:logout", "portal:login", "admin:login"}
# Unit models on the admin site of which tests/portal/estate.py makes no row, and why.
WITHOUT_ROWS: dict[str, str] = {}

OWN, THEIRS = "本处", "隐秘"
ROLES = list(Membership.Role.values)
# Who looks through whole pages: all roles at once, one that writes some and one that writes nothing, and those
# who see little. The others see no page that `everything` doesn't.
PAGE_BY_PAGE = ("everything", "recorder", "auditor", "staff", "system_admin", "security_admin", "audit_admin")


@pytest.fixture(autouse=True)
def papers_unprinted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out the printing: whether there is a paper is decided before."""
    for place in ("portal.papers", "reports.admin"):
        monkeypatch.setattr(f"{place}.rendered", lambda paper: str(paper).encode(), raising=False)
    monkeypatch.setattr("reports.admin.page_of", lambda paper, _: (str(paper).encode(), 1))


@pytest.fixture
def own(db: None) -> Unit:
    return furnish("benchu", OWN)


@pytest.fixture
def theirs(db: None) -> Unit:
    return furnish("yinmi", THEIRS)


def account_with(name: str, *memberships: tuple[Unit, str]) -> Account:
    account = Account.objects.create(username=name, unit=memberships[0][0])
    Membership.objects.bulk_create(
        Membership(account=account, unit=unit, role=role) for unit, role in memberships
    )
    return account


def signed_in(account: Account) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def walked() -> Iterator[Address]:
    for address in every_address():
        model = address.model
        if address.name not in NOT_WALKED and (model is None or model._meta.label not in OPERATORS):
            yield address


def test_every_address_is_a_standard_page_behind_the_wall_or_entered_with_its_reason() -> None:
    operators = {
        address.name
        for address in every_address()
        if (model := address.model) is not None and model._meta.label in OPERATORS
    }
    named = {address.name for address in every_address() if not address.is_standard} - operators
    new, gone = sorted(named - set(PAGES)), sorted(set(PAGES) - named)
    assert not new, f"enter these in PAGES with what keeps the wall there: {', '.join(new)}"
    assert not gone, f"these are no addresses any more: {', '.join(gone)}"


def test_every_model_on_the_admin_site_stands_behind_the_wall_or_is_the_operators(
    rf: RequestFactory, own: Unit
) -> None:
    outside = {
        model._meta.label: model_admin
        for model, model_admin in admin.site._registry.items()
        if not isinstance(model_admin, UnitAdmin)
    }
    assert set(outside) == OPERATORS
    request = rf.get("/")
    request.user = account_with("everything", *((own, role) for role in ROLES))
    assert not any(model_admin.has_module_permission(request) for model_admin in outside.values())
    assert not any(model_admin.has_view_permission(request) for model_admin in outside.values())


def test_the_estate_has_a_row_of_every_model_on_the_admin_site(theirs: Unit) -> None:
    missing = {page.model._meta.label for page in unit_admins() if a_row_of(page.model, theirs) is None}
    assert missing == set(WITHOUT_ROWS)


def lists() -> Iterator[tuple[UnitAdmin, str]]:
    """The admin pages that have a list, with its address."""
    names = {address.name for address in every_address()}
    for page in unit_admins():
        name = f"{admin_name(page.model)}_changelist"
        if name in names:
            yield page, reverse(name)


def visitors(own: Unit, *names: str) -> Iterator[tuple[str, Client]]:
    """A client for each of the named roles, signed in with that role in the unit; `everything`: with all roles."""
    for name in names:
        held = ROLES if name == "everything" else [name]
        yield name, signed_in(account_with(name, *((own, role) for role in held)))


def test_no_page_of_ones_own_tells_anything_of_the_other_unit(own: Unit, theirs: Unit) -> None:
    targets = [(address, filled(address, own)) for address in walked()]
    holes = []
    for name, client in visitors(own, *PAGE_BY_PAGE):
        for address, target in targets:
            status, _, text = said(client, client.get(target))
            if THEIRS in text or theirs.code in text:
                holes.append(f"{name}: {address.name} tells of the other unit")
            if status >= 500:
                holes.append(f"{name}: {address.name} fails with {status}")
    assert not holes, "\n".join(holes)


def test_a_row_of_the_other_unit_is_as_absent_as_one_that_is_not_there(own: Unit, theirs: Unit) -> None:
    pairs = [
        (address, *pair)
        for address in walked()
        if keys_in(address)
        for pair in iter_foreign(address, own, theirs)
    ]
    before = rows_of(theirs)
    holes = []
    for name, client in visitors(own, "everything", *ROLES):
        for address, foreign, absent, keys in pairs:
            for method in (client.get, client.post):
                answers = [
                    said(client, method(target, {"post": "yes"}), *keys) for target in (foreign, absent)
                ]
                if answers[0] != answers[1] or THEIRS in answers[0][2] or answers[0][0] >= 500:
                    told = f"{answers[0][:2]}, absent: {answers[1][:2]}"
                    holes.append(f"{name}: {address.name} {method.__name__} {told}")
    assert not holes, "\n".join(holes)
    assert rows_of(theirs) == before


def forged(unit: Unit) -> dict[str, Any]:
    """Fields by which a form could be made to name a row of the unit, each with the key of one."""
    values: dict[str, Any] = {"code": unit.code, "post": "yes", "save": "1", "_save": "1", "confirmed": "1"}
    for model, _ in walled_models():
        row = a_row_of(model, unit)
        if row is not None:
            values[str(model._meta.model_name)] = row.pk
            for field in model._meta.get_fields():
                related = getattr(field, "related_model", None)
                if (
                    isinstance(field, models.ForeignKey)
                    and related
                    and getattr(row, field.attname) is not None
                ):
                    values.setdefault(field.name, getattr(row, field.attname))
    return values


def test_no_form_takes_a_row_of_the_other_unit(own: Unit, theirs: Unit) -> None:
    client = signed_in(account_with("everything", *((own, role) for role in ROLES)))
    before = rows_of(theirs)
    forgery = forged(theirs)
    holes = []
    # Filled before: what is deleted on the way has no address any more.
    targets = [(address, filled(address, own)) for address in walked()]
    for address, target in targets:
        response = client.post(target, forgery)
        if THEIRS in said(client, response, *forgery.values())[2].replace(str(forgery["code"]), ""):
            holes.append(f"{address.name} tells of the other unit")
        if response.status_code >= 500:
            holes.append(f"{address.name} fails with {response.status_code}")
    assert not holes, "\n".join(holes)
    assert rows_of(theirs) == before
    assert crossings() == []


def test_no_query_reads_a_row_of_the_other_unit(own: Unit, theirs: Unit) -> None:
    client = signed_in(account_with("everything", *((own, role) for role in ROLES)))
    forgery = {key: value for key, value in forged(theirs).items() if isinstance(value, int)}
    holes = []
    for address in walked():
        # Lists have a test of their own; pages of a model's rows by Django itself read no query.
        if address.is_standard and not address.name.endswith("_add"):
            continue
        target = filled(address, own)
        answers = [
            said(client, client.get(target, query), *set(forgery.values()), ABSENT)
            for query in (forgery, dict.fromkeys(forgery, ABSENT))
        ]
        if THEIRS in answers[0][2]:
            holes.append(f"{address.name} tells of the other unit")
        if answers[0][0] != answers[1][0]:
            holes.append(f"{address.name} answers {answers[0][0]}, to keys of nothing {answers[1][0]}")
    assert not holes, "\n".join(holes)


def test_no_filter_and_no_search_of_a_list_reaches_the_other_unit(own: Unit, theirs: Unit) -> None:
    client = signed_in(account_with("everything", *((own, role) for role in ROLES)))
    holes = []
    for page, address in lists():
        row = a_row_of(page.model, theirs)
        for field in page.opts.get_fields():
            if isinstance(field, models.ForeignKey) and row is not None:
                key = getattr(row, field.attname) or ABSENT
                lookup = f"{field.name}__{field.target_field.name}__exact"
                answers = [
                    said(client, client.get(address, {lookup: each}), key, ABSENT) for each in (key, ABSENT)
                ]
                if answers[0][0] != answers[1][0] or THEIRS in answers[0][2]:
                    holes.append(f"{page.opts.label} by {lookup}")
        found = said(client, client.get(address, {"q": THEIRS}), THEIRS)[2]
        if f"{THEIRS}局" in found or f"{THEIRS}甲" in found:
            holes.append(f"{page.opts.label} by search")
    assert not holes, "\n".join(holes)


def test_no_action_touches_a_row_of_the_other_unit(own: Unit, theirs: Unit, rf: RequestFactory) -> None:
    account = account_with("everything", *((own, role) for role in ROLES))
    client = signed_in(account)
    before = rows_of(theirs)
    request = rf.get("/")
    request.user = account
    holes = []
    for page, address in lists():
        row = a_row_of(page.model, theirs)
        for action in page.get_actions(request):
            answers = []
            for key in (row.pk if row else ABSENT, ABSENT):
                form = {"action": action, ACTION_CHECKBOX_NAME: key, "post": "yes", "reason": "试"}
                answers.append(said(client, client.post(address, form), key))
            if answers[0] != answers[1] or THEIRS in answers[0][2]:
                holes.append(f"{page.opts.label} {action}: {answers[0][:2]}, absent: {answers[1][:2]}")
    assert not holes, "\n".join(holes)
    assert rows_of(theirs) == before


def test_no_autocomplete_offers_a_row_of_the_other_unit(own: Unit, theirs: Unit) -> None:
    client = signed_in(account_with("everything", *((own, role) for role in ROLES)))
    address = reverse("admin:autocomplete")
    holes = []
    for model, _ in walled_models():
        for field in model._meta.get_fields():
            if isinstance(field, (models.ForeignKey, models.ManyToManyField)):
                query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                offered = client.get(address, query | {"field_name": field.name, "term": ""})
                if THEIRS in offered.content.decode("unicode_escape", "replace") or THEIRS in str(
                    offered.json() if offered.status_code == 200 else ""
                ):
                    holes.append(f"{model._meta.label}.{field.name}")
    assert not holes, "\n".join(holes)


def choice_fields(page: UnitAdmin, request: Any, row: Any) -> Iterator[tuple[str, Any]]:
    """The fields by which a page and its inlines choose rows."""
    for name, field in page.get_form(request, row, change=row is not None)(instance=row).fields.items():
        yield name, field
    for formset, inline in page.get_formsets_with_inlines(request, row):
        for name, field in formset(instance=row).empty_form.fields.items():
            yield f"{inline.model._meta.model_name}.{name}", field


@pytest.mark.parametrize("changing", [False, True])
def test_no_field_offers_or_takes_a_row_of_the_other_unit(
    own: Unit, theirs: Unit, rf: RequestFactory, changing: bool
) -> None:
    request = rf.get("/")
    request.user = account_with("everything", *((own, role) for role in ROLES))
    holes = []
    for page in unit_admins():
        row = a_row_of(page.model, own) if changing else None
        may = page.has_change_permission(request, row) if changing else page.has_add_permission(request)
        if not may:
            continue
        for name, field in choice_fields(page, request, row):
            label = f"{page.opts.label} {name}"
            if not isinstance(field, ModelChoiceField):
                if THEIRS in str(list(getattr(field, "choices", ()))):
                    holes.append(f"{label} offers")
                continue
            if THEIRS in str([field.label_from_instance(choice) for choice in field.queryset]):
                holes.append(f"{label} offers")
            foreign = a_row_of(field.queryset.model, theirs)
            if foreign is not None and takes(field, foreign.pk):
                holes.append(f"{label} takes")
    assert not holes, "\n".join(holes)


def takes(field: Any, key: Any) -> bool:
    try:
        return field.clean([key] if hasattr(field, "max_choices") else key) is not None
    except ValidationError:
        return False


def test_who_only_reads_a_unit_changes_nothing_there_whatever_the_own_unit_allows(
    own: Unit, theirs: Unit
) -> None:
    """Every role here, auditor there: the walls of both are the same but for what is written."""
    account = account_with("both", *((own, role) for role in ROLES), (theirs, "auditor"))
    unchanged_by(account, theirs)


def test_an_upper_units_auditor_changes_nothing_below(own: Unit, theirs: Unit) -> None:
    Unit.objects.filter(pk=theirs.pk).update(parent=own)
    unchanged_by(account_with("both", *((own, role) for role in ROLES)), theirs)


def test_an_auditor_changes_nothing_in_the_own_unit(own: Unit) -> None:
    unchanged_by(account_with("auditor", (own, "auditor")), own)


def unchanged_by(account: Account, unit: Unit) -> None:
    """Asserts that the account, posting to every address with rows of the unit, changes none."""
    client = signed_in(account)
    before = rows_of(unit)
    forgery = forged(unit)
    for address in walked():
        if keys_in(address):
            client.post(filled(address, unit), forgery)
            client.post(filled(address, unit), {"post": "yes", "reason": "试"})
            assert rows_of(unit) == before, address.name
        else:
            client.post(filled(address, unit), forgery)
    for page, address in lists():
        row = a_row_of(page.model, unit)
        for action in ("delete_selected", *(str(getattr(act, "__name__", act)) for act in page.actions)):
            form = {
                "action": action,
                ACTION_CHECKBOX_NAME: row.pk if row else ABSENT,
                "post": "yes",
                "reason": "试",
            }
            client.post(address, form)
    assert rows_of(unit) == before


def test_the_other_unit_is_whole_for_its_own_people(
    theirs: Unit, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    """What the walk finds absent is there for those whose it is: the walk would else prove nothing."""
    client = signed_in(account_with("insider", *((theirs, role) for role in ROLES)))
    unseen = []
    for address in walked():
        if address.is_standard and address.name.endswith("_change"):
            response = client.get(filled(address, theirs))
            if response.status_code != 200:
                unseen.append(address.name)
    assert not unseen
