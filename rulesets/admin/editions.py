"""The page of an edition: its words and components, the way to its rules, and what can be done with it.

Its steps to publication stand in `assessments.steps`.
"""

from collections.abc import Iterable
from typing import Any

from adminsortable2.admin import SortableAdminBase
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from rulesets.admin.comparing import ComparePage
from rulesets.admin.component_rows import ComponentInline
from rulesets.admin.fields import PeriodKindsField, period_names
from rulesets.admin.frozen import DraftOnlyAdmin, links
from rulesets.admin.history_words import histories_in_edition
from rulesets.admin.terms import TermsPage, terms_said
from rulesets.admin.workbooks import WorkbookPages
from rulesets.drafts import copy_as_draft
from rulesets.families import REGISTRY
from rulesets.models import Component, Edition, Rule, RuleTarget, Scenario, Term, Tier, Wording
from rulesets.packs import dump_pack
from rulesets.schema import pack_schema
from rulesets.snapshots import snapshot_of
from units.access import account_named


class EditionForm(forms.ModelForm):  # type: ignore[type-arg]
    """An edition; kinds of periods are ticked."""

    periods = PeriodKindsField(label="考核期间", initial=["year"])

    class Meta:
        model = Edition
        fields = [
            "scheme",
            "document_number",
            "effective_from",
            "effective_to",
            "subject",
            "decimals",
            "periods",
        ]


@admin.register(Edition)
class EditionAdmin(TermsPage, WorkbookPages, ComparePage, SortableAdminBase, DraftOnlyAdmin):
    unit_path = "scheme__unit"
    form = EditionForm
    change_form_template = "admin/rulesets/edition/change_form.html"
    list_display = ["scheme", "number", "status", "document_number", "effective_from", "published_at"]
    list_filter = ["scheme", "status"]
    when_empty = "先新建一份考核办法，它的第一个草稿就在这里。"
    list_select_related = ["scheme"]
    inlines = [ComponentInline]
    readonly_fields = [
        *("number", "status", "publisher", "published_at", "published_reason", "retired_at", "digest"),
        *("origin", "periods_named", "terms_listed", "rules_listed"),
    ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return EditionForm.Meta.fields
        own = EditionForm.Meta.fields
        if not self.has_change_permission(request, obj):
            own = [*own[:-1], "periods_named"]
        published = ["publisher", "published_at", "published_reason", "retired_at", "digest"]
        origin = ["origin"] if obj.origin else []
        return [
            "number",
            "status",
            *origin,
            *own,
            *(published if obj.frozen else []),
            "terms_listed",
            "rules_listed",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["scheme"] if obj is not None else [])]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else self.inlines

    def response_post_save_add(self, request: HttpRequest, obj: Edition) -> HttpResponseRedirect:
        """On to the draft's page, where its components and words are written."""
        return HttpResponseRedirect(reverse("admin:rulesets_edition_change", args=[obj.pk]))

    def response_post_save_change(self, request: HttpRequest, obj: Edition) -> HttpResponseRedirect:
        """Back to the draft, from which the ways to its items lead on."""
        return self.response_post_save_add(request, obj)

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """What goes with drafts, by number: their tiers are thousands, and Django asks of each whether it may go."""
        drafts = list(objs)
        if any(draft.frozen or not self.has_delete_permission(request, draft) for draft in drafts):
            return super().get_deleted_objects(drafts, request)
        ways = {
            Component: "edition",
            Term: "edition",
            Wording: "edition",
            Scenario: "edition",
            Rule: "edition",
        }
        ways |= {Tier: "rule__edition", RuleTarget: "rule__edition"}
        counts = {
            str(model._meta.verbose_name): model._base_manager.filter(**{f"{way}__in": drafts}).count()
            for model, way in ways.items()
        }
        kind = str(self.opts.verbose_name)
        parts = [f"{name} {count} 条" for name, count in counts.items() if count]
        counted = {kind: len(drafts)} | {name: count for name, count in counts.items() if count}
        return [*(f"{kind}：{draft}" for draft in drafts), parts], counted, set(), []

    def further_histories(self, row: Edition) -> Iterable[QuerySet[Any]]:
        return histories_in_edition(row)

    publisher = staticmethod(account_named("published_by", "发布人"))

    @admin.display(description="考核期间")
    def periods_named(self, edition: Edition) -> str:
        return period_names(edition.periods)

    @admin.display(description="级别、角色等用语")
    def terms_listed(self, edition: Edition) -> SafeString:
        return terms_said(edition)

    @admin.display(description="其他规则")
    def rules_listed(self, edition: Edition) -> SafeString:
        """Those of no component: limits, bands, outcomes; a component's own stand on its page."""
        rules = edition.rules.filter(component=None)
        return links(
            [
                (
                    reverse("admin:rulesets_rule_change", args=[rule.pk]),
                    f"{rule} · {REGISTRY.get(rule.family, rule.family_version).name}",
                )
                for rule in rules
            ]
        )

    def get_urls(self) -> list[Any]:
        wall = self.admin_site.admin_view
        own = [
            path("structure.json", wall(self.structure), name="rulesets_edition_structure"),
            path("<int:pk>/copy/", wall(require_POST(self.copy_page)), name="rulesets_edition_copy"),
            path("<int:pk>/export/", wall(self.export), name="rulesets_edition_export"),
        ]
        return own + self.terms_urls() + self.workbook_urls() + super().get_urls()

    def _edition(self, request: HttpRequest, pk: int) -> Edition:
        """The edition of the address. Raises Http404 for one that the account may not see."""
        edition: Edition | None = self.get_queryset(request).select_related("scheme").filter(pk=pk).first()
        if edition is None or not self.has_view_permission(request, edition):
            raise Http404
        return edition

    def structure(self, request: HttpRequest) -> HttpResponse:
        """The JSON Schema of packs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = JsonResponse(pack_schema(REGISTRY), json_dumps_params={"ensure_ascii": False, "indent": 1})
        response["Content-Disposition"] = 'attachment; filename="pack.schema.json"'
        return response

    def export(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The edition as a pack."""
        edition = self._edition(request, pk)
        response = HttpResponse(
            dump_pack(snapshot_of(edition)), content_type="application/yaml; charset=utf-8"
        )
        name = f"{edition.scheme.code}-{edition.number}.yaml"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def copy_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Makes a new draft that says the same, and shows it."""
        edition = self._edition(request, pk)
        if not self.may(request, "rulesets.add_edition", edition):
            raise PermissionDenied
        draft = copy_as_draft(edition)
        messages.success(request, f"已复制为“{draft}”，可以修改。")
        return HttpResponseRedirect(reverse("admin:rulesets_edition_change", args=[draft.pk]))
