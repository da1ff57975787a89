"""The roster's page 考核对象名册: who is assessed in a period, who is taken out and why."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jobs.refusal import Refusal
from ledger.models import Exclusion, PeriodClosing
from ledger.roster import LONGEST_REASON, Entry, RosterRow, enter, roster_of, subject_kinds, subject_named
from portal.access import PRINTS, account_of, sight_of
from portal.rights import KEEP_ROSTER, SEE_ROSTER
from rulesets.engine.period import Period
from rulesets.models import Edition
from units.models import Account, Unit
from units.rights import rights_of


class EntryForm(forms.Form):
    """What is entered of the ticked subjects."""

    no = forms.MultipleChoiceField(error_messages={"required": "请先勾选要调整的考核对象。"})
    kind = forms.ChoiceField(
        label="处理", choices=Exclusion.Kind.choices, error_messages={"required": "请选择如何处理。"}
    )
    ground = forms.ChoiceField(
        label="情形", choices=Exclusion.Ground.choices, error_messages={"required": "请选择情形。"}
    )
    reason = forms.CharField(label="说明", max_length=LONGEST_REASON, required=False)
    since = forms.DateField(
        label="起算日",
        required=False,
        error_messages={"invalid": "起算日请写作2025年3月1日。"},
    )

    def __init__(self, nos: list[str], data: QueryDict | None) -> None:
        super().__init__(data)
        field = self.fields["no"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(no, no) for no in nos]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The roster as of the period's end, or today. A POST enters something of the ticked subjects."""
    account = account_of(request)
    rights = rights_of(account)
    unit = sight_of(account, code).unit
    if not rights.may(SEE_ROSTER, unit):
        raise Http404
    keeps = rights.may(KEEP_ROSTER, unit)
    span, kinds = Period.parse(period), list(subject_kinds(unit).items())
    kind = request.GET.get("kind", kinds[0][0])
    if kind not in dict(kinds):
        raise Http404
    day = min(span.end, timezone.localdate())
    rows = roster_of(unit, span, kind, day)
    nos = [row.no for row in rows if row.in_office]
    form = EntryForm(nos, None)
    if request.method == "POST":
        if not keeps:
            raise Http404
        form = EntryForm(nos, request.POST)
        if form.is_valid() and _entered(request, unit, span, kind, form, account):
            return redirect(f"{reverse('portal:roster', args=[unit.code, span.code])}?kind={kind}")
    context = _shown(unit, span, kind, day, rows) | {
        "kinds": kinds,
        "keeps": keeps,
        "print_address": print_address(unit, span, kind) if rights.may(PRINTS, unit) else "",
        "form": form,
        "ticked": set(request.POST.getlist("no")),
    }
    return render(request, "portal/roster.html", context)


def _shown(
    unit: Unit, period: Period, kind: str, day: datetime.date, rows: list[RosterRow]
) -> dict[str, Any]:
    """What the page shows to whoever may see it."""
    return {
        "unit": unit,
        "period": period,
        "kind": kind,
        "day": day,
        "groups": _groups(rows),
        "assessed": sum(row.is_assessed for row in rows),
        "closing": PeriodClosing.objects.in_force(unit).filter(period=period.code).first(),
        "entry_kinds": Exclusion.Kind.choices,
        "grounds": Exclusion.Ground.choices,
    }


def print_address(unit: Unit, period: Period, kind: str) -> str:
    """Where the period's roster is printed, under the first scheme that assesses this kind; empty where none does."""
    published = [e for e in Edition.objects.spoken_in(unit) if e.status == Edition.Status.PUBLISHED]
    scheme = next((e.scheme.code for e in published if e.subject == kind), None)
    address = reverse("portal:prints", args=[unit.code, period.code])
    return f"{address}?{urlencode({'scheme': scheme, 'form': 'roster'})}" if scheme else ""


def _groups(rows: list[RosterRow]) -> list[tuple[str, bool, list[RosterRow]]]:
    """Heading, whether its subjects can be ticked, rows; groups without any left out."""
    groups = [
        ("调出名册或不定等次", True, [row for row in rows if row.in_office and row.exclusion is not None]),
        ("参加考核", True, [row for row in rows if row.in_office and row.exclusion is None]),
        ("期间内离任，不参加考核", False, [row for row in rows if not row.in_office]),
    ]
    return [group for group in groups if group[2]]


def _entered(
    request: HttpRequest, unit: Unit, period: Period, kind: str, form: EntryForm, account: Account
) -> bool:
    """Enters it of all ticked subjects or of none; says what was done, or why nothing was."""
    given = form.cleaned_data
    since: datetime.date = given["since"] or period.start
    entry = Entry(given["kind"], given["ground"], given["reason"], since)
    try:
        with transaction.atomic():
            made = [
                enter(unit, period.code, subject_named(unit, kind, no), entry, account) for no in given["no"]
            ]
    except Refusal as refusal:
        for message in refusal.messages:
            messages.error(request, f"没有登记：{message}")
        return False
    count = sum(is_new for _, is_new in made)
    said = f"名册已调整{count}个对象，请重新核算。" if count else "名册中已有同样的记录，没有改动。"
    messages.success(request, said)
    return True
