"""The import pages of the admin: choose a file, see what it would change or what is wrong, confirm.

They stand at django-import-export's addresses, behind its button and its permission. Its own two steps are
replaced: they read a file into a dataset of their own, keep it where any account may name it, and can't tell
what a file removes.
"""

import uuid
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from import_export.admin import ImportMixin

from jobs.refusal import Refusal
from ledger.errors import DoubtsUnconfirmed, PendingAltered, PreviewOutdated
from ledger.imports import pending as waiting
from ledger.imports.blanks import blank_for
from ledger.imports.report import Importer, ImportReport
from ledger.models import ImportRecord, PendingImport
from rulesets.engine.collection import without_collection
from tabular import TableRefused
from tabular.marking import marked_workbook
from units.access import account_of, permission_on, units_of
from units.models import Unit

LINES_SHOWN = 50
FAULTS_SHOWN = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UnitForm(forms.Form):
    """One of the account's units; not asked for where there is no choice."""

    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none(), empty_label=None)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        found = list(units[:2])
        if len(found) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = found[0].pk


class UploadForm(UnitForm):
    """The first step: the unit, where the account has several, and the file."""

    file = forms.FileField(
        label="表格文件", help_text="可用 .xlsx、.xls、.ods 或 .csv。先预览，确认之后才会写入。"
    )


