"""The pages of an edition's steps to publication, in place of the edition's plain admin."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from assessments.simulation import Simulation, draft_snapshot, simulate, try_out
from assessments.steps.chart import band_chart
from assessments.steps.findings import sections_of
from assessments.steps.forms import PublicationForm, RecordForm, ReviewForm, WorkbookForm
from assessments.steps.moves import move_rows, sheets_of
from assessments.steps.taking import reckoned_periods, recorded_periods, scenario_from_record
from assessments.unfinished import unfinished
from jobs.refusal import Refusal
from ledger.lint import findings_of, recorded_metrics
from ledger.scenarios.keeping import import_scenario
from ledger.scenarios.workbook import write_scenario, write_template
from rulesets.admin.editions import EditionAdmin
from rulesets.checks import Finding, errors_of, warnings_of
from rulesets.engine.explain import chinese_date
from rulesets.models import Edition, Scenario, Tier
from rulesets.publication import awaits_second_person, publish, submit, take_back
from rulesets.scenarios import shown_verdicts
from rulesets.snapshots import snapshot_of
from tabular import TableRefused, write_workbook
from units.access import account_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STEPS = (("check", "检查"), ("scenarios", "用例"), ("simulation", "试算"), ("publish", "发布"))
ROWS_SHOWN = 100
# Tiers of a scheme whose decision tables are tried whenever a page asks.
MOST_TRIED_AT_ONCE = 1000

admin.site.unregister(Edition)


@admin.register(Edition)
class EditionStepsAdmin(EditionAdmin):
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

    # 2 用例

    def scenarios_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The edition's own cases, expected beside got; the ways to bring one in."""
        edition = self._edition(request, pk)
        self._require(request, "rulesets.view_scenario", edition)
        return self._scenarios(request, edition)

    def _scenarios(
        self,
        request: HttpRequest,
        edition: Edition,
        upload: WorkbookForm | None = None,
        taking: RecordForm | None = None,
        faults: list[str] | None = None,
    ) -> HttpResponse:
        may_add = not edition.frozen and self.may(request, "rulesets.add_scenario", edition)
        snapshot = snapshot_of(edition)
        refused = [str(error) for error in errors_of(findings_of(edition, trial=False, snapshot=snapshot))]
        verdicts = [] if refused else shown_verdicts(edition, snapshot)
        # What goes in and what must come out is megabytes where it is a year of the record.
        scenarios = list(edition.scenarios.defer("inputs", "expected"))
        periods = reckoned_periods(edition.scheme.unit) if self._sees_results(request, edition) else []
        context = {
            "pairs": list(zip(scenarios, verdicts, strict=True)) if not refused else [],
            "names": [scenario.name for scenario in scenarios] if refused else [],
            "refused": refused,
            "faults": faults or [],
            "upload": (upload or WorkbookForm()) if may_add else None,
            "taking": (taking or RecordForm(periods=periods, edition=edition))
            if may_add and periods
            else None,
            "may_delete": not edition.frozen and self.may(request, "rulesets.delete_scenario", edition),
        }
        return self._step(request, edition, "scenarios", context)

    def template(self, request: HttpRequest, pk: int) -> HttpResponse:
        """An empty workbook for a scenario of this edition."""
        edition = self._edition(request, pk)
        stream = BytesIO()
        write_template(stream, edition)
        return _download(stream, f"{edition.scheme.name}用例模板.xlsx")

    def workbook(self, request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
        """A scenario's workbook, to be looked at or changed and brought in again."""
        found = self._scenario(request, pk, scenario)
        self._require(request, "rulesets.view_scenario", found.edition)
        stream = BytesIO()
        write_scenario(stream, found)
        return _download(stream, f"{found.name}.xlsx")

    def import_workbook(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Takes a scenario's workbook in, or says what is wrong in it by sheet, row and column."""
        edition = self._edition(request, pk)
        self._require(request, "rulesets.add_scenario", edition)
        form = WorkbookForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._scenarios(request, edition, upload=form)
        file = form.cleaned_data["file"]
        try:
            scenario, is_new = import_scenario(edition, BytesIO(file.read()), filename=file.name)
        except (Refusal, TableRefused) as refused:
            return self._scenarios(request, edition, faults=str(refused).splitlines())
        messages.success(request, f"已{'新增' if is_new else '替换'}用例“{scenario}”。")
        return self._to("scenarios", edition)

    def take_from_record(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Makes a scenario of a past period's events."""
        edition = self._edition(request, pk)
        self._require(request, "rulesets.add_scenario", edition)
        if edition.frozen or not self._sees_results(request, edition):
            raise PermissionDenied
        periods = reckoned_periods(edition.scheme.unit)
        form = RecordForm(request.POST, periods=periods, edition=edition)
        if not form.is_valid():
            return self._scenarios(request, edition, taking=form)
        try:
            stated = form.cleaned_data
            scenario_from_record(edition, stated["period"], stated["name"], stated["in_detail"])
        except Refusal as refused:
            return self._scenarios(request, edition, taking=form, faults=list(refused.messages))
        messages.success(request, f"已从台账取得用例“{form.cleaned_data['name']}”。")
        return self._to("scenarios", edition)

    def delete_scenario(self, request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
        """Takes a scenario off a draft."""
        found = self._scenario(request, pk, scenario)
        self._require(request, "rulesets.delete_scenario", found.edition)
        if found.edition.frozen:
            raise PermissionDenied
        found.delete()
        messages.success(request, f"已删除用例“{found}”。")
        return self._to("scenarios", found.edition)

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
        return _download(stream, f"{edition}试算{period}.xlsx")

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
            verdicts = shown_verdicts(edition, snapshot)
            context |= {"cases": len(verdicts), "failing": [v for v in verdicts if not v.passed]}
            ready = not edition.frozen and not context["failing"]
            context["form"] = (form or self._publication_form(request, edition, findings)) if ready else None
        return self._step(request, edition, "publish", context)

    # All steps

    def _step(
        self, request: HttpRequest, edition: Edition, step: str, context: dict[str, Any]
    ) -> HttpResponse:
        names = dict(STEPS)
        shown = {
            **self.admin_site.each_context(request),
            "title": f"{edition}：{names[step]}",
            "opts": self.opts,
            "edition": edition,
            "step": step,
            "steps": [
                (code, name, reverse(f"admin:rulesets_edition_{code}", args=[edition.pk]))
                for code, name in STEPS
            ],
            **context,
        }
        return TemplateResponse(request, f"admin/rulesets/edition/step_{step}.html", shown)

    def _to(self, step: str, edition: Edition) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse(f"admin:rulesets_edition_{step}", args=[edition.pk]))

    def _require(self, request: HttpRequest, permission: str, edition: Edition) -> None:
        """Raises PermissionDenied where the account has not got the permission in the edition's unit."""
        if not self.may(request, permission, edition):
            raise PermissionDenied

    def _sees_results(self, request: HttpRequest, edition: Edition) -> bool:
        return self.may(request, "assessments.view_run", edition)

    def _scenario(self, request: HttpRequest, pk: int, scenario: int) -> Scenario:
        """The scenario of an edition that the account may see. Raises Http404."""
        edition = self._edition(request, pk)
        found = edition.scenarios.filter(pk=scenario).first()
        if found is None:
            raise Http404
        return found


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


def _download(stream: BytesIO, name: str) -> HttpResponse:
    response = HttpResponse(stream.getvalue(), content_type=WORKBOOK)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
