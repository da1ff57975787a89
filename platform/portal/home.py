"""The first page: what there is to see and to do, by task."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.access import overseen_units
from portal.overview import own_results, unit_overview


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The account's own results, then each unit that it sees as a whole with its next step."""
    context = {
        "own": own_results(request.user),
        "overviews": [unit_overview(unit, request.user) for unit in overseen_units(request.user)],
    }
    return render(request, "portal/home.html", context)
