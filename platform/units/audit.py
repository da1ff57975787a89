"""The page 操作记录 of a unit: who changed what and who signed in or failed to, for those who audit."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django import forms
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from units.access import account_of, units_of
from units.history import Past
from units.models import Account, Unit
from units.paging import leaf_of
from units.past import ON_A_PAGE, Histories
from units.site import AUDITS


@dataclass(frozen=True, slots=True)
class SignIn:
    """An attempt to sign in, and what came of it."""

    when: datetime.datetime
    username: str
    address: str
    result: str


class AuditForm(forms.Form):
    """Which unit, and up to which day."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), required=False)
    day = forms.DateField(required=False)


def audit(request: HttpRequest, each_context: dict[str, Any]) -> HttpResponse:
    """The changes and sign-ins of a unit in which the account audits. Raises PermissionDenied."""
    units = units_of(account_of(request), AUDITS).order_by("code")
    form = AuditForm(request.GET)
    form.fields["unit"].queryset = units  # type: ignore[attr-defined]
    asked = form.cleaned_data if form.is_valid() else {}
    unit = asked.get("unit") or units.first()
    if unit is None:
        raise PermissionDenied
    day = asked.get("day") or timezone.localdate()
    end = timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time.min))
    context = {
        **each_context,
        "title": f"操作记录：{unit}",
        "units": list(units),
        "unit": unit,
        "day": day,
        "changes": leaf_of(request, changes_of(unit, end), ON_A_PAGE),
        "signs": leaf_of(request, SignIns(unit, end), ON_A_PAGE, "signs"),
    }
    return TemplateResponse(request, "units/audit.html", context)


def past_models() -> Iterator[Any]:
    """The tables of history."""
    return (model for model in apps.get_models() if issubclass(model, Past))


def changes_of(unit: Unit, end: datetime.datetime) -> Histories:
    """The changes of the unit's rows before a moment, the newest first, each beside what was before."""
    return Histories(model.objects.filter(of_unit=unit.pk, history_date__lt=end) for model in past_models())


class SignIns:
    """The attempts to sign in to accounts of the unit before a moment, the newest first, as Paginator asks for them."""

    def __init__(self, unit: Unit, end: datetime.datetime) -> None:
        names = list(Account.objects.filter(unit=unit).values_list("username", flat=True))
        self.good = AccessLog.objects.filter(username__in=names, attempt_time__lt=end)
        self.failed = AccessFailureLog.objects.filter(username__in=names, attempt_time__lt=end)

    def count(self) -> int:
        """How many there are; one query."""
        keys = [logs.order_by().values("pk") for logs in (self.good, self.failed)]
        return keys[0].union(keys[1], all=True).count()

    def __getitem__(self, place: slice) -> list[SignIn]:
        signs = [
            SignIn(log.attempt_time, log.username, log.ip_address or "", "已登录")
            for log in self.good.order_by("-attempt_time", "-pk")[: place.stop]
        ]
        signs += [
            SignIn(
                log.attempt_time,
                log.username,
                log.ip_address or "",
                "失败，已锁定" if log.locked_out else "失败",
            )
            for log in self.failed.order_by("-attempt_time", "-pk")[: place.stop]
        ]
        return sorted(signs, key=lambda sign: sign.when, reverse=True)[place]
