"""A result document without scores: the head, and who stands on the roster of the period."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from ledger.roster import RosterRow, roster_of
from rulesets.engine.period import Period
from rulesets.engine.scheme import Scheme
from rulesets.models import Edition
from units.models import Appointment, Unit


def blank_result(
    unit: Unit, edition: Edition, scheme: Scheme, period: Period, as_of: datetime.date
) -> dict[str, Any]:
    """The document; its subjects stand by department and number, those who are not assessed with the reason.

    They have two keys more than those of a result: `is_assessed` and `standing`, which says why not.
    """
    rows = roster_of(unit, period, scheme.subject, as_of)
    posts = _posts(unit, period, as_of) if scheme.subject == "person" else {}
    subjects = [_subject(row, posts.get(row.no), scheme) for row in rows]
    return {
        "unit": unit.code,
        "unit_name": unit.name,
        "scheme": scheme.code,
        "scheme_name": scheme.name,
        "edition": edition.number,
        "document": edition.document_number,
        "period": period.code,
        "period_name": period.name,
        "as_of": as_of.isoformat(),
        "digest": "",
        "components": [],
        "bands": [],
        "outcomes": [],
        "subjects": sorted(subjects, key=lambda s: (not s["is_assessed"], s["department"], s["no"])),
    }


def _posts(unit: Unit, period: Period, day: datetime.date) -> Mapping[str, Appointment]:
    """Of each person on the roster the last main post, by number."""
    within = Q(end__isnull=True) | Q(end__gte=period.start)
    posts = Appointment.objects.filter(within, unit=unit, is_secondary=False, start__lte=min(period.end, day))
    return {
        post.person.no: post for post in posts.select_related("person", "department").order_by("start", "pk")
    }


def _subject(row: RosterRow, post: Appointment | None, scheme: Scheme) -> dict[str, Any]:
    """A subject that nothing was reckoned for; a department is its own."""
    group = post.group if post is not None else ""
    return {
        "no": row.no,
        "name": row.name,
        "department": row.no if post is None else post.department.code,
        "department_name": row.department,
        "group": group or None,
        "group_name": scheme.name_of("group", group) if group else None,
        "position": row.position or None,
        **dict.fromkeys(("total", "rank", "of", "band", "band_name")),
        "components": {},
        "flags": [],
        "outcomes": {},
        "lines": [],
        "is_assessed": row.is_assessed,
        "standing": standing_of(row),
    }


def standing_of(row: RosterRow) -> str:
    """How a subject takes part otherwise than all others, with the reason; empty for all others."""
    if not row.in_office:
        left = (
            f"（任职至{row.left_on.year}年{row.left_on.month}月{row.left_on.day}日）" if row.left_on else ""
        )
        return f"{row.standing}{left}"
    return f"{row.standing}（{row.exclusion.why}）" if row.exclusion is not None else ""
