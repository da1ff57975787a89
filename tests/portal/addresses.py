"""Every address of the site, and how a test fills what stands open in it."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.portal.estate import a_row_of
from units.access import UnitAdmin
from units.models import Unit

# Kept by UnitAdmin for every model: the wall is the class, the walk below tries it.
STANDARD = ("changelist", "add", "change", "delete", "history")
ABSENT = 987_654_321
NOWHERE = "nirgends"


@dataclass(frozen=True)
class Address:
    """An address of the site: its full name and the names of what stands open in it."""

    name: str
    open: tuple[str, ...]

    @property
    def model(self) -> type[models.Model] | None:
        """The model whose admin the address belongs to."""
        found = [model for model in admin.site._registry if self.name.startswith(f"{admin_name(model)}_")]
        return max(found, key=lambda model: len(admin_name(model)), default=None)

    @property
    def is_standard(self) -> bool:
        """Whether it is one of the pages that Django's admin has for every model of a unit's rows."""
        model = self.model
        return (
            model is not None
            and isinstance(admin.site._registry[model], UnitAdmin)
            and self.name.removeprefix(f"{admin_name(model)}_") in STANDARD
        )


def admin_name(model: type[models.Model]) -> str:
    """What the names of a model's admin pages begin with."""
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"


def every_address() -> list[Address]:
    """Every address that has a name; the others are Django's redirects to these."""
    found = {}

    def walk(patterns: Any, namespace: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                if pattern.name:
                    name = f"{namespace}{pattern.name}"
                    found[name] = Address(name, tuple(pattern.pattern.regex.groupindex))
            else:
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                walk(pattern.url_patterns, inner)

    walk(get_resolver().url_patterns, "")
    # What is standard in an inner pattern is counted with its groups alone.
    return sorted(found.values(), key=lambda address: address.name)


class OpenPartUnknown(Exception):
    """Nobody has said how a test fills a part of an address."""


# What stands open in addresses beside rows.
WORDS = {"period": "2025", "no": "1001", "form": "annual", "kind": "events", "app_label": "units"}
# Open parts that name rows of another model than that of the admin page they stand in: the model and its field.
KEYS = {
    "run": ("assessments.Run", "pk"),
    "edition": ("rulesets.Edition", "pk"),
    "scenario": ("rulesets.Scenario", "pk"),
    "id": ("units.Account", "pk"),
    "number": ("reports.PrintOrder", "pk"),
    "token": ("ledger.PendingImport", "token"),
}
# Parts of single addresses that are not what they are elsewhere.
WORDINGS = (
    "admin:rulesets_wording_page",
    "admin:rulesets_wording_preview",
    "admin:rulesets_wording_document",
)
KEYS_AT = {
    (name, "pk"): ("rulesets.Edition", "pk") for name in ("admin:rulesets_scheme_from_shared", *WORDINGS)
}
WORDS_AT = {
    ("admin:rulesets_scheme_from_library", "code"): "bureau",
    ("portal:verify_code", "code"): "0000-0000-0000-0000",
    **{(name, "code"): "annual" for name in WORDINGS},
}
# What names a row of the page's own model.
OWN_KEYS = ("object_id", "pk", "key")
NO_TOKEN = uuid.UUID(int=7)


def named_by(address: Address, part: str, unit: Unit) -> Any:
    """What the part of an address is filled with to name a row of the unit. Raises OpenPartUnknown."""
    if found := KEYS_AT.get((address.name, part)) or KEYS.get(part):
        label, field = found
        model = apps.get_model(label)
    elif address.model is not None and part in OWN_KEYS:
        model, field = address.model, "pk"
    else:
        raise OpenPartUnknown(f"{address.name}: say in tests/portal/addresses.py what fills <{part}>")
    row = a_row_of(model, unit)
    if row is None:
        raise OpenPartUnknown(f"{address.name}: make a row of {model._meta.label} in tests/portal/estate.py")
    return getattr(row, field)


def filled(address: Address, unit: Unit, given: Mapping[str, Any] | None = None) -> str:
    """The address with what stands open in it filled by rows of the unit, or by what is given for single parts."""
    values = dict(given or {})
    for part in address.open:
        if part not in values:
            word = WORDS_AT.get((address.name, part)) or WORDS.get(part)
            values[part] = word or (unit.code if part == "code" else named_by(address, part, unit))
    return reverse(address.name, kwargs=values)


def keys_in(address: Address) -> list[str]:
    """The parts of an address that name a row or a unit."""
    return [part for part in address.open if part not in WORDS and (address.name, part) not in WORDS_AT]


TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|\d\d:\d\d(:\d\d)?')


def said(client: Client, response: HttpResponse, *hidden: Any) -> tuple[int, str, str]:
    """What an answer tells: status, where it leads, text with its messages; keys and tokens left out."""
    from django.contrib.messages import get_messages

    request = response.wsgi_request  # type: ignore[attr-defined]
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = content.decode("utf-8", "replace")
    text += "|".join(str(message) for message in get_messages(request))
    client.cookies.pop("messages", None)
    where = response.headers.get("Location", "")
    if hidden:
        keys = "|".join(re.escape(str(key)) for key in hidden)
        pattern = re.compile(rf"(?<![0-9A-Za-z])(?:{keys})(?![0-9A-Za-z])")
        text, where = pattern.sub("KEY", text), pattern.sub("KEY", where)
    return response.status_code, where, TOKENS.sub("", text)


def iter_foreign(address: Address, own: Unit, foreign: Unit) -> Iterator[tuple[str, str, list[Any]]]:
    """For each part that names a row or a unit: the address with the foreign one, with none, and what was put in."""
    for part in keys_in(address):
        if part == "code":
            theirs, none = foreign.code, NOWHERE
        else:
            theirs = named_by(address, part, foreign)
            none = NO_TOKEN if isinstance(theirs, uuid.UUID) else ABSENT
        yield filled(address, own, {part: theirs}), filled(address, own, {part: none}), [theirs, none]
