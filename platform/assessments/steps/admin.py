"""The pages of an edition's steps to publication, in place of the edition's plain admin."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from assessments.simulation import Simulation, draft_snapshot, simulate, try_out
from assessments.steps.cases import CasePages
from assessments.steps.chart import band_chart
from assessments.steps.findings import sections_of
from assessments.steps.forms import PublicationForm, ReviewForm
from assessments.steps.moves import move_rows, sheets_of
from assessments.steps.pages import download
from assessments.steps.taking import reckoned_periods, recorded_periods
from assessments.unfinished import unfinished
from jobs.refusal import Refusal
from ledger.lint import findings_of, recorded_metrics
from rulesets.checks import Finding, errors_of, warnings_of
from rulesets.engine.explain import chinese_date
from rulesets.models import Edition, Tier
from rulesets.publication import awaits_second_person, publish, submit, take_back
from rulesets.scenarios import ScenariosFailed, are_large, cases_of, check_cases
from rulesets.snapshots import snapshot_of
from tabular import write_workbook
from units.access import account_of

ROWS_SHOWN = 100
# Tiers of a scheme whose decision tables are tried whenever a page asks.
MOST_TRIED_AT_ONCE = 1000

admin.site.unregister(Edition)


@admin.register(Edition)
class EditionStepsAdmin(CasePages):
    """An edition with its steps 检查, 用例, 试算, 发布."""

    def get_urls(self) -> list[Any]:
        wall = self.admin_site.admin_view
        pages = {
            "check": self.check_page,
            "scenarios": self.scenarios_page,
            "simulation": self.simulation_page,
            "publish": self.publish_page,
            "scenarios/template": self.template,
            "scenarios/import": require_POST(self.import_workbook),
            "scenarios/take": require_POST(self.take_from_record),
            "scenarios/check": require_POST(self.check_scenarios),
            "simulation/download": self.download_simulation,
        }
        own = [
            path(f"<int:pk>/{way}/", wall(view), name=f"rulesets_edition_{way.replace('/', '_')}")
            for way, view in pages.items()
        ]
        of_scenario = {"workbook": self.workbook, "delete": require_POST(self.delete_scenario)}
        own += [
            path(
                f"<int:pk>/scenarios/<int:scenario>/{way}/",
                wall(view),
                name=f"rulesets_edition_scenario_{way}",
            )
            for way, view in of_scenario.items()
        ]
        return own + super().get_urls()

    # 1 检查

    def check_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is wrong or doubtful, each finding with the page where it is put right."""
        edition = self._edition(request, pk)
        return self._step(request, edition, "check", {"sections": sections_of(edition, findings_of(edition))})

    # 3 试算

    def simulation_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The edition on the events of a past period, beside the result that stands."""
        edition = self._edition(request, pk)
        if not self._sees_results(request, edition):
            raise PermissionDenied
        reckoned = reckoned_periods(edition.scheme.unit)
        # A unit that has no result yet tries its scheme on what is on record.
        periods = list(dict.fromkeys([*reckoned, *recorded_periods(edition)]))
        context: dict[str, Any] = {"periods": periods, "chosen": request.GET.get("period", "")}
        if context["chosen"] in dict(periods):
            try:
                simulation = _simulated(edition, context["chosen"])
            except Refusal as refused:
                context["refused"] = refused.messages
            else:
                rows = move_rows(simulation)
                context |= {
                    "simulation": simulation,
                    "as_of": chinese_date(simulation.result["as_of"]),
                    "unfinished": _unfinished(edition, simulation),
                    "chart": band_chart(simulation.bands, beside=simulation.standing is not None),
                    "rows": rows[:ROWS_SHOWN],
                    "more": max(0, len(rows) - ROWS_SHOWN),
                    "has_sums": any(tally.sum_after is not None for tally in simulation.outcomes),
                    "has_money": any(move.money for move in simulation.moves),
                    "banded": sum(row.band.changed for row in rows),
                    "moving": len(rows),
                    "all": len(simulation.result["subjects"]),
                }
        return self._step(request, edition, "simulation", context)

    def download_simulation(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The whole simulation as a workbook."""
        edition = self._edition(request, pk)
        if not self._sees_results(request, edition):
            raise PermissionDenied
        period = request.GET.get("period", "")
        try:
            simulation = _simulated(edition, period)
        except Refusal as refused:
            raise Http404 from refused
        stream = BytesIO()
        write_workbook(stream, sheets_of(simulation))
        return download(stream, f"{edition}试算{period}.xlsx")

    # 4 发布

    def publish_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What stands in the way, the form that publishes or puts the draft before the second person."""
        edition = self._edition(request, pk)
        if request.method != "POST":
            return self._publication(request, edition, None)
        if edition.frozen:
            raise PermissionDenied
        if "take_back" in request.POST:
            self._require(request, "rulesets.change_edition", edition)
            take_back(edition)
            messages.success(request, f"“{edition}”已退回修改。")
            return self._to("publish", edition)
        form = self._publication_form(request, edition, _findings(edition, snapshot_of(edition)))
        if form is None:
            raise PermissionDenied
        if not form.is_valid():
            return self._publication(request, edition, form)
        try:
            said = self._carry_on(request, edition, form.cleaned_data)
        except ScenariosFailed as failed:
            # The differences are told on the page of cases; what was kept of them was taken back with the publication.
            messages.error(request, failed.messages[0])
            check_cases(edition, account_of(request))
            return self._to("publish", edition)
        except Refusal as refused:
            for message in refused.messages:
                messages.error(request, message)
            return self._to("publish", edition)
        messages.success(request, said)
        return self._to("publish", edition)

    def _carry_on(self, request: HttpRequest, edition: Edition, stated: dict[str, Any]) -> str:
        """Publishes, or submits where the unit asks for a second person and nothing was submitted yet."""
        account, reason = account_of(request), stated["reason"]
        number = stated.get("document_number")
        metrics = recorded_metrics(edition.scheme.unit)
        if edition.scheme.unit.second_person and not awaits_second_person(edition):
            submit(edition, account, reason, document_number=number, recorded_metrics=metrics)
            return f"“{edition}”已提交，请另一人复核后发布。"
        publish(edition, account, reason, document_number=number, recorded_metrics=metrics)
        return f"“{edition}”已经发布。"

    def _publication_form(
        self, request: HttpRequest, edition: Edition, findings: list[Finding]
    ) -> PublicationForm | ReviewForm | None:
        """The form that this account may fill in now; None where it has nothing to do."""
        data = request.POST if request.method == "POST" else None
        may_publish = self.may(request, "rulesets.publish_edition", edition)
        asks_second = edition.scheme.unit.second_person
        if asks_second and awaits_second_person(edition):
            is_first = edition.submitted_by_id == account_of(request).pk
            return ReviewForm(data) if may_publish and not is_first else None
        if not may_publish and not (asks_second and self.may(request, "rulesets.change_edition", edition)):
            return None
        warned = bool(warnings_of(findings))
        return PublicationForm(
            data, reason_required=warned, initial={"document_number": edition.document_number}
        )

    def _publication(
        self, request: HttpRequest, edition: Edition, form: PublicationForm | ReviewForm | None
    ) -> HttpResponse:
        snapshot, awaits = snapshot_of(edition), awaits_second_person(edition)
        findings = _findings(edition, snapshot)
        context: dict[str, Any] = {
            "errors": len(errors_of(findings)),
            "warnings": len(warnings_of(findings)),
            "awaits": awaits,
            "outdated": bool(edition.submitted_digest) and not awaits,
            "asks_second": edition.scheme.unit.second_person,
            "may_take_back": self.may(request, "rulesets.change_edition", edition),
        }
        if not context["errors"]:
            cases = cases_of(edition, snapshot)
            unchecked = [case for case in cases if case.is_open]
            context |= {
                "cases": len(cases),
                "failing": [case for case in cases if case.kept and not case.kept.passed],
                "unchecked": len(unchecked),
                # A page does not wait for large ones: they are checked first.
                "waits": are_large(unchecked),
            }
            ready = not edition.frozen and not context["failing"] and not context["waits"]
            context["form"] = (form or self._publication_form(request, edition, findings)) if ready else None
        return self._step(request, edition, "publish", context)


def _tried_at_once(edition: Edition) -> bool:
    """Whether the trial of the decision tables is quick enough for a page; else it waits for the publication."""
    return Tier.objects.filter(rule__edition=edition).count() <= MOST_TRIED_AT_ONCE


def _simulated(edition: Edition, period: str) -> Simulation:
    """Beside the result that stands where there is one. Raises Refusal."""
    unit, snapshot = edition.scheme.unit, draft_snapshot(edition)
    way = simulate if period in dict(reckoned_periods(unit)) else try_out
    return way(unit, period, snapshot)


def _unfinished(edition: Edition, simulation: Simulation) -> str:
    return unfinished(edition, simulation.result["period"], date.fromisoformat(simulation.result["as_of"]))


def _findings(edition: Edition, snapshot: Mapping[str, Any]) -> list[Finding]:
    return findings_of(edition, trial=_tried_at_once(edition), snapshot=snapshot)
