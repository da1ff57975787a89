"""Pages of the record: read-only lists, the history of an event, and imports from spreadsheets."""

from collections.abc import Mapping
from itertools import starmap
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ledger.ballot_admin import BallotAdmin
from ledger.entering.pages import EntryPages
from ledger.errors import WithdrawalRefused
from ledger.exports.pages import Export, ExportPages
from ledger.exports.tables import events_sheet, metrics_sheet
from ledger.import_admin import ImportRecordAdmin as ImportRecordAdmin
from ledger.imports.events import import_events
from ledger.imports.exclusions import import_exclusions
from ledger.imports.metrics import import_metrics
from ledger.imports.pages import ImportPages
from ledger.models import Batch, Event, Exclusion, Metric, Participant, PeriodClosing
from ledger.people_admin import NamedAppointmentAdmin, PersonImportAdmin
from ledger.record_admin import (
    SUBJECT_SEARCH,
    SUBJECT_SEARCH_HELP,
    CalledByName,
    CurrentFilter,
    DayPeriodFilter,
    NamedFilter,
    PeriodFilter,
    RecordAdmin,
    codes_called,
)
from ledger.withdrawal import LONGEST_REASON, withdraw_event
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.period import Period
from rulesets.names import called
from rulesets.vocabulary import Vocabulary, vocabulary_of
from units.access import account_named, account_of, within_units
from units.models import Person

# Registered by being imported.
__all__ = ["BallotAdmin", "NamedAppointmentAdmin", "PersonImportAdmin"]


