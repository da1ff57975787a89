"""Who is assessed and who assesses: units, departments, people, dated appointments, accounts."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format

from units.history import HistoricQuerySet, kept_history
from units.pinyin import search_key
from units.sealed import SealedTextField

# It stands in addresses and commands: no space, no slash, no dot before the rest.
UNIT_CODE = RegexValidator(
    r"\A\w[\w.-]*\Z", "单位代码只能由汉字、字母、数字、下划线、连字符和点组成，且不以符号开头。"
)
# Papers add the path of the page that verifies them.
PUBLIC_ADDRESS = RegexValidator(
    r"\Ahttps?://[^\s/?#]+(/[^\s?#]*)?\Z", "对外网址以 https:// 或 http:// 开头，不带问号和井号。"
)


class Colleagues(models.TextChoices):
    """Whose results an account without oversight sees beside its own."""

    NOBODY = "nobody", "仅本人"
    DEPARTMENT = "department", "本部门"
    EVERYBODY = "everybody", "全单位"


class Unit(models.Model):
    """A body that runs an assessment; units form a tree."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级单位"
    )
    code = models.CharField("代码", max_length=64, unique=True, validators=[UNIT_CODE])
    name = models.CharField("名称", max_length=128)
    colleagues_see = models.CharField(
        "职工可见的结果",
        max_length=16,
        choices=Colleagues.choices,
        default=Colleagues.NOBODY,
        help_text="没有管理职责的职工，除本人结果外还能看到哪些同事的结果。",
    )
    asks_second_factor = models.BooleanField(
        "登录须用动态口令",
        default=False,
        help_text="本单位有管理职责的账号，登录时除密码外还须输入手机上的动态口令。",
    )
    public_address = models.CharField(
        "对外网址",
        max_length=200,
        blank=True,
        validators=[PUBLIC_ADDRESS],
        help_text="本单位对外的网址，如 https://kaohe.example.gov.cn。表册上的二维码指向这个网址的核验页；"
        "不填的用系统统一的网址，系统也没有的，二维码只写核验编号。",
    )
    second_person = models.BooleanField(
        "发布办法须经第二人",
        default=False,
        help_text="勾选后，考核办法由一人提交，另一人复核后发布。",
    )

    objects = HistoricQuerySet.as_manager()
    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        ancestor = self.parent
        while ancestor is not None:
            if self.pk is not None and ancestor.pk == self.pk:
                raise ValidationError({"parent": "上级单位不能是本单位或其下级单位。"})
            ancestor = ancestor.parent


