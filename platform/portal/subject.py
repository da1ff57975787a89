"""“Why is it 96.5”: one subject's result, from the total back to who entered each event."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.errors import NoRun, SubjectUnknown
from assessments.models import Run
from assessments.reckoning import scheme_of
from portal.access import Sight, account_of, private_page, sight_of
from portal.reckoning_page import reckoning_page
from portal.runs import shown_run, successor_of
from rulesets.engine.scheme import Scheme


def seen_run(request: HttpRequest, code: str, period: str, no: str) -> tuple[Sight, Run, Scheme]:
    """The run that a page about one subject shows, and its scheme.

    Raises Http404 when there is none, or the account may not see that subject.
    """
    sight = sight_of(account_of(request), code)
    try:
        run = shown_run(request, sight.unit, period)
    except NoRun as error:
        raise Http404 from error
    scheme = scheme_of(run.edition)
    sight.require_subject(no, run)
    return sight, run, scheme


@private_page
def subject(request: HttpRequest, code: str, period: str, no: str) -> HttpResponse:
    """The whole reckoning of one subject; for those who see it: the subject itself, and whom the unit lets."""
    sight, run, scheme = seen_run(request, code, period, no)
    try:
        page = reckoning_page(run, scheme, no)
    except SubjectUnknown as error:
        raise Http404 from error
    context = {
        "sight": sight,
        "unit": sight.unit,
        "run": run,
        "run_query": f"?run={run.pk}" if "run" in request.GET else "",
        "successor": successor_of(run),
        "page": page,
        "prints": scheme.subject == "person" and (sight.sees_all or no == sight.own_no),
        "sees_list": sight.sees_colleagues(run),
    }
    return render(request, "portal/subject.html", context)
