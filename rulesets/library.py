"""Where a new scheme begins: one of those that come with the software, or one that another unit shares.

Always by copy: nothing of the new scheme points to what it was copied from; a text says where it came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from jobs.refusal import Refusal
from rulesets.drafts import OWN_TO_AN_EDITION, new_draft
from rulesets.models import Edition, Scheme
from rulesets.packs import read_pack, refuse_taken_codes
from rulesets.yaml_text import read_yaml
from units.models import Unit
from units.reach import everywhere

FOLDER = Path(settings.ROOT) / "fixtures"


class SchemeCodeTaken(Refusal):
    """The unit has a scheme of this code already."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A scheme that comes with the software: what it is called in the library, what it does, whom it suits."""

    code: str
    name: str
    about: str
    suits: str


@cache
def shipped() -> tuple[Shipped, ...]:
    """The schemes that come with the software, in the order of the library's file."""
    entries = read_yaml((FOLDER / "library.yaml").read_bytes())
    return tuple(Shipped(code, **entry) for code, entry in entries.items())


@cache
def shipped_snapshot(code: str) -> Mapping[str, Any]:
    """What a shipped scheme says. Raises LookupError for one that there is not."""
    if code not in {scheme.code for scheme in shipped()}:
        raise LookupError(code)
    return read_pack(FOLDER / "schemes" / f"{code}.yaml")


@everywhere("what a unit shares it shares with all")
def shared_editions(but_of: QuerySet[Unit] | list[Unit]) -> list[Edition]:
    """The published editions of the schemes that units share, without those of the units given."""
    return list(
        Edition.objects.filter(status=Edition.Status.PUBLISHED, scheme__is_shared=True)
        .exclude(scheme__unit__in=but_of)
        .select_related("scheme__unit")
        .order_by("scheme__unit__code", "scheme__code")
    )


@transaction.atomic
def start_scheme(unit: Unit, snapshot: Mapping[str, Any], code: str, name: str, origin: str) -> Edition:
    """The first draft of a new scheme of the unit that says what the snapshot says, under its own code and name.

    origin: where it was copied from, for people. Raises SchemeCodeTaken, ItemCodeTaken.
    """
    if Scheme.objects.filter(unit=unit, code=code).exists():
        raise SchemeCodeTaken(f"本单位已有编码为“{code}”的考核办法，请换一个编码。")
    copied = {key: value for key, value in snapshot.items() if key not in OWN_TO_AN_EDITION}
    copied |= {"code": code, "name": name}
    refuse_taken_codes(unit, copied)
    scheme = Scheme.objects.create(unit=unit, code=code, name=name)
    return new_draft(scheme, copied, origin=origin)
