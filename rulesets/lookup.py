"""Finding a unit's scheme by the codes that a command is given."""

from argparse import ArgumentParser
from typing import Any

from django.db.models import QuerySet

from jobs.refusal import Refusal
from rulesets.models import Edition, Scheme
from units.lookup import unit_by_code


class SchemeUnknown(Refusal):
    """The unit has no scheme or edition that is called so."""


def add_scheme_arguments(parser: ArgumentParser) -> None:
    """The arguments `UNIT SCHEME` of a command on a scheme's newest edition."""
    parser.add_argument("unit", metavar="UNIT", help="单位编码")
    parser.add_argument("scheme", metavar="SCHEME", help="考核办法编码")


def newest_edition(unit_code: str, scheme_code: str) -> Edition:
    """The scheme's edition of the highest number. Raises UnitUnknown or SchemeUnknown with what there is."""
    unit = unit_by_code(unit_code)
    scheme = Scheme.objects.filter(unit=unit, code=scheme_code).first()
    edition = Edition.objects.newest(scheme) if scheme else None
    if edition is None:
        known = _listed(Scheme.objects.of_unit(unit).values_list("code", flat=True))
        raise SchemeUnknown(f"单位“{unit}”没有编码为“{scheme_code}”的考核办法，已有的办法：{known}。")
    return edition


def _listed(codes: QuerySet[Any, str]) -> str:
    return "、".join(codes[:20]) or "（还没有）"
