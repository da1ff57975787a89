"""The admin's index by task: what one does in the course of a period, not which tables there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from import_export.admin import ImportMixin

register = template.Library()

# Heading, what it is for, and the models in the order in which one needs them.
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "编写办法",
        "把考核办法写成条目，检查、试算，再发布。",
        (
            *("rulesets.scheme", "rulesets.edition", "rulesets.component", "rulesets.rule"),
            *("rulesets.scenario", "rulesets.wording"),
        ),
    ),
    (
        "人员与名册",
        "谁在哪个部门任职，谁不参加考核。",
        ("units.person", "units.appointment", "units.department", "ledger.exclusion"),
    ),
    (
        "登记",
        "一年中发生的事项、测评票和指标数据；导入错了的可以整批撤销。",
        (
            *("ledger.event", "ledger.ballot", "ledger.metric", "ledger.importrecord", "ledger.batch"),
            "ledger.periodclosing",
        ),
    ),
    (
        "核算、审定与公布",
        "每次核算的结果、考核委员会的审定、已公布的结果、印发的文书。",
        (
            *("assessments.run", "assessments.result", "assessments.decision", "assessments.publication"),
            "reports.issuedpaper",
        ),
    ),
    (
        "单位与账号",
        "下级单位，谁能登录，谁能办什么。",
        ("units.unit", "units.account", "units.membership"),
    ),
)
OTHERS = ("系统", "界面和后台运行情况。")


@dataclass(frozen=True, slots=True)
class Entry:
    """A model's list, and where the account may, the pages to import and to add. code: unique on a page."""

    code: str
    name: str
    address: str
    add_address: str
    import_address: str


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind of work."""

    name: str
    about: str
    entries: list[Entry]


@register.simple_tag
def task_groups(request: HttpRequest, app_list: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Django's list of models, as far as the account may see them, by kind of work; empty groups left out.

    A model that no group names stands under 系统, so that none gets lost.
    """
    models = {
        f"{app['app_label']}.{model['object_name'].lower()}": (app["app_label"], model)
        for app in app_list
        for model in app["models"]
        if model.get("admin_url")
    }
    grouped = [
        (name, about, [models.pop(label) for label in labels if label in models])
        for name, about, labels in GROUPS
    ]
    grouped.append((*OTHERS, list(models.values())))
    return [
        Group(name, about, [_entry(request, app, model) for app, model in found])
        for name, about, found in grouped
        if found
    ]


def _entry(request: HttpRequest, app_label: str, model: Mapping[str, Any]) -> Entry:
    pages = admin.site.get_model_admin(model["model"])
    imports = isinstance(pages, ImportMixin) and pages.has_import_permission(request)
    name = f"admin:{app_label}_{model['object_name'].lower()}_import"
    return Entry(
        code=f"{app_label}-{model['object_name'].lower()}",
        name=str(model["name"]),
        address=model["admin_url"],
        add_address=model.get("add_url") or "",
        import_address=reverse(name) if imports else "",
    )
