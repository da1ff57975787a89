"""Finding a unit's scheme by the codes that a command is given."""

from typing import Any

from django.db.models import QuerySet

from jobs.refusal import Refusal
from rulesets.models import Edition, Scheme
from units.models import Unit


class SchemeUnknown(Refusal):
    """No unit, scheme or edition is called so."""


def newest_edition(unit_code: str, scheme_code: str) -> Edition:
    """The scheme's edition of the highest number. Raises SchemeUnknown with what there is."""
    unit = Unit.objects.filter(code=unit_code).first()
    if unit is None:
        known = _listed(Unit.objects.order_by("code").values_list("code", flat=True))
        raise SchemeUnknown(f"没有编码为“{unit_code}”的单位，已有的单位：{known}。")
    scheme = Scheme.objects.filter(unit=unit, code=scheme_code).first()
    edition = Edition.objects.newest(scheme) if scheme else None
    if edition is None:
        known = _listed(Scheme.objects.of_unit(unit).values_list("code", flat=True))
        raise SchemeUnknown(f"单位“{unit}”没有编码为“{scheme_code}”的考核办法，已有的办法：{known}。")
    return edition


def _listed(codes: QuerySet[Any, str]) -> str:
    return "、".join(codes[:20]) or "（还没有）"
