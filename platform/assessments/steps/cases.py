"""The pages of an edition's own cases: expected beside got, brought in by workbook or from the record."""

from contextlib import suppress
from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from assessments.steps.forms import RecordForm, WorkbookForm
from assessments.steps.pages import StepPages, download
from assessments.steps.taking import reckoned_periods, scenario_from_record
from jobs.refusal import Refusal
from ledger.lint import findings_of
from ledger.scenarios.keeping import import_scenario
from ledger.scenarios.workbook import write_scenario, write_template
from rulesets.checks import errors_of
from rulesets.models import Edition, Scenario
from rulesets.reckoning import RunRefused
from rulesets.scenarios import are_large, cases_of, check_cases, latest_check
from rulesets.snapshots import snapshot_of
from tabular import TableRefused
from units.access import account_of

CHECK = "rulesets.add_scenarioverdict"


class CasePages(StepPages):
    """The step 用例."""

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
        cases = cases_of(edition, snapshot)
        periods = reckoned_periods(edition.scheme.unit) if self._sees_results(request, edition) else []
        context = {
            "cases": [] if refused else cases,
            "names": [case.scenario.name for case in cases] if refused else [],
            "open": sum(case.is_open for case in cases),
            "check": latest_check(edition) if are_large([case for case in cases if case.is_open]) else None,
            "may_check": self.may(request, CHECK, edition),
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
        return download(stream, f"{edition.scheme.name}用例模板.xlsx")

    def workbook(self, request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
        """A scenario's workbook, to be looked at or changed and brought in again."""
        found = self._scenario(request, pk, scenario)
        self._require(request, "rulesets.view_scenario", found.edition)
        stream = BytesIO()
        write_scenario(stream, found)
        return download(stream, f"{found.name}.xlsx")

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
        return self._checked(request, edition, scenario)

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
            scenario = scenario_from_record(edition, stated["period"], stated["name"], stated["in_detail"])
        except Refusal as refused:
            return self._scenarios(request, edition, taking=form, faults=list(refused.messages))
        messages.success(request, f"已从台账取得用例“{scenario}”。")
        return self._checked(request, edition, scenario)

    def check_scenarios(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Reckons the cases that nobody has reckoned since they or the rules were changed."""
        edition = self._edition(request, pk)
        self._require(request, CHECK, edition)
        try:
            if check_cases(edition, account_of(request)) is None:
                messages.success(request, "用例已全部核对。")
            else:
                messages.success(request, "用例的数据较多，正在后台核对。")
        except RunRefused as refused:
            for message in refused.messages:
                messages.error(request, message)
        return self._to("scenarios", edition)

    def _checked(self, request: HttpRequest, edition: Edition, scenario: Scenario) -> HttpResponse:
        """Reckons a case that is new, or orders it, and goes to the page that shows what it comes to."""
        # Where the edition has errors the page says so, and the case waits.
        with suppress(RunRefused):
            if check_cases(edition, account_of(request), scenario.pk) is not None:
                messages.success(request, "用例的数据较多，正在后台核对。")
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

    def _scenario(self, request: HttpRequest, pk: int, scenario: int) -> Scenario:
        """The scenario of an edition that the account may see. Raises Http404."""
        edition = self._edition(request, pk)
        found = edition.scenarios.filter(pk=scenario).first()
        if found is None:
            raise Http404
        return found
