"""“Why is it 96.5”: one subject's result, from the total back to who entered each event."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.errors import NoRun, SubjectUnknown
from assessments.models import Run
from assessments.reckoning import scheme_of
from portal.access import Sight, sight_of
from portal.reckoning_page import reckoning_page
from portal.runs import shown_run, successor_of
from rulesets.engine.scheme import Scheme


def seen_run(request: HttpRequest, code: str, period: str, no: str) -> tuple[Sight, Run, Scheme]:
    """The run that a page about one subject shows, and its scheme.

    Raises Http404 when there is none, or the account may not see that subject.
    """
    sight = sight_of(request.user, code)
    try:
        run = shown_run(request, sight.unit, period)
    except NoRun as error:
        raise Http404 from error
    scheme = scheme_of(run.edition)
    sight.require_subject(no, scheme.subject == "person")
    return sight, run, scheme


@login_required
@require_safe
def subject(request: HttpRequest, code: str, period: str, no: str) -> HttpResponse:
    """The whole reckoning of one subject; for those who see the unit, and for the subject itself."""
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
        "prints": scheme.subject == "person",
    }
    return render(request, "portal/subject.html", context)
