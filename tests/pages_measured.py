"""The pages whose queries and time are measured, each with an address of a unit that `large_unit` made."""

from collections.abc import Mapping

from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from assessments.models import Run
from ledger.models import Event, ImportRecord
from rulesets.models import Component, Rule
from units.models import Unit


def admin_lists() -> dict[str, str]:
    """Label → address of every list of the admin; what is edited on another record's page alone has none."""
    found = {}
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label_lower):
        try:
            found[model._meta.label_lower] = reverse(
                f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"
            )
        except NoReverseMatch:
            continue
    return found


def addresses(unit: Unit, run: Run) -> Mapping[str, str]:
    """Name → address: every page of the portal that reads, every list of the admin, and the heavy single pages."""
    subject = run.results.order_by("rank").values_list("no", flat=True)[0]
    of_period = {
        name: reverse(f"portal:{name}", args=[unit.code, run.period])
        for name in ("results", "review", "roster")
    }
    lists = {f"admin {label}": address for label, address in admin_lists().items()}
    edition = run.edition
    rows = {
        "ledger.event": Event.objects.filter(unit=unit).values_list("pk", flat=True)[0],
        "units.person": unit.people.values_list("pk", flat=True)[0],
        "rulesets.edition": edition.pk,
        "rulesets.component": Component.objects.filter(edition=edition).values_list("pk", flat=True)[0],
        "rulesets.rule": Rule.objects.filter(edition=edition).values_list("pk", flat=True)[0],
        "assessments.run": run.pk,
        "assessments.result": run.results.values_list("pk", flat=True)[0],
    }
    single = {
        f"admin one {label}": reverse(f"admin:{label.replace('.', '_')}_change", args=[pk])
        for label, pk in rows.items()
    }
    component = rows["rulesets.component"]
    single["admin items of a component"] = reverse("admin:rulesets_component_items", args=[component])
    single["admin words of an edition"] = reverse("admin:rulesets_edition_terms", args=[edition.pk])
    single["admin history of an edition"] = reverse("admin:rulesets_edition_history", args=[edition.pk])
    search = {
        "admin people by pinyin": f"{reverse('admin:units_person_changelist')}?q=zgq",
        "admin events by pinyin": f"{reverse('admin:ledger_event_changelist')}?q=zgq",
        "admin results by pinyin": f"{reverse('admin:assessments_result_changelist')}?q=zgq",
    }
    return {
        "home": reverse("portal:home"),
        **of_period,
        "subject": reverse("portal:subject", args=[unit.code, run.period, subject]),
        "admin index": reverse("admin:index"),
        **lists,
        **single,
        **{
            f"admin {task} events": reverse(f"admin:ledger_event_{task}")
            for task in ("import", "export", "enter")
        },
        "admin correct an event": reverse("admin:ledger_event_correct", args=[rows["ledger.event"]]),
        "admin one ledger.importrecord": reverse(
            "admin:ledger_importrecord_change", args=[ImportRecord.objects.filter(unit=unit).latest("pk").pk]
        ),
        **search,
    }
