"""The import records 导入记录 in the admin, and undoing an import as a whole."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from ledger.errors import UndoRefused
from ledger.models import ImportRecord
from ledger.record_admin import RecordAdmin
from ledger.undoing import LONGEST_REASON, undo_import
from units.access import account_named, account_of


class UndoForm(forms.Form):
    """Why an import is undone."""

    reason = forms.CharField(
        label="撤销理由", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3})
    )


@admin.register(ImportRecord)
class ImportRecordAdmin(RecordAdmin):
    """What was imported, by whom, and the way back."""

    maker = staticmethod(account_named("made_by", "经办人"))
    undoer = staticmethod(account_named("undone_by", "撤销人"))
    change_form_template = "ledger/import_record.html"
    list_display = ["made_at", "kind", "filename", "new", "changed", "removed", "maker", "batch", "state"]
    list_display_links = ["made_at", "filename"]
    fields = [
        *("unit", "kind", "filename", "digest", "made_at", "maker"),
        *("new", "changed", "unchanged", "removed", "batch"),
        *("state", "undone_at", "undoer", "undo_reason", "undoing"),
    ]
    readonly_fields = ["maker", "undoer", "state"]
    when_empty = "每从表格导入一次，这里就有一条记录，可以整批撤销。"
    list_filter = ["unit", "kind"]
    search_fields = ["filename", "digest"]
    search_help_text = "可按文件名查找"
    list_select_related = ["unit", "batch", "made_by"]
    show_full_result_count = False

    @admin.display(description="状态")
    def state(self, record: ImportRecord) -> str:
        return "有效" if record.undone_at is None else "已撤销"

    def may_undo(self, request: HttpRequest, record: ImportRecord) -> bool:
        return bool(record.undone_at is None and self.may(request, "ledger.change_importrecord", record))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.undo)
        return [path("<int:key>/undo/", view, name="ledger_importrecord_undo"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        record = kwargs.get("obj")
        if record is not None and self.may_undo(request, record):
            context["undo_address"] = reverse("admin:ledger_importrecord_undo", args=[record.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def undo(self, request: HttpRequest, key: int) -> HttpResponse:
        """Asks for the reason, then undoes the import as a whole or says what stands in the way."""
        record = get_object_or_404(self.get_queryset(request), pk=key)
        if not self.may_undo(request, record):
            raise PermissionDenied
        form = UndoForm(request.POST or None)
        if form.is_valid():
            try:
                undo_import(record, form.cleaned_data["reason"], account_of(request))
            except UndoRefused as refused:
                form.add_error(None, list(refused.messages))
            else:
                self.message_user(request, f"已撤销“{record}”这次导入，原记录保留。", messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:ledger_importrecord_change", args=[record.pk]))
        context = self.admin_site.each_context(request)
        context |= {"title": "撤销导入", "opts": self.opts, "form": form, "record": record}
        return TemplateResponse(request, "ledger/undo.html", context)
