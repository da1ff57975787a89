"""For whom and of which result papers are asked for, where somebody comes from a person, a department or a list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from assessments.models import Result, Run
from portal.runs import newest_runs, recency
from reports.forms.source import Source
from rulesets.engine.period import Period
from rulesets.models import Scheme
from units.models import Unit
from units.printing import kept_choice

LOST = "所选的名单已经不在了（只保留最近几次的选择），请回到列表重新选择，或在下面另选。"
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the address names: numbers, codes of departments; `chosen` stands for those that a list was sent with."""

    nos: Sequence[str] = ()
    departments: Sequence[str] = ()
    chosen: str = ""
    is_lost: bool = False

    @property
    def everybody(self) -> bool:
        return not self.nos and not self.departments


def asked_of(request: HttpRequest, unit: Unit) -> Asked:
    """Whom the address of a page names."""
    asked = Asked(request.GET.getlist("no"), request.GET.getlist("department"), request.GET.get("chosen", ""))
    if not asked.chosen:
        return asked
    kept = kept_choice(request, unit, asked.chosen)
    if kept is None:
        return replace(asked, is_lost=True)
    key, codes = kept
    return replace(asked, nos=codes) if key == "no" else replace(asked, departments=codes)


def runs_to_print(unit: Unit) -> list[Run]:
    """The newest run of each period of each of the unit's schemes, those that tell most first."""
    schemes = Scheme.objects.filter(unit=unit, editions__runs__isnull=False).distinct()
    return sorted((run for scheme in schemes for run in newest_runs(unit, scheme)), key=recency, reverse=True)


def run_holding(runs: Sequence[Run], asked: Asked) -> Run | None:
    """The first of the runs that has a result of those who are asked for; the first where nobody is named."""
    if asked.everybody or not runs:
        return runs[0] if runs else None
    # A department is a subject itself, or that of the people who are.
    rows = Result.objects.filter(run__in=runs)
    holding = set(rows.filter(no__in=[*asked.nos, *asked.departments]).values_list("run", flat=True))
    if asked.departments:
        held = rows.filter(summary__department__in=list(asked.departments))
        holding.update(held.values_list("run", flat=True))
    return next((run for run in runs if run.pk in holding), runs[0])


def address_of(unit: Unit, period: str, what: tuple[str, str], asked: Asked, form: str | None) -> str:
    """The page that prints for those who are asked for; what: `run` with its key, or `scheme` with its code."""
    query = [what]
    if asked.chosen:
        query.append(("chosen", asked.chosen))
    else:
        query += [("no", no) for no in asked.nos] + [("department", code) for code in asked.departments]
    query += [("form", form)] if form else []
    return f"{reverse('portal:prints', args=[unit.code, period])}?{urlencode(query)}"


def offered(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """The runs to choose among, by key and in words: the period, and the scheme."""
    return [(str(run.pk), f"{Period.parse(run.period).name}　《{run.edition.scheme.name}》") for run in runs]


def found_in(source: Source, asked: Asked) -> tuple[Asked, list[str]]:
    """Those asked for whom the result holds, with sentences about the others.

    Where the result holds none of them they stay as they are: what is left empty means everybody.
    """
    if asked.is_lost:
        return asked, [LOST]
    known = {subject["no"] for subject in source.subjects}
    of_people = {subject["department"] for subject in source.subjects}
    # Where departments are assessed, a department is asked for as a subject.
    nos = [*asked.nos, *(asked.departments if source.of_departments else ())]
    departments = [] if source.of_departments else list(asked.departments)
    missing = [no for no in nos if no not in known] + [code for code in departments if code not in of_people]
    kept = replace(
        asked,
        nos=[no for no in nos if no in known],
        departments=[code for code in departments if code in of_people],
    )
    if not missing:
        return kept, []
    named = "、".join(missing[:MOST_NAMED]) + (f"等{len(missing)}个" if len(missing) > MOST_NAMED else "")
    held_in = "结果" if source.result["digest"] else "名册"
    where = f"{source.result['period_name']}《{source.result['scheme_name']}》的{held_in}里没有"
    if kept.everybody:
        return replace(asked, nos=missing, departments=[]), [f"{where}{named}，不能打印；请换一个期间。"]
    return kept, [f"{where}{named}，已从名单中去掉。"]
