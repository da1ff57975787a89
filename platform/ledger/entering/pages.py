"""The pages on which a recorder enters one event, or corrects one: a small table goes through the events importer."""

import datetime
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from jobs.refusal import Refusal
from ledger.entering.forms import ATTRIBUTE, EventForm, PartFormSet
from ledger.exports.tables import events_sheet
from ledger.imports.blanks import event_offers, items_overview
from ledger.imports.doubts import day_doubted
from ledger.imports.event_columns import event_columns
from ledger.imports.events import import_events
from ledger.imports.opening import vocabulary_needed
from ledger.imports.pages import UnitForm
from ledger.models import Event
from rulesets.vocabulary import Vocabulary
from tabular import Fault, Sheet, TableRefused, write_csv
from tabular.columns import Column
from units.access import account_of, units_of
from units.models import Unit

SOURCE = "手工登记.csv"
OF_THE_EVENT = ("event_no", "date", "matter", "evidence")
PARTS_AT_FIRST, PARTS_MORE = 2, 3
FIRST_ROW = 2
"""The row of the first part in the table that goes to the importer."""


class EntryPages:
    """Gives the events' admin its pages of entering and correcting one event; mixed in before UnitAdmin."""

    def get_urls(self) -> list[URLPattern]:
        enter, correct = map(self.admin_site.admin_view, (self.enter, self.correct))  # type: ignore[attr-defined]
        return [
            path("enter/", enter, name="ledger_event_enter"),
            path("<int:key>/correct/", correct, name="ledger_event_correct"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        may_enter = self.may(request, "ledger.add_event")  # type: ignore[attr-defined]
        context = (extra_context or {}) | {"may_enter": may_enter}
        response: HttpResponse = super().changelist_view(request, context)  # type: ignore[misc]
        return response

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        event = kwargs.get("obj")
        if event is not None and event.is_current and self.may(request, "ledger.change_event", event):  # type: ignore[attr-defined]
            context["correct_address"] = reverse("admin:ledger_event_correct", args=[event.pk])
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def enter(self, request: HttpRequest) -> HttpResponse:
        """A new event of one of the account's units."""
        units = units_of(account_of(request), "ledger.add_event")
        unit = _unit_of(request, units)
        if unit is None:
            if not units.exists():
                raise PermissionDenied
            return self._entry_page(request, "登记事项", {"unit_form": UnitForm(units=units)})
        initial = {
            "event_no": next_number(unit, timezone.localdate()),
            "date": timezone.localdate().isoformat(),
        }
        return self._edit(request, unit, "登记事项", initial, [{}] * PARTS_AT_FIRST, None)

    def correct(self, request: HttpRequest, key: int) -> HttpResponse:
        """Another state of an event, which succeeds the one that is shown."""
        event = get_object_or_404(self.get_queryset(request).filter(is_current=True), pk=key)  # type: ignore[attr-defined]
        if not self.may(request, "ledger.change_event", event):  # type: ignore[attr-defined]
            raise PermissionDenied
        sheet = events_sheet(event.unit, Event.objects.filter(pk=event.pk))
        columns = _columns(vocabulary_needed(event.unit))
        rows = [dict(zip([c.code for c in columns], map(_shown, row), strict=True)) for row in sheet.rows]
        first = {name: _shown(getattr(event, name)) for name in OF_THE_EVENT}
        parts = [{_field_of(code): text for code, text in row.items()} for row in rows]
        return self._edit(request, event.unit, f"更正事项 {event.event_no}", first, parts or [{}], event)

    def _edit(
        self,
        request: HttpRequest,
        unit: Unit,
        title: str,
        initial: Mapping[str, str],
        parts: Sequence[Mapping[str, str]],
        event: Event | None,
    ) -> HttpResponse:
        """Shows the form, or enters what it says; faults stand at their fields."""
        try:
            words = vocabulary_needed(unit)
        except Refusal as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("admin:ledger_event_changelist"))
        data = request.POST.copy() if request.method == "POST" else None
        if data is not None and "more" in data:
            present = str(data.get("parts-TOTAL_FORMS", ""))
            data["parts-TOTAL_FORMS"] = str((int(present) if present.isdecimal() else 0) + PARTS_MORE)
        form = EventForm(data, initial=dict(initial))
        if not doubt_about_day(form):
            form.fields.pop("is_right")
        if event is not None:
            form.fields["event_no"].disabled = True
        formset = PartFormSet(data, initial=list(parts), prefix="parts", form_kwargs={"words": words})
        if data is not None and "more" not in data and form.is_valid() and formset.is_valid():
            saved = self._save(request, unit, words, form, formset, event)
            if saved is not None:
                again = event is None and "again" in data
                name = "enter" if again else "change"
                address = reverse(f"admin:ledger_event_{name}", args=[] if again else [saved.pk])
                return HttpResponseRedirect(f"{address}?unit={unit.pk}" if again else address)
        offers = {
            _field_of(code): offered for code, (_, offered) in event_offers(unit, words).items() if offered
        }
        context = {"unit": unit, "form": form, "formset": formset, "offers": offers, "event": event}
        return self._entry_page(request, title, context | {"overview": items_overview(words)})

    def _save(
        self,
        request: HttpRequest,
        unit: Unit,
        words: Vocabulary,
        form: Any,
        formset: Any,
        event: Event | None,
    ) -> Event | None:
        """The event as it now stands; None, with errors on the forms, where it is refused."""
        parts = [part for part in formset.forms if part.is_filled]
        number = form.cleaned_data["event_no"]
        standing = Event.objects.counting().filter(unit=unit, event_no=number)
        if not parts:
            form.add_error(None, "请至少填写一个对象和计分项。")
        elif event is None and standing.exists():
            form.add_error("event_no", f"事件号 {number} 已登记；请换一个编号，或在该事项的页面更正。")
        elif event is not None and not Event.objects.current().filter(pk=event.pk).exists():
            form.add_error(None, "这件事项在您打开本页之后已有更改；请重新打开后再更正。")
        elif (doubt := doubt_about_day(form)) and not form.cleaned_data["is_right"]:
            form.add_error("date", f"{doubt}。填错的请改正；确实无误的，请勾选“日期确实无误”后再登记。")
        else:
            content = _table(_columns(words), form.cleaned_data, parts)
            try:
                report = import_events(unit, content, filename=SOURCE, account=account_of(request))
            except TableRefused as refused:
                _place_faults(refused, _columns(words), form, parts)
            else:
                words_said = "已登记" if event is None else "已更正"
                said = words_said if report.changes_anything else "没有改动"
                messages.success(request, f"{said}：事件 {number}。")
                return Event.objects.current().get(unit=unit, event_no=number)
        return None

    def _entry_page(self, request: HttpRequest, title: str, context: dict[str, Any]) -> TemplateResponse:
        context = self.admin_site.each_context(request) | context  # type: ignore[attr-defined]
        context |= {"title": title, "opts": Event._meta}
        return TemplateResponse(request, "ledger/event_entry.html", context)


def doubt_about_day(form: Any) -> str:
    """What is odd about the day that the form states; empty where nothing is."""
    try:
        day = datetime.date.fromisoformat(form["date"].value() or "")
    except ValueError:
        return ""
    return day_doubted(day, timezone.localdate())


def next_number(unit: Unit, day: datetime.date) -> str:
    """A free event number of the day: 20260501-01, then -02."""
    prefix = f"{day:%Y%m%d}-"
    taken = Event.objects.filter(unit=unit, event_no__startswith=prefix).values_list("event_no", flat=True)
    numbers = [int(match[1]) for number in taken if (match := re.fullmatch(rf"{prefix}(\d{{1,6}})", number))]
    return f"{prefix}{max(numbers, default=0) + 1:02}"


def _unit_of(request: HttpRequest, units: QuerySet[Unit]) -> Unit | None:
    """The unit that is asked for, or the only one; None where one is to be chosen. PermissionDenied for another."""
    if "unit" in request.GET:
        form = UnitForm(request.GET, units=units)
        if not form.is_valid():
            raise PermissionDenied
        unit: Unit = form.cleaned_data["unit"]
        return unit
    found = list(units[:2])
    return found[0] if len(found) == 1 else None


def _columns(words: Vocabulary) -> list[Column]:
    return [column for column in event_columns(words) if not column.tolerated_when_empty]


def _field_of(code: str) -> str:
    """The form's field of a column of the events file."""
    fixed = ("subject", "item", "role", "level", "quantity", "rank", "out_of", "remark", *OF_THE_EVENT)
    return code if code in fixed else f"{ATTRIBUTE}{code}"


def _shown(value: Any) -> str:
    """A cell's value as an input holds it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return "" if value is None else str(value)


def _table(columns: Sequence[Column], event: Mapping[str, str], parts: Sequence[Any]) -> BytesIO:
    """What the forms say as an events file, a row a part."""
    rows = [
        [
            (event[column.code] if column.code in OF_THE_EVENT else part.cleaned_data[_field_of(column.code)])
            or None
            for column in columns
        ]
        for part in parts
    ]
    stream = BytesIO()
    write_csv(stream, Sheet("事项", [column.name for column in columns], rows))
    stream.seek(0)
    return stream


def _place_faults(refused: TableRefused, columns: Sequence[Column], form: Any, parts: Sequence[Any]) -> None:
    """Puts each fault at the field that it speaks of; what the event has once is said once."""
    codes = {column.name: column.code for column in columns}
    for fault in refused:
        code = codes.get(fault.column, "")
        if code in OF_THE_EVENT:
            if fault.problem not in form.errors.get(code, []):
                form.add_error(code, fault.problem)
        elif code and fault.row is not None:
            parts[fault.row - FIRST_ROW].add_error(_field_of(code), _without_rows(fault))
        else:
            form.add_error(None, fault.problem)


def _without_rows(fault: Fault) -> str:
    """A fault's sentence for a page that has no row numbers."""
    return re.sub(r"第 (\d+) 行", lambda match: f"第 {int(match[1]) - FIRST_ROW + 1} 个对象", fault.problem)
