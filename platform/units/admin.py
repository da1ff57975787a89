"""Pages for units, departments, people and appointments."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from units.access import UnitAdmin, UnitTabularInline, within_units
from units.account_admin import AccountAdmin, MembershipAdmin
from units.citizen_number import CitizenNumberWrong, clean_citizen_number
from units.models import Appointment, Department, Membership, Person, Unit
from units.printing import PrintsPapers
from units.rights import rights_of
from units.sealed import masked

__all__ = ["AccountAdmin", "MembershipAdmin"]

admin.site.site_header = "功过 · 考核管理"
admin.site.site_title = "功过"
admin.site.index_title = "工作台"


class FixedAfterCreation(UnitAdmin):
    """Shows `fixed_fields`, by which files and printed papers name a row, read-only once the row is there."""

    fixed_fields: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = self.fixed_fields if obj is not None else ()
        return [*super().get_readonly_fields(request, obj), *fixed]


@admin.register(Unit)
class UnitRecordAdmin(PrintsPapers, FixedAfterCreation):
    unit_path = "pk"
    print_field = None
    # Papers are printed for one unit at a time, from its own page.
    actions = []
    fixed_fields = ("code",)
    list_display = ["code", "name", "parent"]
    search_fields = ["code", "name"]
    fields = [
        *("parent", "code", "name", "public_address"),
        *("colleagues_see", "asks_second_factor", "second_person"),
    ]
    autocomplete_fields = ["parent"]
    list_select_related = ["parent"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Under which unit a unit stands decides who audits it: the operator says it.

        Who writes the schemes may ask for a second person, and can't do without one again by himself.
        """
        rights = rights_of(request.user)
        fixed = [] if rights.is_operator else ["parent"]
        watched = obj is not None and obj.second_person and not rights.is_operator
        if watched and Membership.Role.SYSTEM_ADMIN not in rights.roles_in(obj.pk):
            fixed.append("second_person")
        return [*super().get_readonly_fields(request, obj), *fixed]


class DepartmentFilter(admin.SimpleListFilter):
    """People by the department in which they hold their main appointment today."""

    title = "部门"
    parameter_name = "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        own = within_units(Department.objects.all(), request.user)
        return [(str(key), name) for key, name in own.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        today = Appointment.objects.on(timezone.localdate()).filter(person=OuterRef("pk"), is_secondary=False)
        return queryset.filter(Exists(today.filter(department=self.value())))


class InOfficeFilter(admin.SimpleListFilter):
    """Appointments that hold today, and those that have ended."""

    title = "是否在任"
    parameter_name = "in_office"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "在任"), ("no", "已结束")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        ended = Q(end__lt=timezone.localdate())
        wanted = {"yes": ~ended | Q(end__isnull=True), "no": ended}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(wanted)


@admin.register(Department)
class DepartmentAdmin(PrintsPapers, FixedAfterCreation):
    when_empty = "部门随人员表一起导入，也可以先在这里增加。"
    print_key, print_field = "department", "code"
    fixed_fields = ("unit", "code")
    list_display = ["code", "name", "unit", "direct_led"]
    list_filter = ["unit", "direct_led"]
    search_fields = ["code", "name"]
    search_help_text = "可按代码或名称查找"
    autocomplete_fields = ["unit"]
    list_select_related = ["unit"]


class CitizenNumberInput(forms.TextInput):
    """An input that never sends the stored number back to the browser."""

    def format_value(self, value: Any) -> str:
        return ""


class PersonForm(forms.ModelForm):
    """A person's page; the citizen number is entered anew or left as it is."""

    new_citizen_number = forms.CharField(
        label="登记或更改公民身份号码",
        required=False,
        max_length=18,
        help_text="选填，加密保存。不更改请留空。",
        widget=CitizenNumberInput(attrs={"autocomplete": "off"}),
    )
    clear_citizen_number = forms.BooleanField(label="删除已登记的公民身份号码", required=False)

    class Meta:
        model = Person
        fields = ["unit", "no", "name", "gender", "birth", "politics"]

    def clean_new_citizen_number(self) -> str:
        number = self.cleaned_data["new_citizen_number"]
        try:
            return clean_citizen_number(number) if number else ""
        except CitizenNumberWrong as error:
            raise forms.ValidationError(f"{error}。") from error

    def save(self, commit: bool = True) -> Person:
        if self.cleaned_data["clear_citizen_number"]:
            self.instance.citizen_number = ""
        if self.cleaned_data["new_citizen_number"]:
            self.instance.citizen_number = self.cleaned_data["new_citizen_number"]
        person: Person = super().save(commit)
        return person


class AppointmentInlineForm(forms.ModelForm):
    """An appointment on its person's page, of that person's unit."""

    class Meta:
        model = Appointment
        fields = ["department", "group", "position", "start", "end", "is_secondary"]

    def _post_clean(self) -> None:
        # Set before the model checks itself, so that a department of another unit is refused there.
        if self.instance.person_id:
            self.instance.unit_id = self.instance.person.unit_id
        super()._post_clean()  # type: ignore[misc]


class AppointmentInline(UnitTabularInline):
    model = Appointment
    form = AppointmentInlineForm
    extra = 0
    autocomplete_fields = ["department"]


@admin.register(Person)
class PersonAdmin(PrintsPapers, FixedAfterCreation):
    form = PersonForm
    fixed_fields = ("unit", "no")
    readonly_fields = ["masked_citizen_number"]
    fields = ["unit", "no", "name", "gender", "birth", "politics", "masked_citizen_number"]
    list_display = ["no", "name", "department", "unit", "gender", "masked_citizen_number"]
    when_empty = "先下载空白模板，把全部人员和任职填成一张表，一次导入。"
    list_filter = ["unit", DepartmentFilter]
    search_fields = ["no", "name", "pinyin"]
    search_help_text = "可按工号、姓名或姓名拼音（全拼、首字母）查找"
    autocomplete_fields = ["unit"]
    list_select_related = ["unit"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        entered = ["new_citizen_number", "clear_citizen_number"] if may_write else []
        return [*self.fields, *entered]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With `department_name`, that of the main appointment which began last."""
        own = Appointment.objects.filter(person=OuterRef("pk"), is_secondary=False).order_by("-start")
        return super().get_queryset(request).annotate(department_name=own.values("department__name")[:1])

    @admin.display(description="部门", ordering="department_name")
    def department(self, person: Any) -> str:
        return person.department_name or "—"

    @staticmethod
    def choice_label(person: Any) -> str:
        """How a person stands among choices: 王伟（1001）办公室."""
        return f"{person}{person.department_name or ''}"

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [AppointmentInline] if obj is not None else []

    @admin.display(description="公民身份号码")
    def masked_citizen_number(self, person: Person) -> str:
        return masked(person.citizen_number) if person.citizen_number else "—"


@admin.register(Appointment)
class AppointmentAdmin(UnitAdmin):
    list_display = ["person", "department", "group", "position", "start", "end", "is_secondary"]
    when_empty = "任职随人员表一起导入，也可以打开某个人员逐条填写。"
    list_filter = ["unit", InOfficeFilter, "department", "is_secondary"]
    search_fields = ["person__no", "person__name", "person__pinyin", "department__name", "position"]
    search_help_text = "可按工号、姓名、姓名拼音、部门或职务查找"
    autocomplete_fields = ["unit", "person", "department"]
    list_select_related = ["person", "department"]
