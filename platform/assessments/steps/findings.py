"""Findings of a check, each with the page of the record that it names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from rulesets.checks import Finding, Severity
from rulesets.models import Edition

TITLES = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.INFORMATION: "说明"}
ADVICE = {
    Severity.ERROR: "有错误的办法不能发布，请逐条改正。",
    Severity.WARNING: "请逐条核对：改正，或在发布说明中写明为何照此发布。",
    Severity.INFORMATION: "供了解，不必处理。",
}


@dataclass(frozen=True, slots=True)
class LinkedFinding:
    """A finding, and the address of the record where it is to be put right."""

    record: str
    name: str
    message: str
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """The findings of one severity."""

    severity: str
    title: str
    advice: str
    findings: Sequence[LinkedFinding]


def sections_of(edition: Edition, findings: Iterable[Finding]) -> list[Section]:
    """The findings by severity, those without any left out."""
    found = list(findings)
    pages = _Pages(edition)
    return [
        Section(
            severity.value,
            TITLES[severity],
            ADVICE[severity],
            [
                LinkedFinding(f.record, pages.name_of(f.record), f.message, pages.of(f.record))
                for f in found
                if f.severity is severity
            ],
        )
        for severity in Severity
        if any(f.severity is severity for f in found)
    ]


class _Pages:
    """Finds the page of what a finding calls “规则 B601 第2档” or “构成部分 work”; else the edition's own."""

    def __init__(self, edition: Edition) -> None:
        self.edition = reverse("admin:rulesets_edition_change", args=[edition.pk])
        rules = edition.rules.values_list("code", "pk", "name")
        components = edition.components.values_list("code", "pk", "name")
        self.rules = {code: pk for code, pk, _ in rules}
        self.components = {code: pk for code, pk, _ in components}
        self.names = {("规则", code): name for code, _, name in rules}
        self.names |= {("构成部分", code): name for code, _, name in components}
        self.names |= {(term.get_kind_display(), term.code): term.name for term in edition.terms.all()}

    def name_of(self, record: str) -> str:
        """What the record is called besides its code; empty where that is not known here."""
        kind, _, rest = record.partition(" ")
        return self.names.get((kind, rest.partition(" ")[0]), "")

    def of(self, record: str) -> str:
        kind, _, rest = record.partition(" ")
        code, _, place = rest.partition(" ")
        if kind == "规则" and code in self.rules:
            page = reverse("admin:rulesets_rule_change", args=[self.rules[code]])
            return f"{page}#tiers-group" if place else page
        if kind == "构成部分" and code in self.components:
            return reverse("admin:rulesets_component_change", args=[self.components[code]])
        inline = {"构成部分": "components", "规则": "", "考核办法": "", "等次": ""}.get(kind, "terms")
        return f"{self.edition}#{inline}-group" if inline else self.edition
