"""Ordering a reckoning from the first page: the same as the command `assess`, for those who may."""

import datetime
from collections.abc import Iterable
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from assessments.reckoning import reckon
from jobs.refusal import Refusal
from portal.access import account_of, sight_of
from rulesets.engine.period import Period, PeriodKind
from units.models import Unit

# The years whose periods can be chosen on the page: always so many, and never more, however old a day on record.
YEARS, MOST_YEARS = 2, 10


def offered_periods(
    kinds: list[str], today: datetime.date, recorded: Iterable[int] = ()
) -> list[tuple[str, str]]:
    """Code and name of the periods of these kinds that have begun, newest first.

    Those of this year and last year, and back to the first of the recorded years.
    """
    first = max(min(today.year - YEARS + 1, *recorded, today.year), today.year - MOST_YEARS + 1)
    years = [Period(year, 1, PeriodKind.YEAR) for year in range(today.year, first - 1, -1)]
    periods = [part for year in years for kind in kinds for part in year.parts(PeriodKind(kind))]
    begun = [period for period in periods if period.start <= today]
    newest_first = sorted(begun, key=lambda period: (period.end, period.kind.value), reverse=True)
    return [(period.code, period.name) for period in newest_first]


class ReckoningForm(forms.Form):
    """What is to be reckoned: the scheme's code, the period's, and by what day things count."""

    scheme = forms.CharField(widget=forms.HiddenInput)
    period = forms.CharField(label="期间")
    as_of = forms.DateField(label="数据截至", required=False)


def home_of(unit: Unit) -> str:
    """The address of the first page with this unit on it."""
    return f"{reverse('portal:home')}?{urlencode({'unit': unit.code})}"


@login_required
@require_POST
def assess(request: HttpRequest, code: str) -> HttpResponse:
    """Reckons and shows the result; what is refused is said on the first page, and nothing is changed."""
    sight = sight_of(account_of(request), code)
    sight.require_assessing()
    form = ReckoningForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有核算：请选择期间，截至日期写作2025年12月31日。")
        return redirect(home_of(sight.unit))
    chosen = form.cleaned_data
    try:
        run = reckon(
            sight.unit,
            chosen["period"],
            scheme_code=chosen["scheme"],
            as_of=chosen["as_of"],
            account=account_of(request),
        )
    except Refusal as refusal:
        for message in refusal.messages:
            messages.error(request, f"没有核算：{message}")
        return redirect(home_of(sight.unit))
    return redirect(f"{reverse('portal:results', args=[sight.unit.code, run.period])}?run={run.pk}")
