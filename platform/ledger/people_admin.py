"""Pages of people and appointments: with the importer, and with groups by the names that the schemes give them.

They stand here since the importer asks the record whether an appointment is still needed, and since the room of
units does not know the schemes.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from ledger.exports.pages import Export, ExportPages
from ledger.exports.tables import people_sheet
from ledger.imports.pages import ImportPages
from ledger.imports.people import import_people
from ledger.record_admin import CalledByName
from rulesets.names import names_of
from units.admin import AppointmentAdmin, AppointmentInline, AppointmentInlineForm, PersonAdmin
from units.models import Appointment, Person


def group_choice(unit: int, *held: str) -> forms.ChoiceField | None:
    """A choice among the groups of the unit's schemes, and those that are held; None where there are none."""
    groups = dict(names_of(unit).groups)
    if not groups:
        return None
    for code in held:
        groups.setdefault(code, code)
    groups.pop("", None)
    return forms.ChoiceField(label="分组", required=False, choices=[("", "不分组"), *groups.items()])


class GroupedAppointmentInline(AppointmentInline):
    """Appointments on a person's page, each group chosen by name, and read by name where it can't be changed."""

    readonly_fields = ["group_name"]
    # The groups of the page's unit by name; Django makes a new inline for each request.
    groups: Mapping[str, str]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = "group" if self.has_change_permission(request, obj) else "group_name"
        return [shown if name == "group" else name for name in AppointmentInlineForm.Meta.fields]

    @admin.display(description="分组")
    def group_name(self, appointment: Any) -> str:
        return self.groups.get(appointment.group, appointment.group) or "—"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        self.groups = names_of(obj.unit_id).groups if obj is not None else {}
        if obj is not None and "group" in formset.form.base_fields:
            choice = group_choice(obj.unit_id, *obj.appointments.values_list("group", flat=True))
            if choice is not None:
                choice.widget.attrs["aria-label"] = "分组"
                formset.form.base_fields["group"] = choice
        return formset


admin.site.unregister(Person)
admin.site.unregister(Appointment)


@admin.register(Person)
class PersonImportAdmin(ImportPages, ExportPages, PersonAdmin):
    exports = {"people": Export("人员", people_sheet)}
    importer = staticmethod(import_people)
    kind = "people"

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [GroupedAppointmentInline] if obj is not None else []


@admin.register(Appointment)
class NamedAppointmentAdmin(CalledByName, AppointmentAdmin):
    readonly_fields = ["group_name"]
    list_display = ["person", "department", "group_name", "position", "start", "end", "is_secondary"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        reads = obj is not None and not self.has_change_permission(request, obj)
        return [
            *("unit", "person", "department", "group_name" if reads else "group"),
            *("position", "start", "end", "is_secondary"),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        choice = group_choice(obj.unit_id, obj.group) if obj is not None else None
        if choice is not None and "group" in form.base_fields:
            form.base_fields["group"] = choice
        return form

    @admin.display(description="分组", ordering="group")
    def group_name(self, appointment: Any) -> str:
        return appointment.names.groups.get(appointment.group, appointment.group) or "—"
