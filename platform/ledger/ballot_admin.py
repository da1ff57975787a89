"""Ballots in the admin: as means alone, and never of so few that one could tell who gave what."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest

from ledger.imports.ballots import import_ballots
from ledger.imports.pages import ImportPages
from ledger.models import Ballot
from ledger.record_admin import (
    SUBJECT_SEARCH,
    SUBJECT_SEARCH_HELP,
    CalledByName,
    NamedFilter,
    PeriodFilter,
    RecordAdmin,
)
from rulesets.engine.period import Period
from rulesets.families.review import FEWEST_SHOWN
from rulesets.names import called

# The ballots of one group of raters on one subject: what a mean is of.
GROUP = ("unit", "period", "round", "part", "rater_group", "person", "department")
# By what the list may be narrowed: nothing that would leave single ballots of a group.
NARROWED_BY = ("unit", "period", "round", "part", "rater_group")
KEPT_BACK = f"有的评议组不足{FEWEST_SHOWN}份，不显示"


def with_means(ballots: QuerySet[Any]) -> QuerySet[Any]:
    """One row for each group of raters and subject, with how many ballots it has and what they sum up to.

    is_few: a group of the same part and subject has so few that its mean would tell, or could be told from the
    others and the result.
    """
    counting = Ballot.objects.counting().order_by()
    newest = counting.values(*GROUP).annotate(newest=Max("pk")).values("newest")
    subject = Q(person=OuterRef("person")) | Q(department=OuterRef("department"))
    part = counting.filter(subject, **{name: OuterRef(name) for name in ("unit", "period", "part")})
    same = part.filter(round=OuterRef("round"), rater_group=OuterRef("rater_group")).values("unit")
    few = part.values("round", "rater_group").annotate(size=Count("pk")).filter(size__lt=FEWEST_SHOWN)
    return ballots.filter(pk__in=newest).annotate(
        voices=Subquery(same.annotate(size=Count("pk")).values("size")),
        points=Subquery(same.annotate(sum=Sum("score")).values("sum")),
        is_few=Exists(few),
    )


@admin.register(Ballot)
class BallotAdmin(ImportPages, CalledByName, RecordAdmin):
    """What the ballots came to, without anything that leads to a rater or a single ballot."""

    importer = staticmethod(import_ballots)
    kind = "ballots"
    when_empty = "先下载空白模板，填好后导入。"
    readonly_fields = ["period_name", "round_name", "part_name", "group_name", "subject", "count", "mean"]
    list_display = ["subject", "period_name", "round_name", "part_name", "group_name", "count", "mean"]
    fields = ["unit", "subject", "period_name", "round_name", "part_name", "group_name", "count", "mean"]
    list_filter = ["unit", ("period", PeriodFilter), ("part", NamedFilter.of("parts"))]
    search_fields = SUBJECT_SEARCH
    search_help_text = SUBJECT_SEARCH_HELP
    list_select_related = ["person", "department"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_means(super().get_queryset(request))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup.split("__")[0] in NARROWED_BY

    @admin.display(description="对象")
    def subject(self, ballot: Ballot) -> str:
        return str(ballot.subject)

    @admin.display(description="期间", ordering="period")
    def period_name(self, ballot: Ballot) -> str:
        return Period.parse(ballot.period).name

    @admin.display(description="轮次", ordering="round")
    def round_name(self, ballot: Any) -> str:
        return called(ballot.round, ballot.names.rounds) if ballot.round else "—"

    @admin.display(description="部分", ordering="part")
    def part_name(self, ballot: Any) -> str:
        return called(ballot.part, ballot.names.parts)

    @admin.display(description="评议组", ordering="rater_group")
    def group_name(self, ballot: Any) -> str:
        return called(ballot.rater_group, ballot.names.rater_groups) if ballot.rater_group else "—"

    @admin.display(description="份数")
    def count(self, ballot: Any) -> int:
        return int(ballot.voices)

    @admin.display(description="平均分")
    def mean(self, ballot: Any) -> str:
        if ballot.is_few:
            return KEPT_BACK
        return f"{Decimal(ballot.points) / ballot.voices:.2f}"
