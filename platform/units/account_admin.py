"""Pages on which a unit keeps its accounts and says what they may do."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_otp.plugins.otp_totp.models import TOTPDevice

from units.access import UnitAdmin, UnitTabularInline, account_of, units_of, within_units
from units.duties import check_duties
from units.locks import unlock
from units.models import Account, Membership
from units.passwords import mark_as_temporary
from units.rights import rights_of
from units.second_factor import forget
from units.user_names import HELP, UserNameForm

admin.site.unregister(Group)
# Whoever saw a device's page could sign in with it.
if admin.site.is_registered(TOTPDevice):
    admin.site.unregister(TOTPDevice)

ADDS = "units.add_membership"
KEEPS = "units.change_account"
UNLOCKS = "units.unlock_account"


def may_grant(request: HttpRequest, membership: Membership) -> bool:
    """Whether the account may give or take away this membership: in a unit where it grants, to somebody else."""
    rights = rights_of(request.user)
    own = membership.account_id == request.user.pk
    return rights.is_operator or (not own and rights.may(ADDS, membership.unit_id))


def may_keep(request: HttpRequest, account: Account, permission: str = KEEPS) -> bool:
    """Whether the account may change that one's name, password and standing, or what else the permission says.

    Whoever could set the password of an account could act with all that it may do: it has to keep the accounts
    of every unit in which that one has a role.
    """
    rights = rights_of(request.user)
    if rights.is_operator:
        return True
    # One's own account can't be linked to somebody else's results; the password has a page for its owner.
    if account.is_superuser or account.unit_id is None or account.pk == request.user.pk:
        return False
    # Asked anew: the account of a page knows those memberships alone that who looks may see.
    everywhere = Membership.objects.filter(account=account).values_list("unit_id", flat=True)
    units = {account.unit_id, *everywhere}
    return all(rights.may(permission, unit) for unit in units)


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role given; refused where it would put two of the three duties into one hand."""

    class Meta:
        model = Membership
        fields = ["account", "unit", "role"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        account = cleaned.get("account") or getattr(self.instance, "account", None)
        if account is not None and cleaned.get("role"):
            check_duties(account, cleaned["role"], changed=self.instance.pk)
        return cleaned


class MembershipInline(UnitTabularInline):
    """The roles of an account, in those units in which who looks may give roles."""

    model = Membership
    form = MembershipForm
    extra = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return within_units(super().get_queryset(request).select_related("unit"), request.user)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        unit = formset.form.base_fields.get("unit")
        if unit is not None:
            unit.queryset = units_of(account_of(request), ADDS)  # type: ignore[attr-defined]
            unit.widget.can_add_related = unit.widget.can_change_related = unit.widget.can_view_related = (
                False
            )
        return formset

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_grant_to(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_grant_to(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_grant_to(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return rights_of(request.user).may_somewhere("units.view_membership")

    def _may_grant_to(self, request: HttpRequest, account: Account | None) -> bool:
        rights = rights_of(request.user)
        if account is None or account.pk is None or rights.is_operator:
            return rights.may_somewhere(ADDS)
        if not may_keep(request, account):
            return False
        # Rows of units in which one may only look are among those of the table.
        readable = set(rights.units_with(["units.view_membership"]))
        return readable <= set(rights.units_with([ADDS]))


class AccountAddForm(UserNameForm, UserCreationForm):  # type: ignore[type-arg]
    """A new account of a unit. Its password is for the first time only: its owner chooses another."""

    class Meta:
        model = Account
        fields = ["username", "last_name", "first_name", "unit", "person"]

    def clean_username(self) -> str:
        """As it is: Django's would ask for the same name in all units."""
        return str(self.cleaned_data["username"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        check_person(cleaned.get("person"), cleaned.get("unit"))
        return cleaned


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A password set for somebody else: for the first time only."""

    def __init__(self, user: Account, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        # An account without a password could not sign in at all: there is no other way here.
        self.fields.pop("usable_password", None)
        for name in ("password1", "password2"):
            self.fields[name].required = True

    def save(self, commit: bool = True) -> Account:
        account: Account = super().save(commit)
        if commit:
            mark_as_temporary(account)
        return account


class AccountForm(UserNameForm, forms.ModelForm):  # type: ignore[type-arg]
    """An account, without its password, which has a page of its own."""

    class Meta:
        model = Account
        fields = ["username", "last_name", "first_name", "unit", "person", "is_active"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unit = cleaned.get("unit", self.instance.unit)
        check_person(cleaned.get("person"), unit)
        return cleaned


def check_person(person: Any, unit: Any) -> None:
    """Raises ValidationError where an account would see the results of a person of another unit."""
    if person is not None and (unit is None or person.unit_id != unit.pk):
        raise ValidationError({"person": "“本人”应是账号所属单位的人员。"})


@admin.register(Account)
class AccountAdmin(UnitAdmin, UserAdmin):
    form = AccountForm
    add_form = AccountAddForm
    change_password_form = PasswordForm
    change_user_password_template = "units/set_password.html"
    add_form_template = "admin/change_form.html"
    inlines = [MembershipInline]
    autocomplete_fields = ["person"]
    filter_horizontal = []
    list_display = ["username", "called", "unit", "person", "roles", "is_active", "last_login"]
    list_filter = ["unit", "is_active"]
    list_select_related = ["unit", "person"]
    search_fields = ["username", "last_name", "first_name", "person__no", "person__name"]
    search_help_text = "可按用户名、姓名或本人的工号查找"
    readonly_fields = ["last_login", "date_joined", "new_password"]
    ordering = ["username"]
    actions = ["unlock", "forget_phone"]
    action_permissions = {"unlock": UNLOCKS}

    def has_unlock_permission(self, request: HttpRequest) -> bool:
        return self.may(request, UNLOCKS)

    @admin.action(description="解除所选账号的登录锁定", permissions=["unlock"])
    def unlock(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Lets accounts that failed to sign in too often try again at once."""
        for account in queryset:
            unlock(account.username)
        self.message_user(request, f"已解除 {len(queryset)} 个账号的登录锁定。", messages.SUCCESS)

    @admin.action(description="取消所选账号的动态口令（手机遗失或更换）", permissions=["unlock"])
    def forget_phone(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Has accounts sign in without the phone that they have lost, and set up another.

        Those alone whose password may be set as well: the phone guards what an account may do in every unit.
        """
        kept = [account for account in queryset if may_keep(request, account, UNLOCKS)]
        for account in kept:
            forget(account)
        if len(kept) < len(queryset):
            said = f"另有 {len(queryset) - len(kept)} 个账号不由您管理，没有改动；请联系系统管理员。"
            self.message_user(request, said, messages.WARNING)
        self.message_user(request, f"已取消 {len(kept)} 个账号的动态口令。", messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        """The password of a new account is for the first time only."""
        super().save_model(request, obj, form, change)
        if not change:
            mark_as_temporary(obj)

    def get_fieldsets(self, request: HttpRequest, obj: Account | None = None) -> Any:
        own = ["username", "last_name", "first_name", "unit", "person"]
        if obj is None:
            return [(None, {"fields": [*own, "password1", "password2"]})]
        standing = ["is_active", *(["is_superuser"] if rights_of(request.user).is_operator else [])]
        return [
            (None, {"fields": own}),
            ("状态", {"fields": [*standing, "new_password", "last_login", "date_joined"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Whose administrators keep an account is said once, and by the operator afterwards."""
        fixed = [] if obj is None or rights_of(request.user).is_operator else ["unit"]
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.is_operator = rights_of(request.user).is_operator
        if "unit" in form.base_fields:
            form.base_fields["unit"].required = not form.is_operator
        if "username" in form.base_fields and not form.is_operator:
            form.base_fields["username"].help_text = HELP
        return form

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [MembershipInline] if obj is not None else []

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                models.Prefetch("memberships", within_units(Membership.objects.all(), request.user))
            )
        )

    def has_change_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_keep(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An account is closed, not deleted: what it did stays in its name."""
        return False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Roles are written where who asks may give them, whatever was posted."""
        memberships = formset.save(commit=False)
        for membership in [*memberships, *formset.deleted_objects]:
            if not may_grant(request, membership):
                messages.error(request, "没有写入：不能为本人授权，也不能授予其他单位的角色。")
                return
        super().save_formset(request, form, formset, change)

    @admin.display(description="姓名", ordering="last_name")
    def called(self, account: Account) -> str:
        return account.display_name

    @admin.display(description="密码")
    def new_password(self, account: Account) -> SafeString:
        address = reverse("admin:auth_user_password_change", args=[account.pk])
        return format_html('<a href="{}">重设密码</a>', address)

    @admin.display(description="角色")
    def roles(self, account: Account) -> str:
        return "、".join(role.get_role_display() for role in account.memberships.all()) or "—"


@admin.register(Membership)
class MembershipAdmin(UnitAdmin):
    """Who has which role in the unit, for who grants them."""

    form = MembershipForm
    list_display = ["account", "called", "unit", "role"]
    list_filter = ["unit", "role"]
    autocomplete_fields = ["account"]
    search_fields = ["account__username", "account__last_name", "account__first_name"]
    search_help_text = "可按用户名或姓名查找"
    list_select_related = ["account", "unit"]

    @admin.display(description="姓名", ordering="account__last_name")
    def called(self, membership: Membership) -> str:
        return membership.account.display_name

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A role is taken away and another given: the history tells both."""
        return ["account", "unit", "role"] if obj is not None else []

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_grant(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or may_grant(request, obj))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "account" in form.base_fields and not rights_of(request.user).is_operator:
            offered = form.base_fields["account"].queryset.exclude(pk=request.user.pk)  # type: ignore[attr-defined]
            form.base_fields["account"].queryset = offered  # type: ignore[attr-defined]
        return form
