"""The first page: what there is to see and to do, by task."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.access import account_of, overseen_units, private_page
from portal.overview import own_results, unit_overview


@private_page
def home(request: HttpRequest) -> HttpResponse:
    """The account's own results, then each unit that it sees as a whole with its next step."""
    account = account_of(request)
    context = {
        "own": own_results(account),
        "overviews": [unit_overview(unit, account) for unit in overseen_units(account)],
    }
    return render(request, "portal/home.html", context)
