"""The list of results of a unit's period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.errors import NoRun
from assessments.models import Run
from assessments.projection import outline
from assessments.unfinished import unfinished
from portal.access import Sight, account_of, private_page, sight_of
from portal.lacks import Lack, lacks_of, telling_flags
from portal.runs import shown_run, successor_of
from portal.wording import (
    FLAG_KINDS,
    band_shares,
    flag_counts,
    flag_kind,
    flag_names,
    padded,
    reckoned_band,
    shown_flags,
    sum_differs,
    two_decimals,
)
from reports.courses import distribution_of
from rulesets.engine.period import Period
from units.pinyin import found_by
from units.rights import rights_of

ROWS_ON_A_PAGE = 200
NO_BAND = "none"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; an empty text asks nothing."""

    query: str
    band: str
    department: str
    flag: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Filters":
        given = request.GET
        return cls(
            query=given.get("q", "").strip(),
            band=given.get("band", ""),
            department=given.get("department", ""),
            flag=given.get("flag", ""),
        )

    @property
    def is_narrowing(self) -> bool:
        return bool(self.query or self.band or self.department or self.flag)

    def admits(self, subject: Mapping[str, Any]) -> bool:
        """Whether a subject of a result document is in the narrowed list. `any` asks for any flag."""
        kinds = {flag_kind(flag) for flag in shown_flags(subject)}
        return (
            (not self.query or self.query in subject["no"] or found_by(self.query, subject["name"]))
            and (not self.band or self.band == (subject["band"] or NO_BAND))
            and (not self.department or self.department == (subject["department_name"] or ""))
            and (not self.flag or self.flag in kinds or (self.flag == "any" and bool(kinds)))
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list; scores are texts with two decimals, in the order of the components."""

    no: str
    name: str
    department: str
    rank: int | None
    components: Sequence[str]
    total: str
    band: str
    reckoned: str
    flags: Sequence[str]
    why: str
    sum_differs: bool


def row_of(result: Mapping[str, Any], subject: Mapping[str, Any], lacks: Sequence[Lack]) -> Row:
    """A subject of a result document as the list shows it; flags that all have are said once above it.

    reckoned: the band as it was reckoned, where the committee has set another. why: what the roster says of it.
    """
    is_reckoned = "excluded" not in subject["flags"]
    return Row(
        no=subject["no"],
        name=subject["name"],
        department=subject["department_name"] or "",
        rank=subject["rank"],
        components=[
            two_decimals(subject["components"][component["code"]]) if is_reckoned else "—"
            for component in result["components"]
        ],
        total=padded(subject["total"]) if subject["total"] is not None else "—",
        band=subject["band_name"] or "—",
        reckoned=reckoned_band(subject),
        flags=flag_names(telling_flags(subject, lacks)),
        why=subject["exclusion"]["reason"] if "exclusion" in subject else "",
        sum_differs=sum_differs(subject, [component["code"] for component in result["components"]]),
    )


def seen_subjects(sight: Sight, run: Run, result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The subjects of a result that the account sees. Raises Http404 where that is nobody but itself."""
    if not sight.sees_colleagues(run):
        raise Http404
    seen = sight.seen_of(run)
    if seen is None:
        return list(result["subjects"])
    return [subject for subject in result["subjects"] if subject["no"] in seen]


@private_page
def results(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The list with its filters and the distribution of bands; of those whom the account sees, more than itself."""
    sight = sight_of(account_of(request), code)
    try:
        run = shown_run(request, sight.unit, period)
    except NoRun:
        sight.require_all()
        context = {"unit": sight.unit, "period_name": Period.parse(period).name}
        return render(request, "portal/no_result.html", context, status=404)
    result = outline(run)
    subjects = seen_subjects(sight, run, result)
    filters = Filters.of(request)
    rights = rights_of(account_of(request))
    lacks = lacks_of(subjects, run.edition.rules.all(), lambda permission: rights.may(permission, sight.unit))
    rows = [row_of(result, subject, lacks) for subject in subjects if filters.admits(subject)]
    bands = [(band["code"], band["name"]) for band in result["bands"]]
    return render(
        request,
        "portal/results.html",
        {
            "sight": sight,
            "unit": sight.unit,
            "run": run,
            "run_query": f"?run={run.pk}" if "run" in request.GET else "",
            "successor": successor_of(run),
            "unfinished": unfinished(run.edition, run.period, run.as_of),
            "result": result,
            "filters": filters,
            "bands": band_shares(bands, (subject["band"] for subject in subjects)),
            "distribution": distribution_of(result, subjects),
            "without_band": sum(1 for subject in subjects if not subject["band"]),
            "flags": flag_counts(telling_flags(subject, lacks) for subject in subjects),
            "lacks": lacks if sight.sees_all else [],
            "flag_kinds": [(kind, name) for kind, (name, _) in FLAG_KINDS.items()],
            "departments": sorted({subject["department_name"] or "" for subject in subjects} - {""}),
            "count": len(rows),
            "sum_differs": any(row.sum_differs for row in rows),
            "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        },
    )
