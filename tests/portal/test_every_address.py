"""Every address of the site, tried by every role alone upon a unit that it has nothing to do with.

A new page that is none of the admin's standard ones fails here until it is entered in PAGES with the reason why
it keeps the wall. What every page is tried for needs no entry.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import ModelChoiceField
from django.test import RequestFactory
from django.urls import reverse

from tests.portal.addresses import ABSENT, every_address, filled, iter_foreign, said
from tests.portal.estate import a_row_of, crossings, rows_of, unit_admins, walled_models
from tests.portal.readable import unreadable
from tests.portal.walking import (
    ALONE,
    EVERYTHING,
    OPERATORS,
    ROLES,
    THEIRS,
    Estate,
    account_of,
    account_with,
    forged,
    lists,
    signed_in,
    undone,
    walked,
)
from units.access import UnitAdmin

# Address → what keeps it. Patterns of the admin's standard pages (list, add, change, delete, history) of models
# behind UnitAdmin need no entry.
PAGES: dict[str, str] = {
    "admin:index": "shows the models that the account may use",
    "admin:app_list": "the same for one room",
    "admin:audit": "units_of(account, view_audit)",
    "admin:login": "sends to the entrance",
    "admin:logout": "signs out",
    "admin:password_change": "sends to the page of the own password",
    "admin:autocomplete": "offers what the model's admin lists; tried below",
    "admin:jsi18n": "words for scripts",
    "admin:auth_user_password_change": "AccountAdmin: an account that one keeps",
    "admin:ledger_importrecord_undo": "get_queryset, then may(change_importrecord, record)",
    "admin:rulesets_component_items": "get_queryset, then may(…_rule, component)",
    "admin:rulesets_edition_structure": "the same for everybody: no row of a unit",
    "admin:rulesets_edition_check": "get_queryset",
    "admin:rulesets_edition_terms": "get_queryset, then may(…_term, edition)",
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
    "admin:rulesets_edition_scenarios_check": "get_queryset, then may(add_scenarioverdict, edition)",
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
    for model in ("units_person", "ledger_event", "ledger_ballot", "ledger_metric", "ledger_exclusion")
    for page in ("import", "process_import", "marked_import", "blank_import")
}
PAGES |= {
    f"admin:{model}_export": "units_of(account, view or download), get_queryset"
    for model in ("units_person", "ledger_event", "ledger_metric", "assessments_result")
}
# Unit models on the admin site of which tests/portal/estate.py makes no row, and why.
WITHOUT_ROWS: dict[str, str] = {}


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
    rf: RequestFactory, estate: Estate
) -> None:
    outside = {
        model._meta.label: model_admin
        for model, model_admin in admin.site._registry.items()
        if not isinstance(model_admin, UnitAdmin)
    }
    assert set(outside) == OPERATORS
    request = rf.get("/")
    request.user = account_of(EVERYTHING, estate)
    assert not any(model_admin.has_module_permission(request) for model_admin in outside.values())
    assert not any(model_admin.has_view_permission(request) for model_admin in outside.values())


def test_the_estate_has_a_row_of_every_model_on_the_admin_site(estate: Estate) -> None:
    missing = {
        page.model._meta.label for page in unit_admins() if a_row_of(page.model, estate.theirs) is None
    }
    assert missing == set(WITHOUT_ROWS)


@pytest.mark.parametrize("walker", ALONE)
def test_no_page_of_ones_own_tells_of_the_other_unit_or_says_what_nobody_should_have_to_read(
    estate: Estate, walker: str
) -> None:
    client = signed_in(account_of(walker, estate))
    holes = []
    for address in walked():
        response = client.get(filled(address, estate.own))
        status, _, text = said(client, response)
        if status == 200 and response.headers["Content-Type"].startswith("text/html"):
            holes += unreadable(address.name, text)
        if THEIRS in text or estate.theirs.code in text:
            holes.append(f"{address.name} tells of the other unit")
        if status >= 500:
            holes.append(f"{address.name} fails with {status}")
    assert not holes, "\n".join(holes)


@pytest.mark.parametrize("walker", ALONE)
def test_a_row_of_the_other_unit_is_as_absent_as_one_that_is_not_there(estate: Estate, walker: str) -> None:
    client = signed_in(account_of(walker, estate))
    before, forgery = rows_of(estate.theirs), forged(estate.theirs)
    holes = []
    for address in walked():
        for foreign, absent, keys in iter_foreign(address, estate.own, estate.theirs):
            for method, sent in ((client.get, {}), (client.post, forgery)):
                hidden = {*keys, *sent.values()}
                answers = [said(client, method(target, sent), *hidden) for target in (foreign, absent)]
                if answers[0] != answers[1] or THEIRS in answers[0][2] or answers[0][0] >= 500:
                    told = f"{answers[0][:2]}, absent: {answers[1][:2]}"
                    holes.append(f"{address.name} {method.__name__} {told}")
    assert not holes, "\n".join(holes)
    assert rows_of(estate.theirs) == before


@pytest.mark.parametrize("walker", [EVERYTHING, *ALONE])
def test_no_form_takes_a_row_of_the_other_unit(estate: Estate, walker: str) -> None:
    client = signed_in(account_of(walker, estate))
    before, forgery = rows_of(estate.theirs), forged(estate.theirs)
    holes = []
    # Filled before: what is deleted on the way has no address any more.
    targets = [(address, filled(address, estate.own)) for address in walked()]
    for address, target in targets:
        response = client.post(target, forgery)
        text = said(client, response, *forgery.values())[2].replace(str(forgery["code"]), "")
        if THEIRS in text:
            holes.append(f"{address.name} tells of the other unit")
        if response.headers.get("Content-Type", "").startswith("text/html"):
            holes += unreadable(address.name, text)
        if response.status_code >= 500:
            holes.append(f"{address.name} fails with {response.status_code}")
    assert not holes, "\n".join(holes)
    assert rows_of(estate.theirs) == before
    assert crossings() == []


# What is unique over the whole site, and why nobody learns by trying whether another unit has it.
SITE_WIDE = {
    "units.Unit.code": "whoever runs the site alone adds units: tried below",
    "units.Account.username": "ends in the unit's code: tried below",
    "ledger.Batch.head": "a digest, made by the site",
    "ledger.PendingImport.token": "random, given by the site",
    "reports.IssuedPaper.code+file_digest": "digests, made by the site",
}


def test_what_is_unique_over_the_whole_site_is_known() -> None:
    found = set()
    for model, path in walled_models():
        fields = {field.name: field for field in model._meta.concrete_fields}
        alone = [[name] for name, field in fields.items() if field.unique and not field.primary_key]
        together = [
            list(constraint.fields)
            for constraint in model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint)
        ]
        for names in alone + together:
            # A relation leads into one unit: what is unique beside it is unique there.
            if not any(fields[name].is_relation for name in names) and path not in names:
                found.add(f"{model._meta.label}.{'+'.join(names)}")
    assert found == set(SITE_WIDE)


@pytest.mark.parametrize("walker", [EVERYTHING, *ALONE])
def test_a_user_name_and_a_code_of_the_other_unit_are_answered_like_new_ones(
    estate: Estate, walker: str
) -> None:
    client = signed_in(account_of(walker, estate))
    taken = estate.theirs.accounts.order_by("pk")[0]
    own = estate.own.accounts.exclude(username=walker).order_by("pk")[0]
    password = {"password1": "Xq7-longer-still", "password2": "Xq7-longer-still"}
    formset = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    for name, args, form, values in (
        ("units_account_add", [], {"unit": estate.own.pk, **password}, ("username", taken.username, "沿用")),
        (
            "units_account_change",
            [own.pk],
            {"is_active": "on", **formset},
            ("username", taken.username, "沿用2"),
        ),
        ("units_unit_add", [], {"name": "新"}, ("code", estate.theirs.code, "xinde")),
    ):
        field, *tried = values
        answers = []
        for value in tried:
            with undone():
                response = client.post(reverse(f"admin:{name}", args=args), form | {field: value})
                answers.append(said(client, response, value, f"{value}@{estate.own.code}")[0])
        assert answers[0] == answers[1], f"{name} tells that {tried[0]} is there"


def test_no_query_reads_a_row_of_the_other_unit(estate: Estate) -> None:
    client = signed_in(account_of(EVERYTHING, estate))
    forgery = {key: value for key, value in forged(estate.theirs).items() if isinstance(value, int)}
    holes = []
    for address in walked():
        # Lists have a test of their own; pages of a model's rows by Django itself read no query.
        if address.is_standard and not address.name.endswith("_add"):
            continue
        target = filled(address, estate.own)
        answers = [
            said(client, client.get(target, query), *set(forgery.values()), ABSENT)
            for query in (forgery, dict.fromkeys(forgery, ABSENT))
        ]
        if THEIRS in answers[0][2]:
            holes.append(f"{address.name} tells of the other unit")
        if answers[0][0] != answers[1][0]:
            holes.append(f"{address.name} answers {answers[0][0]}, to keys of nothing {answers[1][0]}")
    assert not holes, "\n".join(holes)


def test_no_filter_and_no_search_of_a_list_reaches_the_other_unit(estate: Estate) -> None:
    client = signed_in(account_of(EVERYTHING, estate))
    holes = []
    for page, address in lists():
        row = a_row_of(page.model, estate.theirs)
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


def test_no_action_touches_a_row_of_the_other_unit(estate: Estate, rf: RequestFactory) -> None:
    account = account_of(EVERYTHING, estate)
    client = signed_in(account)
    before = rows_of(estate.theirs)
    request = rf.get("/")
    request.user = account
    holes = []
    for page, address in lists():
        row = a_row_of(page.model, estate.theirs)
        for action in page.get_actions(request):
            answers = []
            for key in (row.pk if row else ABSENT, ABSENT):
                form = {"action": action, ACTION_CHECKBOX_NAME: key, "post": "yes", "reason": "试"}
                answers.append(said(client, client.post(address, form), key))
            if answers[0] != answers[1] or THEIRS in answers[0][2]:
                holes.append(f"{page.opts.label} {action}: {answers[0][:2]}, absent: {answers[1][:2]}")
    assert not holes, "\n".join(holes)
    assert rows_of(estate.theirs) == before


def test_no_autocomplete_offers_a_row_of_the_other_unit(estate: Estate) -> None:
    client = signed_in(account_of(EVERYTHING, estate))
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
    estate: Estate, rf: RequestFactory, changing: bool
) -> None:
    request = rf.get("/")
    request.user = account_of(EVERYTHING, estate)
    holes = []
    for page in unit_admins():
        row = a_row_of(page.model, estate.own) if changing else None
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
            foreign = a_row_of(field.queryset.model, estate.theirs)
            if foreign is not None and takes(field, foreign.pk):
                holes.append(f"{label} takes")
    assert not holes, "\n".join(holes)


def takes(field: Any, key: Any) -> bool:
    try:
        return field.clean([key] if hasattr(field, "max_choices") else key) is not None
    except ValidationError:
        return False


def test_the_other_unit_is_whole_for_its_own_people(estate: Estate) -> None:
    """What the walk finds absent is there for those whose it is: the walk would else prove nothing."""
    client = signed_in(account_with("insider", *((estate.theirs, role) for role in ROLES)))
    unseen = []
    for address in walked():
        if address.is_standard and address.name.endswith("_change"):
            response = client.get(filled(address, estate.theirs))
            if response.status_code != 200:
                unseen.append(address.name)
    assert not unseen
