"""The export pages of the admin: what a list shows, by unit, as xlsx or csv with typed cells.

They stand at django-import-export's address, behind its button, and take its queryset with the list's filters. Its
own writers are not used: they escape one sign of a formula's start, and ask for columns by programmers' names.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, NamedTuple

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from import_export.admin import ExportMixin

from ledger.imports.pages import XLSX, UnitForm
from rulesets.engine.collection import without_collection
from tabular import Sheet, write_csv, write_workbook
from units.access import account_of, permission_on, unit_path_of, units_of
from units.models import Unit

CSV = "text/csv; charset=utf-8"
FORMATS = {"xlsx": "Excel 表格（.xlsx）", "csv": "CSV 文本（.csv）"}


class Export(NamedTuple):
    """A table that a page gives out: its name, and what makes it of a unit and the list's rows in it."""

    name: str
    make: Callable[[Unit, QuerySet[Any]], Sheet]


class ExportForm(UnitForm):
    """Which unit's rows, which table of them, in which kind of file."""

    table = forms.ChoiceField(label="内容", widget=forms.RadioSelect)
    kind = forms.ChoiceField(label="文件", choices=FORMATS, initial="xlsx", widget=forms.RadioSelect)

    def __init__(self, *args: Any, exports: Mapping[str, Export], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, export.name) for code, export in exports.items()]
        self.fields["table"].choices = choices  # type: ignore[attr-defined]
        self.fields["table"].initial = choices[0][0]


class ExportPages(ExportMixin):
    """Gives an admin an export page; mixed in before UnitAdmin.

    exports: the tables by their codes. export_permission: what an account needs in a unit to take its rows away;
    empty: to view them.
    """

    exports: Mapping[str, Export]
    export_permission = ""
    export_template_name = "ledger/export.html"
    import_export_change_list_template = "admin/import_export/change_list_import_export.html"

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self._export_permission)

    def export_action(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """Asks for unit, table and kind of file, then gives the file."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        units = units_of(account_of(request), self._export_permission)
        form = ExportForm(request.POST or None, units=units, exports=self.exports)
        if request.method == "POST" and form.is_valid():
            return self._file(request, **form.cleaned_data)
        name = self.model._meta.verbose_name
        context = self.admin_site.each_context(request)
        context |= {
            "title": f"导出{name}",
            "opts": self.model._meta,
            "form": form,
            "filtered": bool(request.GET),
        }
        return TemplateResponse(request, [self.export_template_name], context)

    @property
    def _export_permission(self) -> str:
        return self.export_permission or permission_on(self.model, "view")

    def _file(self, request: HttpRequest, unit: Unit, table: str, kind: str) -> FileResponse:
        export = self.exports[table]
        try:
            rows = self.get_export_queryset(request)
        except IncorrectLookupParameters as error:
            raise SuspiciousOperation("the list's filters can't be read") from error
        stream = BytesIO()
        with without_collection():
            sheet = export.make(unit, rows.filter(**{str(unit_path_of(self.model)): unit}))
            if kind == "csv":
                write_csv(stream, sheet)
            else:
                write_workbook(stream, [sheet])
        stream.seek(0)
        name = f"{unit.name}-{export.name}-{timezone.localdate()}.{kind}"
        content_type = CSV if kind == "csv" else XLSX
        return FileResponse(stream, as_attachment=True, filename=name, content_type=content_type)
