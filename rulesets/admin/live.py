"""What a rule would mean as it stands in its form, while it is typed: said in a sentence, nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_POST

from rulesets.admin.fields import shown
from rulesets.admin.rule_form import CONDITION, PARAM, TARGET, RuleForm, family_of, range_titles
from rulesets.families import REGISTRY
from rulesets.models import Rule, RuleTarget, Tier
from rulesets.sentences import rule_errors, rule_sentence
from rulesets.snapshots import rule_record, snapshot_around, snapshot_of, tier_record


class LiveSentence:
    """Mixed into the admin of rules: `say/` behind a rule's address."""

    def get_urls(self) -> list[Any]:
        wall = self.admin_site.admin_view  # type: ignore[attr-defined]
        own = [path("<int:pk>/say/", wall(require_POST(self.say)), name="rulesets_rule_say")]
        return own + super().get_urls()  # type: ignore[misc]

    def say(self, request: HttpRequest, pk: int) -> HttpResponse:
        """JSON: `sentence`, `faults` with the field that each is about (empty: none in particular), and the `titles`
        of the tiers' columns where what is chosen names them.
        """
        rules = self.get_queryset(request).select_related("edition__scheme", "component")  # type: ignore[attr-defined]
        rule = rules.filter(pk=pk).first()
        if rule is None or not self.has_view_permission(request, rule):  # type: ignore[attr-defined]
            raise Http404
        if not self.has_change_permission(request, rule):  # type: ignore[attr-defined]
            raise PermissionDenied
        form = self.get_form(request, rule, change=True)(request.POST, instance=rule)  # type: ignore[attr-defined]
        formsets, _ = self._create_formsets(request, form.instance, change=True)  # type: ignore[attr-defined]
        form.is_valid()
        for formset in formsets:
            formset.is_valid()
        faults = [*_form_faults(form), *_row_faults(formsets)]
        sentence = ""
        if not faults:
            record = rule_record(form.instance, _tiers(formsets), _targets(form, formsets))
            snapshot = snapshot_around(rule.edition, rule, record)
            faults = [
                (field_of(text, form), text) for text in rule_errors(snapshot, record["code"], REGISTRY)
            ]
            sentence = "" if faults else rule_sentence(snapshot, record["code"], REGISTRY)
            sentence = _with_names(sentence, form.instance)
        said = [{"field": field, "text": plain_fault(text)} for field, text in faults]
        titles = range_titles(form.instance)
        answer = {"sentence": sentence, "faults": said} | ({"titles": titles} if titles else {})
        return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _form_faults(form: Any) -> Iterable[tuple[str, str]]:
    for name, messages in form.errors.items():
        for message in messages:
            label = form.fields[name].label if name in form.fields else ""
            yield name if name in form.fields else "", f"“{label}”{message}" if label else message


def _row_faults(formsets: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for formset in formsets:
        for place, row in enumerate(formset.forms, 1):
            if formset.can_delete and formset._should_delete_form(row):
                continue
            for messages in row.errors.values():
                yield from (("", f"第{place}档：{message}") for message in messages)


def _kept(formsets: Iterable[Any], model: type[Any]) -> list[Any]:
    """The rows of a table that stay, as they would be stored, in their order."""
    rows = [
        row.instance
        for formset in formsets
        if formset.model is model
        for row in formset.forms
        if not formset._should_delete_form(row) and (row.instance.pk or row.has_changed())
    ]
    return sorted(rows, key=lambda row: (row.order, row.pk or 0))


def _tiers(formsets: Iterable[Any]) -> list[dict[str, Any]]:
    return [tier_record(tier) for tier in _kept(formsets, Tier)]


def _targets(form: RuleForm, formsets: Iterable[Any]) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = {}
    for target, keys in form.targets():
        rows: Any = form.instance.edition.rules if target.of == "rule" else form.instance.edition.components
        known = dict(rows.filter(pk__in=keys).values_list("pk", "code"))
        if keys:
            codes[target.purpose] = [known[key] for key in keys]
    for row in _kept(formsets, RuleTarget):
        codes.setdefault(row.purpose, []).append((row.target_rule or row.target_component).code)
    return codes


def field_of(text: str, form: RuleForm) -> str:
    """The field whose label a fault names in quotes; empty where it names none."""
    family = family_of(form.instance)
    labels = {f"{PARAM}{field.code}": field.label for field in family.fields}
    labels |= {f"{TARGET}{target.purpose}": target.label for target in family.targets}
    if CONDITION in form.fields:
        labels[CONDITION] = "适用条件"
    return next((name for name, label in labels.items() if f"“{label}”" in text or label in text), "")


def plain_fault(text: str) -> str:
    """A fault without the record's name before it and without codes: it stands on the record's own page."""
    return text.partition("：")[2] if text.startswith("规则 ") else text


def stored_sentence(rule: Rule) -> tuple[str, list[str]]:
    """What a stored rule means, and what is wrong with it."""
    edition = rule.edition
    snapshot = snapshot_of(edition) if edition.frozen else snapshot_around(edition, rule)
    if faults := rule_errors(snapshot, rule.code, REGISTRY):
        return "", [plain_fault(fault) for fault in faults]
    return _with_names(rule_sentence(snapshot, rule.code, REGISTRY), rule), []


def _with_names(sentence: str, rule: Rule) -> str:
    """The sentence with names for the codes of other records, which the edition by itself doesn't know."""
    for field in family_of(rule).fields:
        if field.known and (code := rule.params.get(field.code)):
            sentence = sentence.replace(f"“{code}”", f"“{shown(field, code, rule.edition)}”")
    return sentence
