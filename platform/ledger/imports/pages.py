"""The import pages of the admin: choose a file, see what it would change or what is wrong, confirm.

They stand at django-import-export's addresses, behind its button and its permission. Its own two steps are
replaced: they read a file into a dataset of their own, keep it where any account may name it, and can't tell
what a file removes.
"""

import datetime
import uuid
from io import BytesIO
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from import_export.admin import ImportMixin

from jobs.refusal import Refusal
from ledger.imports.report import Importer, ImportReport
from ledger.models import PendingImport
from tabular import TableRefused
from units.access import account_of, permission_on, units_of
from units.models import Unit
from units.sealed import seal_bytes, unseal_bytes

LINES_SHOWN = 50
KEPT_FOR = datetime.timedelta(days=1)


class UploadForm(forms.Form):
    """The first step: the unit, where the account has several, and the file."""

    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none(), empty_label=None)
    file = forms.FileField(
        label="表格文件", help_text="可用 .xlsx、.xls、.ods 或 .csv。先预览，确认之后才会写入。"
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    """The second step: which of the account's files is meant."""

    token = forms.UUIDField(widget=forms.HiddenInput)


class ImportPages(ImportMixin):
    """Gives an admin the import pages of one importer; mixed in before UnitAdmin.

    importer: what reads the file, as a static method. kind: tells the waiting files of importers apart.
    """

    importer: Importer
    kind: str
    import_template_name = "ledger/import.html"

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Shows the form, or what an uploaded file would change."""
        self._check_permission(request)
        form = UploadForm(request.POST or None, request.FILES or None, units=self._units(request))
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            context |= self._preview(request, form.cleaned_data["unit"], form.cleaned_data["file"])
        return self._page(request, context)

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Imports the file that the account has seen a preview of."""
        self._check_permission(request)
        pending = self._pending(request)
        try:
            with transaction.atomic():
                report = type(self).importer(
                    pending.unit,
                    BytesIO(unseal_bytes(bytes(pending.content))),
                    filename=pending.filename,
                    account=account_of(request),
                )
                pending.delete()
        except (Refusal, TableRefused) as refused:
            form = UploadForm(units=self._units(request))
            return self._page(request, {"form": form, "faults": str(refused).splitlines()})
        messages.success(request, f"已导入“{pending.filename}”：{report.summary}")
        return HttpResponseRedirect(reverse("admin:{}_{}_changelist".format(*self.get_model_info())))

    def _units(self, request: HttpRequest) -> Any:
        """The units whose rows of this kind the account may bring in."""
        return units_of(account_of(request), permission_on(self.model, "add"))

    def _check_permission(self, request: HttpRequest) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _pending(self, request: HttpRequest) -> PendingImport:
        """The waiting file; PermissionDenied unless this account uploaded it here for a unit of its own."""
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            raise PermissionDenied
        own = PendingImport.objects.filter(
            account=account_of(request), kind=self.kind, unit__in=self._units(request)
        )
        pending = own.filter(token=form.cleaned_data["token"]).select_related("unit").first()
        if pending is None:
            raise PermissionDenied
        return pending

    def _preview(self, request: HttpRequest, unit: Unit, file: Any) -> dict[str, Any]:
        """What the page shows of an uploaded file: its faults, or its report and the means to confirm."""
        content = file.read()
        try:
            report = type(self).importer(unit, BytesIO(content), filename=file.name, dry_run=True)
        except (Refusal, TableRefused) as refused:
            return {"faults": str(refused).splitlines(), "filename": file.name}
        shown = self._shown(report) | {"filename": file.name, "unit": unit}
        if report.changes_anything:
            shown["confirm_form"] = ConfirmForm(
                initial={"token": self._keep(request, unit, file.name, content)}
            )
        return shown

    def _shown(self, report: ImportReport) -> dict[str, Any]:
        more = max(0, len(report.lines) - LINES_SHOWN)
        return {"report": report, "lines": report.lines[:LINES_SHOWN], "more": more}

    def _keep(self, request: HttpRequest, unit: Unit, filename: str, content: bytes) -> uuid.UUID:
        """Keeps the file until it is confirmed; forgets what was waiting for too long."""
        PendingImport.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()
        PendingImport.objects.filter(account=account_of(request), kind=self.kind).delete()
        pending = PendingImport.objects.create(
            token=uuid.uuid4(),
            account=account_of(request),
            unit=unit,
            kind=self.kind,
            filename=filename[:255],
            content=seal_bytes(content),
        )
        return pending.token

    def _page(self, request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
        name = self.model._meta.verbose_name
        context |= self.admin_site.each_context(request)
        context |= {"title": f"导入{name}", "opts": self.model._meta}
        return TemplateResponse(request, [self.import_template_name], context)
