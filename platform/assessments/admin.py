"""Runs and results in the admin: to be looked through, never written."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from assessments.exports import lines_sheet, results_sheet
from assessments.models import Decision, Publication, Result, Run
from assessments.reckoning import scheme_of
from assessments.steps.admin import EditionStepsAdmin
from ledger.exports.pages import Export, ExportPages
from ledger.record_admin import PeriodFilter
from rulesets.engine.explain import signed_points
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.period import Period
from units.access import UnitAdmin, account_named
from units.models import Person
from units.pinyin import is_spelling

__all__ = ["EditionStepsAdmin"]


class ReadOnly:
    """What an assessment gave is not written by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def page_link(url_name: str, run: Run, *args: str) -> SafeString:
    """A link to a page of the portal that shows this very run."""
    address = reverse(url_name, args=[run.unit.code, run.period, *args])
    return format_html('<a href="{}?run={}">查看</a>', address, run.pk)


@admin.register(Run)
class RunAdmin(ReadOnly, UnitAdmin):
    when_empty = "人员、事项都登记好以后，在首页核算。"
    maker = staticmethod(account_named("made_by", "核算人"))
    list_display = ["unit", "edition", "period_name", "as_of", "made_at", "maker", "short_digest", "page"]
    list_display_links = ["unit", "edition"]
    list_filter = ["unit", ("period", PeriodFilter), "edition"]
    search_fields = ["digest", "period"]
    search_help_text = "可按核验码或期间查找"
    list_select_related = ["unit", "edition__scheme", "made_by"]
    date_hierarchy = "made_at"
    fields = ["unit", "edition", "period_name", "as_of", "made_at", "maker", "digest", "page"]

    @admin.display(description="期间", ordering="period")
    def period_name(self, run: Run) -> str:
        return Period.parse(run.period).name

    @admin.display(description="核验码", ordering="digest")
    def short_digest(self, run: Run) -> str:
        return run.digest[:12]

    @admin.display(description="结果")
    def page(self, run: Run) -> SafeString:
        return page_link("portal:results", run)


@admin.register(Decision)
class DecisionAdmin(ReadOnly, UnitAdmin):
    unit_path = "run__unit"
    when_empty = "核算之后，在首页打开审定页登记。"
    decider = staticmethod(account_named("decided_by", "审定登记人"))
    list_display = [
        "no",
        "run",
        "kind",
        "band_name",
        "reason",
        "minutes",
        "decided_at",
        "decider",
        "is_current",
    ]
    list_filter = ["run", "kind", "is_current"]
    search_fields = ["no", "reason", "minutes"]
    list_select_related = ["run__unit", "run__edition__scheme", "decided_by"]
    fields = [
        "run", "no", "kind", "band_name", "reason", "minutes", "decided_at", "decider", "supersedes",
        "is_current",
    ]  # fmt: skip

    @admin.display(description="审定等次", ordering="band")
    def band_name(self, decision: Decision) -> str:
        return scheme_of(decision.run.edition).rule(decision.band).name


@admin.register(Publication)
class PublicationAdmin(ReadOnly, UnitAdmin):
    unit_path = "run__unit"
    when_empty = "审定之后，在首页打开审定页公布。"
    publisher = staticmethod(account_named("published_by", "发布人"))
    list_display = [
        "scheme",
        "period_name",
        "published_at",
        "publisher",
        "reason",
        "supersedes",
        "is_current",
    ]
    list_filter = ["scheme", ("period", PeriodFilter), "is_current"]
    list_select_related = ["run__unit", "scheme", "published_by", "supersedes__scheme"]
    date_hierarchy = "published_at"
    fields = [
        "scheme", "period_name", "run", "document", "reason", "published_at", "publisher", "supersedes",
        "is_current",
    ]  # fmt: skip

    @admin.display(description="期间", ordering="period")
    def period_name(self, publication: Publication) -> str:
        return Period.parse(publication.period).name


# What stands for the event of a line that a standing rule made.
STANDING = "按期评判"
LINE_COLUMNS = ("日期", "事项号", "计分项", "原始分", "计分", "条款")


@admin.register(Result)
class ResultAdmin(ReadOnly, ExportPages, UnitAdmin):
    exports = {
        "results": Export("考核结果", results_sheet),
        "lines": Export("得分明细", lines_sheet),
    }
    export_permission = "assessments.download_result"
    when_empty = "人员、事项都登记好以后，在首页核算。"
    unit_path = "run__unit"
    list_display = ["no", "name", "department_name", "run", "plain_total", "rank", "shown_band", "page"]
    list_display_links = ["no", "name"]
    list_filter = ["run", "band_name"]
    search_fields = ["no", "name", "department_name"]
    search_help_text = "可按编号、姓名、姓名拼音或部门查找"
    list_select_related = ["run__unit", "run__edition__scheme"]
    fields = [
        "run",
        "no",
        "name",
        "department_name",
        "plain_total",
        "rank",
        "of",
        "band_name",
        "page",
        "lines",
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Also by the pinyin of the person who bears the number in the unit."""
        if not is_spelling(search_term):
            return super().get_search_results(request, queryset, search_term)
        spelt = Person.objects.filter(unit=OuterRef("run__unit"), no=OuterRef("no"))
        spelt = spelt.filter(pinyin__contains=search_term.lower())
        named = Q(no__icontains=search_term) | Q(name__icontains=search_term)
        return queryset.filter(named | Exists(spelt)), False

    @admin.display(description="等次", ordering="band_name")
    def shown_band(self, result: Result) -> str:
        """The band, and beside a decided one what was reckoned."""
        if "decision" not in result.summary:
            return result.band_name or "—"
        reckoned = result.summary.get("band_reckoned_name", result.band_name) or "未定等次"
        return f"审定 {result.band_name}，核算 {reckoned}"

    @admin.display(description="总分", ordering="total")
    def plain_total(self, result: Result) -> str:
        return plain(fraction(result.total)) if result.total is not None else "—"

    @admin.display(description="每一分的来历")
    def page(self, result: Result) -> SafeString:
        return page_link("portal:subject", result.run, result.no)

    @admin.display(description="得分明细")
    def lines(self, result: Result) -> SafeString:
        """All lines as a table: a formset of hundreds of forms takes seconds."""
        if not result.run.lines_listed:
            return mark_safe("正在列出，请稍后刷新；“每一分的来历”页上已经可以查看。")
        rows = (
            (
                date_format(line.date),
                STANDING if line.event.startswith("@") else line.event,
                f"{line.item} {line.item_name}",
                signed_points(plain(fraction(line.raw))),
                signed_points(plain(fraction(line.points))),
                line.clause,
            )
            for line in result.lines.all()
        )
        cells = format_html_join("", f"<tr>{'<td>{}</td>' * len(LINE_COLUMNS)}</tr>", rows)
        heads = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in LINE_COLUMNS))
        return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", heads, cells)
