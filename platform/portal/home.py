"""The first page: what there is to see and to do, by task."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from portal.access import account_of, overseen_units, private_page
from portal.errands import errands_for
from portal.overview import own_results, unit_overview
from rulesets.engine.period import Period, PeriodUnknown


@private_page
def home(request: HttpRequest) -> HttpResponse:
    """The account's own results, then a unit that it sees as a whole, by stages and with its next step.

    `?unit=` and `?period=` choose which; who oversees several units has a switch.
    """
    account = account_of(request)
    units = overseen_units(account)
    named = request.GET.get("unit")
    unit = next((unit for unit in units if unit.code == named), None) if named else None
    if named and unit is None:
        raise Http404
    unit = unit or (units[0] if units else None)
    context = {
        "own": own_results(account),
        "units": units,
        "unit": unit,
        "errands": None if unit or account.person_id else errands_for(account),
        "overview": unit_overview(unit, account, asked_period(request)) if unit else None,
    }
    return render(request, "portal/home.html", context)


def asked_period(request: HttpRequest) -> Period | None:
    """The period that the address names, None where it names none. Raises Http404 for what is no period."""
    named = request.GET.get("period")
    if not named:
        return None
    try:
        return Period.parse(named)
    except PeriodUnknown as error:
        raise Http404 from error
