"""Every address of the site, and how a test fills what stands open in it."""

import re
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
        if not self.name.startswith("admin:"):
            return None
        found = [
            model
            for model in admin.site._registry
            if self.name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_")
        ]
        return found[0] if found else None

    @property
    def is_standard(self) -> bool:
        """Whether it is one of the pages that Django's admin has for every model of a unit's rows."""
        model = self.model
        return (
            model is not None
            and isinstance(admin.site._registry[model], UnitAdmin)
            and self.name.rpartition("_")[2] in STANDARD
        )


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
# Open parts that are keys of rows of another model than that of the admin page they stand in.
KEYS = {"run": "assessments.Run", "edition": "rulesets.Edition", "job": "jobs.Job", "id": "units.Account"}


def filled(address: Address, unit: Unit, codes: Mapping[str, Any] | None = None) -> str:
    """The address with what stands open in it filled by rows of the unit.

    codes: what to put in the place of single parts. Raises OpenPartUnknown.
    """
    given = dict(codes or {})
    values = {}
    for part in address.open:
        if part in given:
            values[part] = given[part]
        elif part == "code":
            values[part] = unit.code
        elif part in WORDS:
            values[part] = WORDS[part]
        else:
            model = model_behind(address, part)
            row = a_row_of(model, unit)
            if row is None:
                raise OpenPartUnknown(
                    f"{address.name}: no {model._meta.label} of {unit} in tests/portal/estate.py"
                )
            values[part] = row.pk
    return reverse(address.name, kwargs=values)


def model_behind(address: Address, part: str) -> type[models.Model]:
    """The model whose key a part of an address is."""
    if part in KEYS:
        return apps.get_model(KEYS[part])
    if address.model is not None and part in ("object_id", "pk", "id"):
        return address.model
    raise OpenPartUnknown(f"{address.name}: say in tests/portal/addresses.py what fills <{part}>")


def keys_in(address: Address) -> list[str]:
    """The parts of an address that name a row or a unit."""
    return [part for part in address.open if part not in WORDS]


TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|\d\d:\d\d(:\d\d)?')


def said(client: Client, response: HttpResponse, *hidden: Any) -> tuple[int, str, str]:
    """What an answer tells: status, where it leads, text with its messages; keys and tokens left out."""
    from django.contrib.messages import get_messages

    request = response.wsgi_request  # type: ignore[attr-defined]
    text = "" if response.streaming else response.content.decode("utf-8", "replace")
    text += "|".join(str(message) for message in get_messages(request))
    client.cookies.pop("messages", None)
    where = response.headers.get("Location", "")
    for key in hidden:
        pattern = re.compile(rf"(?<![0-9A-Za-z]){re.escape(str(key))}(?![0-9A-Za-z])")
        text, where = pattern.sub("KEY", text), pattern.sub("KEY", where)
    return response.status_code, where, TOKENS.sub("", text)


def iter_foreign(address: Address, own: Unit, foreign: Unit) -> Iterator[tuple[str, str, list[Any]]]:
    """For each part that names a row or a unit: the address with the foreign one, with none, and what was put in."""
    for part in keys_in(address):
        if part == "code":
            theirs, none = foreign.code, NOWHERE
        else:
            row = a_row_of(model_behind(address, part), foreign)
            if row is None:
                raise OpenPartUnknown(
                    f"{address.name}: no row of {foreign} for <{part}> in tests/portal/estate.py"
                )
            theirs, none = row.pk, ABSENT
        hidden = [theirs, none]
        yield filled(address, own, {part: theirs}), filled(address, own, {part: none}), hidden