class ParticipantInline(admin.TabularInline):
    """An event's participants, for whoever may see the event."""

    model = Participant
    fields = ["subject", "what", "as_role", "at_level", "quantity", "rank", "out_of", "further", "remark"]
    readonly_fields = ["subject", "what", "as_role", "at_level", "further"]
    extra = 0
    # The unit's words, read once a page: Django makes a new inline for each request.
    words: Vocabulary

    def get_formset(self, request: HttpRequest, obj: Event | None = None, **kwargs: Any) -> Any:
        if obj is not None:
            self.words = vocabulary_of(obj.unit)
        return super().get_formset(request, obj, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("person", "department")

    @admin.display(description="对象")
    def subject(self, participant: Participant) -> str:
        return str(participant.subject)

    @admin.display(description="计分项")
    def what(self, participant: Participant) -> str:
        item = self.words.items.get(participant.item)
        return f"{item.code} {item.name}" if item else participant.item

    @admin.display(description="角色")
    def as_role(self, participant: Participant) -> str:
        role = self.words.roles.get(participant.role)
        return role.name if role else participant.role

    @admin.display(description="级别")
    def at_level(self, participant: Participant) -> str:
        return self.words.levels.get(participant.level, participant.level)

    @admin.display(description="其他要素")
    def further(self, participant: Participant) -> str:
        return "；".join(starmap(self._attribute, sorted(participant.attributes.items()))) or "—"

    def _attribute(self, code: str, text: str) -> str:
        attribute = self.words.attributes.get(code)
        return f"{attribute.name}：{attribute.choices.get(text, text)}" if attribute else f"{code}：{text}"


class WithdrawalForm(forms.Form):
    """Why events are withdrawn."""

    reason = forms.CharField(label="撤回理由", max_length=LONGEST_REASON, widget=forms.Textarea)


@admin.register(Event)
class EventAdmin(EntryPages, ImportPages, ExportPages, CalledByName, RecordAdmin):
    import_export_change_list_template = "ledger/event_list.html"
    change_form_template = "ledger/event.html"
    exports = {"events": Export("事项", events_sheet)}
    importer = staticmethod(import_events)
    kind = "events"
    when_empty = "可以下载空白模板填好后一次导入，也可以逐件登记；要先有人员和考核办法。"
    list_display = ["event_no", "date", "who", "matter", "evidence", "batch", "is_current"]
    list_filter = [CurrentFilter, "unit", DayPeriodFilter]
    search_fields = ["event_no", "matter", "evidence"]
    search_help_text = "可按事件号、工号、姓名、姓名拼音、计分项、同一事项或依据查找"
    # The newest number first. By the unit itself: by its code, a database sorts all of its events first.
    ordering = ["-unit_id", "-event_no", "-pk"]
    fields = ["unit", "event_no", "date", "matter", "evidence", "withdrawal_reason", "batch", "history"]
    readonly_fields = ["history"]
    inlines = [ParticipantInline]
    list_select_related = ["batch"]
    actions = ["withdraw"]
    action_permissions = {"withdraw": "ledger.change_event"}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Also by participant and item; found apart, since a join over a year's participants takes seconds."""
        for word in search_term.split():
            people = within_units(Person.objects.all(), request.user)
            named = people.filter(Q(no__icontains=word) | Q(name__icontains=word) | Q(pinyin__icontains=word))
            items = Q(item__icontains=word) | Q(item__in=codes_called(request, word, "items"))
            parts = Participant.objects.filter(Q(person__in=named) | items).values("event")
            text = Q(event_no__icontains=word) | Q(matter__icontains=word) | Q(evidence__icontains=word)
            queryset = queryset.filter(text | Q(pk__in=parts))
        return queryset, False

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "ledger.change_event")

    @admin.action(description="撤回所选事项", permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Asks for the reason, then withdraws all of the chosen events or none."""
        form = WithdrawalForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            context = self.admin_site.each_context(request)
            context |= {"title": "撤回事项", "opts": self.opts, "form": form, "events": queryset}
            context["checkbox_name"] = ACTION_CHECKBOX_NAME
            return TemplateResponse(request, "ledger/withdraw.html", context)
        events = list(queryset.select_related("unit"))
        try:
            with transaction.atomic():
                for event in events:
                    withdraw_event(
                        event.unit, event.event_no, form.cleaned_data["reason"], account_of(request)
                    )
        except WithdrawalRefused as refused:
            self.message_user(request, f"没有撤回任何事项：{refused}", messages.ERROR)
        else:
            self.message_user(request, f"已撤回 {len(events)} 件事项，原记录保留。", messages.SUCCESS)
        return None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super().get_queryset(request).prefetch_related("participants__person", "participants__department")
        )

    @admin.display(description="对象与计分项")
    def who(self, event: Any) -> str:
        if event.withdrawal_reason:
            return "（已撤回）"
        names: Mapping[str, str] = event.names.items
        parts = event.participants.all()
        return "；".join(f"{part.subject} {part.item} {names.get(part.item, '')}".rstrip() for part in parts)

    @admin.display(description="历次记录")
    def history(self, event: Event) -> SafeString:
        states = Event.objects.filter(unit=event.unit_id, event_no=event.event_no).select_related("batch")
        rows = (
            (reverse("admin:ledger_event_change", args=[state.pk]), state.batch, _standing(state, event))
            for state in states.order_by("pk")
        )
        return format_html("<ol>{}</ol>", format_html_join("", '<li><a href="{}">{}</a> {}</li>', rows))


def _standing(state: Event, shown: Event) -> str:
    """How a list of an event's states marks one of them."""
    words = ["现行" if state.is_current else "已被取代"]
    if state.pk == shown.pk:
        words.append("本页")
    return f"（{'，'.join(words)}）"


@admin.register(Metric)
class MetricAdmin(ImportPages, ExportPages, CalledByName, RecordAdmin):
    exports = {"metrics": Export("指标数据", metrics_sheet)}
    importer = staticmethod(import_metrics)
    kind = "metrics"
    when_empty = "先下载空白模板，填好后导入。"
    fields = [
        *("unit", "figure", "period_name", "subject", "plain_value", "withdrawal_reason", "batch"),
        "is_current",
    ]
    readonly_fields = ["figure", "period_name", "subject", "plain_value"]
    list_display = ["figure", "period_name", "subject", "plain_value", "batch"]
    list_filter = [CurrentFilter, "unit", ("period", PeriodFilter), ("metric", NamedFilter.of("figures"))]
    search_fields = SUBJECT_SEARCH
    search_help_text = SUBJECT_SEARCH_HELP
    list_select_related = ["person", "department", "batch"]

    @admin.display(description="对象")
    def subject(self, metric: Metric) -> str:
        return str(metric.subject)

    @admin.display(description="指标", ordering="metric")
    def figure(self, metric: Any) -> str:
        return called(metric.metric, metric.names.figures)

    @admin.display(description="期间", ordering="period")
    def period_name(self, metric: Metric) -> str:
        return Period.parse(metric.period).name

    @admin.display(description="数值", ordering="value")
    def plain_value(self, metric: Metric) -> str:
        value = plain(fraction(metric.value))
        return f"{value}（已撤回）" if metric.withdrawal_reason else value


@admin.register(Batch)
class BatchAdmin(RecordAdmin):
    when_empty = "导入、登记、更正或撤回之后自动生成。"
    maker = staticmethod(account_named("made_by", "经办人"))
    list_display = ["number", "unit", "kind", "source", "size", "maker", "made_at", "head"]
    fields = [
        *("unit", "number", "kind", "source", "size", "maker", "made_at"),
        *("file_digest", "root", "previous", "head"),
    ]
    readonly_fields = ["maker"]
    list_filter = ["unit", "kind"]
    list_select_related = ["unit", "made_by"]
    date_hierarchy = "made_at"


@admin.register(PeriodClosing)
class PeriodClosingAdmin(RecordAdmin):
    when_empty = "结果公布之后，可在首页给这一期间封账。"
    closer = staticmethod(account_named("closed_by", "封账人"))
    reopener = staticmethod(account_named("reopened_by", "解除人"))
    list_display = ["unit", "period_name", "closed_at", "closer", "reopened_at", "reopener", "reason"]
    fields = ["unit", "period_name", "closed_at", "closer", "reopened_at", "reopener", "reason"]
    readonly_fields = ["period_name", "closer", "reopener"]
    list_filter = ["unit", ("period", PeriodFilter)]
    list_select_related = ["unit", "closed_by", "reopened_by"]

    @admin.display(description="期间", ordering="period")
    def period_name(self, closing: PeriodClosing) -> str:
        return Period.parse(closing.period).name


@admin.register(Exclusion)
class ExclusionAdmin(ImportPages, RecordAdmin):
    """What was entered on rosters: on the portal's page of a roster, or by a spreadsheet."""

    importer = staticmethod(import_exclusions)
    kind = "roster"
    when_empty = (
        "名册按任职自动编成，只有不参加考核的、不定等次的才登记；人少时可在首页的考核对象名册里勾选。"
    )
    said_after = "名册变了，请重新核算。"

    maker = staticmethod(account_named("made_by", "登记人"))
    list_display = ["subject", "period_name", "kind", "why", "since", "made_at", "maker", "is_current"]
    fields = [
        *("unit", "period_name", "subject", "kind", "ground", "reason", "since", "made_at", "maker"),
        "supersedes",
        "is_current",
    ]
    readonly_fields = ["period_name", "subject", "maker"]
    list_filter = [CurrentFilter, "unit", ("period", PeriodFilter), "kind", "ground"]
    search_fields = SUBJECT_SEARCH
    search_help_text = SUBJECT_SEARCH_HELP
    list_select_related = ["person", "department", "made_by"]

    @admin.display(description="对象")
    def subject(self, exclusion: Exclusion) -> str:
        return str(exclusion.subject)

    @admin.display(description="期间", ordering="period")
    def period_name(self, exclusion: Exclusion) -> str:
        return Period.parse(exclusion.period).name

    @admin.display(description="理由")
    def why(self, exclusion: Exclusion) -> str:
        return exclusion.why or "—"