class Department(models.Model):
    """A department of a unit, named in files by its code."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="departments", verbose_name="单位")
    code = models.CharField("代码", max_length=64)
    name = models.CharField("名称", max_length=128)
    direct_led = models.BooleanField("班子直管", default=False)

    objects = HistoricQuerySet.as_manager()
    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "部门"
        ordering = ["unit", "code"]
        constraints = [models.UniqueConstraint(fields=["unit", "code"], name="department_code_once")]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"


class PersonQuerySet(HistoricQuerySet):
    """Writes that keep the spelling of names in step."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        people = list(objs)
        for person in people:
            person.pinyin = search_key(person.name)
        return super().bulk_create(people, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        people = list(objs)
        for person in people:
            person.pinyin = search_key(person.name)
        written = {*fields, "pinyin"} if "name" in fields else set(fields)
        return super().bulk_update(people, sorted(written), batch_size)

    def update(self, **kwargs: Any) -> int:
        # An expression comes from bulk_update, which states the spelling too.
        if isinstance(kwargs.get("name"), str):
            kwargs["pinyin"] = search_key(kwargs["name"])
        return super().update(**kwargs)


class Person(models.Model):
    """A person of a unit, named in files by number (text: leading zeros stay)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="people", verbose_name="单位")
    no = models.CharField("工号", max_length=64)
    name = models.CharField("姓名", max_length=64)
    pinyin = models.CharField("姓名拼音", max_length=255, blank=True, editable=False)
    gender = models.CharField("性别", max_length=8, blank=True)
    birth = models.CharField("出生年月", max_length=16, blank=True)
    politics = models.CharField("政治面貌", max_length=32, blank=True)
    citizen_number = SealedTextField("公民身份号码", blank=True)

    objects = PersonQuerySet.as_manager()
    history = kept_history("pinyin")

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["unit", "no"]
        indexes = [models.Index(fields=["unit", "pinyin"], name="person_by_pinyin")]
        constraints = [models.UniqueConstraint(fields=["unit", "no"], name="person_no_once")]

    def __str__(self) -> str:
        return f"{self.name}（{self.no}）"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.pinyin = search_key(self.name)
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "pinyin"}
        super().save(*args, update_fields=update_fields, **kwargs)


class AppointmentQuerySet(HistoricQuerySet):
    """Questions that are asked of appointments."""

    def on(self, day: datetime.date) -> AppointmentQuerySet:
        """Those that hold on the given day."""
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), start__lte=day)


class Appointment(models.Model):
    """A person's post in a department from a day to a day (both included; no end: to this day).

    A person has at most one at a time that is not secondary; the database holds that.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appointments", verbose_name="单位")
    person = models.ForeignKey(Person, models.CASCADE, related_name="appointments", verbose_name="人员")
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="appointments", verbose_name="部门"
    )
    group = models.CharField("分组", max_length=64, blank=True)
    position = models.CharField("职务", max_length=128, blank=True)
    start = models.DateField("起")
    end = models.DateField("止", null=True, blank=True)
    is_secondary = models.BooleanField("兼任", default=False)

    objects = AppointmentQuerySet.as_manager()
    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["person", "start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="appointment_ends_after_start",
                violation_error_message="止日不能早于起日。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.department.name} {date_format(self.start)}起"

    def clean(self) -> None:
        if self.person_id and self.person.unit_id != self.unit_id:
            raise ValidationError({"person": "人员不属于本单位。"})
        if self.department_id and self.department.unit_id != self.unit_id:
            raise ValidationError({"department": "部门不属于本单位。"})
        if self.person_id and self.start and not self.is_secondary and self.overlapping().exists():
            raise ValidationError("同一人员在同一时间只能有一个主要任职；兼任请勾选“兼任”。")

    def overlapping(self) -> AppointmentQuerySet:
        """The person's other main appointments that share a day with this one."""
        others = Appointment.objects.filter(person_id=self.person_id, is_secondary=False).exclude(pk=self.pk)
        others = others.filter(Q(end__isnull=True) | Q(end__gte=self.start))
        return others.filter(start__lte=self.end) if self.end else others


class Account(AbstractUser):
    """A login; linked to the person whose own lines it may see.

    unit: whose administrators keep the account; None: the operator's. What it may do, its memberships say:
    Django's own groups, permissions and staff mark are not used.
    """

    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name="所属单位"
    )
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, verbose_name="本人")

    password_set_at = models.DateTimeField("密码设定时间", null=True, blank=True, editable=False)
    password_is_temporary = models.BooleanField("首次登录须改密码", default=False, editable=False)
    former_passwords = models.JSONField(default=list, blank=True, editable=False)

    history = kept_history("password", "last_login", "former_passwords", "password_set_at")

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = "账号"
        permissions = [("unlock_account", "解除登录锁定")]

    @property
    def is_staff(self) -> bool:
        """Whether the account enters the admin: where any of its roles gives it something to do there."""
        from units.rights import rights_of

        return rights_of(self).works_in_admin()

    @is_staff.setter
    def is_staff(self, value: bool) -> None:
        """Takes what Django's makers of accounts state, and leaves it: the memberships say it."""

    @property
    def display_name(self) -> str:
        """How the account is called: family name first, without a space; else its user name."""
        return f"{self.last_name}{self.first_name}" or self.get_username()


class Membership(models.Model):
    """What an account may do in a unit."""

    class Role(models.TextChoices):
        SCHEME_ADMIN = "scheme_admin", "办法管理员"
        RECORDER = "recorder", "登记员"
        COMMITTEE = "committee", "考核委员会成员"
        LEADER = "leader", "单位领导"
        AUDITOR = "auditor", "审计员"
        STAFF = "staff", "干部职工"
        SYSTEM_ADMIN = "system_admin", "系统管理员"
        SECURITY_ADMIN = "security_admin", "安全管理员"
        AUDIT_ADMIN = "audit_admin", "审计管理员"

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships", verbose_name="账号")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="memberships", verbose_name="单位")
    role = models.CharField("角色", max_length=32, choices=Role.choices)

    objects = HistoricQuerySet.as_manager()
    history = kept_history()

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        constraints = [models.UniqueConstraint(fields=["account", "unit", "role"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.account} · {self.unit} · {self.get_role_display()}"
