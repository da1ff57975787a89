"""The pages whose queries and time are measured: every address of the site, in a unit that `large_unit` made."""

import re
from collections.abc import Iterable, Mapping

from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.portal.addresses import OpenPartUnknown, filled
from tests.portal.walking import walked
from units.models import Account, Membership, Unit

# Of these a unit at work has no row that waits just now, or nothing is shown at them.
WITHOUT_ROWS = {
    "admin:assessments_publication_change",
    "admin:assessments_publication_delete",
    "admin:assessments_publication_history",
    *(
        f"admin:{model}_marked_import"
        for model in ("ledger_ballot", "ledger_event", "ledger_exclusion", "ledger_metric", "units_person")
    ),
}
# Which number or letters a list is searched by.
SEARCHED = "zgq"


def admin_lists() -> dict[str, str]:
    """Label → address of every list of the admin; what is edited on another record's page alone has none."""
    found = {}
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label_lower):
        try:
            found[model._meta.label_lower] = reverse(
                f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"
            )
        except NoReverseMatch:
            continue
    return found


def clerk_of_all(unit: Unit) -> Client:
    """The browser of an account that has every role in the unit, so that every page is shown to it in full."""
    account = Account.objects.create(username="clerk", unit=unit)
    Membership.objects.bulk_create(
        Membership(account=account, unit=unit, role=role) for role in Membership.Role.values
    )
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account, backend="units.backends.RoleBackend")
    return client


def addresses(unit: Unit) -> Mapping[str, str]:
    """Name → address: every address of the site, filled with rows of the unit, and every list searched."""
    found = {}
    for address in walked():
        try:
            found[address.name] = filled(address, unit)
        except OpenPartUnknown:
            if address.name not in WITHOUT_ROWS:
                raise
    for label, address in admin_lists().items():
        found[f"search {label}"] = f"{address}?q={SEARCHED}"
    return found


def filters_on(name: str, address: str, response: HttpResponse) -> Iterable[tuple[str, str]]:
    """Name and address of the first choice of each filter that a list shows."""
    _, _, below = response.content.decode().partition('id="changelist-filter"')
    seen = set()
    for query in re.findall(r'(?:href|value)="\?([^"]+=[^"]+)"', below.replace("&amp;", "&")):
        key = query.partition("=")[0]
        if key not in seen:
            seen.add(key)
            yield f"{name} ?{key}", f"{address}?{query}"


def is_page(response: HttpResponse) -> bool:
    """Whether the answer is a page that people wait for, and no download, redirect or refusal."""
    return response.status_code == 200 and response.headers["Content-Type"].startswith("text/html")