class ConfirmForm(forms.Form):
    """The second step: which of the account's files is meant, and that what looked odd in it is right."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    is_right = forms.BooleanField(required=False)


class ImportPages(ImportMixin):
    """Gives an admin the import pages of one importer; mixed in before UnitAdmin.

    importer: what reads the file, as a static method. kind: tells the waiting files of importers apart.
    said_after: what is to be done next once a file is in.
    """

    importer: Importer
    kind: str
    said_after = ""
    import_template_name = "ledger/import.html"
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"

    def get_urls(self) -> list[URLPattern]:
        """The addresses of import-export, of refused files with their faults marked, and of blank workbooks."""
        name = "{}_{}_{{}}".format(*self.get_model_info())
        marked, blank = map(self.admin_site.admin_view, (self.marked_import, self.blank))
        return [
            path("import/marked/<uuid:token>/", marked, name=name.format("marked_import")),
            path("import/blank/", blank, name=name.format("blank_import")),
            *super().get_urls(),
        ]

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Shows the form, or what an uploaded file would change."""
        self._check_permission(request)
        form = UploadForm(request.POST or None, request.FILES or None, units=self._units(request))
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            unit, file = form.cleaned_data["unit"], form.cleaned_data["file"]
            context |= self._preview(request, unit, file.name, file.read())
        return self._page(request, context)

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Imports the file that the account has seen a preview of, if it still comes to what the preview showed."""
        self._check_permission(request)
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            raise PermissionDenied
        pending = self._pending(request, form.cleaned_data["token"], confirmable=True)
        context: dict[str, Any] = {"form": UploadForm(units=self._units(request))}
        try:
            content = waiting.content_of(pending)
        except PendingAltered as altered:
            waiting.forget(PendingImport.objects.filter(pk=pending.pk))
            return self._page(request, context | {"refusals": altered.messages})
        try:
            report = self._import(request, pending, content, form.cleaned_data["is_right"])
        except (PreviewOutdated, Refusal, TableRefused) as refused:
            context |= self._preview(request, pending.unit, pending.filename, content)
            if isinstance(refused, PreviewOutdated | DoubtsUnconfirmed):
                context["refusals"] = refused.messages
            return self._page(request, context)
        messages.success(request, f"已导入“{pending.filename}”：{report.summary}{self.said_after}")
        return HttpResponseRedirect(reverse("admin:{}_{}_changelist".format(*self.get_model_info())))

    def marked_import(self, request: HttpRequest, token: uuid.UUID) -> HttpResponse | FileResponse:
        """The refused file as a workbook with its faults on the cells."""
        self._check_permission(request)
        pending = self._pending(request, token, confirmable=False)
        try:
            content = waiting.content_of(pending)
            type(self).importer(pending.unit, BytesIO(content), filename=pending.filename, dry_run=True)
        except TableRefused as refused:
            with without_collection():
                workbook = marked_workbook(content, pending.filename, refused)
            name = f"{pending.filename.rpartition('.')[0]}-标注.xlsx"
            return FileResponse(BytesIO(workbook), as_attachment=True, filename=name, content_type=XLSX)
        except Refusal as refused:
            messages.error(request, str(refused))
        else:
            messages.info(request, f"“{pending.filename}”现在没有问题了，请重新选择它并预览。")
        return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))

    def blank(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """The blank workbook of one of the account's units, with that unit's words to choose from."""
        self._check_permission(request)
        form = UnitForm(request.GET, units=self._units(request))
        if not form.is_valid():
            raise PermissionDenied
        unit = form.cleaned_data["unit"]
        try:
            workbook = blank_for(ImportRecord.Kind(self.kind), unit, timezone.localdate())
        except Refusal as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))
        name = f"{unit.name}-{self.model._meta.verbose_name}-模板.xlsx"
        return FileResponse(BytesIO(workbook), as_attachment=True, filename=name, content_type=XLSX)

    @transaction.atomic
    def _import(
        self, request: HttpRequest, pending: PendingImport, content: bytes, is_right: bool
    ) -> ImportReport:
        """Writes; takes all back and raises PreviewOutdated where that comes to something else than was shown.

        is_right: whether what looks like a slip was confirmed; raises DoubtsUnconfirmed where it has to be.
        """
        report = type(self).importer(
            pending.unit, BytesIO(content), filename=pending.filename, account=account_of(request)
        )
        if report.digest != pending.preview:
            raise PreviewOutdated
        if report.doubts and not is_right:
            raise DoubtsUnconfirmed
        waiting.forget(PendingImport.objects.filter(pk=pending.pk))
        return report

    def _units(self, request: HttpRequest) -> Any:
        """The units whose rows of this kind the account may bring in."""
        return units_of(account_of(request), permission_on(self.model, "add"))

    def _check_permission(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _pending(self, request: HttpRequest, token: uuid.UUID, *, confirmable: bool) -> PendingImport:
        """The waiting file; PermissionDenied unless this account uploaded it here for a unit of its own."""
        own = PendingImport.objects.filter(
            account=account_of(request), kind=self.kind, unit__in=self._units(request)
        )
        pending = own.filter(token=token).select_related("unit").first()
        if pending is None or bool(pending.preview) is not confirmable:
            raise PermissionDenied
        return pending

    def _preview(self, request: HttpRequest, unit: Unit, filename: str, content: bytes) -> dict[str, Any]:
        """What the page shows of an uploaded file: its faults, or its report and the means to confirm."""
        shown: dict[str, Any] = {"filename": filename, "unit": unit}
        try:
            report = type(self).importer(unit, BytesIO(content), filename=filename, dry_run=True)
        except Refusal as refused:
            return shown | {"refusals": refused.messages}
        except TableRefused as refused:
            if refused.layout is not None:
                kept = waiting.keep(account_of(request), unit, self.kind, filename, content)
                shown["marked"] = reverse(
                    "admin:{}_{}_marked_import".format(*self.get_model_info()), args=[kept.token]
                )
            return shown | _faults_shown(refused)
        shown |= _lines_shown(report)
        if report.changes_anything:
            kept = waiting.keep(account_of(request), unit, self.kind, filename, content, report.digest)
            shown["confirm_form"] = ConfirmForm(initial={"token": kept.token})
        return shown

    def _page(self, request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
        name = self.model._meta.verbose_name
        context |= self.admin_site.each_context(request)
        context |= {"title": f"导入{name}", "opts": self.model._meta}
        context["unit_form"] = UnitForm(units=self._units(request), auto_id="blank_%s")
        context["blank"] = reverse("admin:{}_{}_blank_import".format(*self.get_model_info()))
        return TemplateResponse(request, [self.import_template_name], context)


def _faults_shown(refused: TableRefused) -> dict[str, Any]:
    faults = list(refused)
    return {
        "faults": faults[:FAULTS_SHOWN],
        "more_faults": max(0, len(faults) - FAULTS_SHOWN),
        "faulty_rows": refused.rows,
        "fault_count": len(faults),
    }


def _lines_shown(report: ImportReport) -> dict[str, Any]:
    """The first changes, each as its kind (新增, 变更, 移除) and what it says."""
    lines = [line.split(" ", 1) for line in report.lines[:LINES_SHOWN]]
    return {
        "report": report,
        "lines": lines,
        "more": max(0, len(report.lines) - LINES_SHOWN),
        "doubts": report.doubts[:FAULTS_SHOWN],
        "more_doubts": max(0, len(report.doubts) - FAULTS_SHOWN),
    }
