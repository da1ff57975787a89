"""Records from a snapshot: a draft edition that says the same."""

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from rulesets.engine.canonical import digest_of
from rulesets.families import REGISTRY
from rulesets.models import Component, Edition, Rule, RuleTarget, Scheme, Term, Tier, Wording
from rulesets.models.editions import year_only
from rulesets.models.fields import NOTE_LENGTH
from rulesets.scenarios import copy_scenarios
from rulesets.snapshots import snapshot_of

Snapshot = Mapping[str, Any]
# What one edition has of its own, so that a copy doesn't take it along.
OWN_TO_AN_EDITION = ("document_number", "effective_from", "effective_to")
TERM_KINDS = {"levels": "level", "roles": "role", "groups": "group", "attributes": "attribute"}


@transaction.atomic
def copy_as_draft(edition: Edition) -> Edition:
    """A new draft of the same scheme that says what the edition says, with its scenarios.

    Not under its document number, nor from the day on which it began: these every edition has of its own.
    """
    snapshot = {key: value for key, value in snapshot_of(edition).items() if key not in OWN_TO_AN_EDITION}
    draft = new_draft(edition.scheme, snapshot, origin=f"复制自本办法第{edition.number}版")
    copy_scenarios(edition, draft)
    return draft


@transaction.atomic
def new_draft(scheme: Scheme, snapshot: Snapshot, origin: str = "") -> Edition:
    """A new draft edition of the scheme with the records of a snapshot that was checked.

    origin: where it came from, for people.
    """
    edition = Edition(
        scheme=scheme,
        origin=origin[:NOTE_LENGTH],
        document_number=snapshot.get("document_number", ""),
        effective_from=_day(snapshot.get("effective_from")),
        effective_to=_day(snapshot.get("effective_to")),
        subject=snapshot.get("subject", Edition.Subject.PERSON),
        decimals=snapshot.get("decimals", 2),
        periods=snapshot.get("periods", year_only()),
    )
    edition.save()
    records = _Records(edition)
    records.write_terms(snapshot)
    records.write_components(snapshot.get("components", ()))
    records.write_rules(snapshot.get("rules", ()))
    texts = snapshot.get("wordings", {}).items()
    Wording.objects.bulk_create(Wording(edition=edition, key=key, text=text) for key, text in texts)
    return edition


def says_the_same(edition: Edition | None, snapshot: Snapshot) -> bool:
    """Whether there is an edition and its content is that of the snapshot."""
    return edition is not None and digest_of(snapshot_of(edition)) == digest_of(snapshot)


class _Records:
    """The rows of one draft, remembered by code for those that point to them."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.terms: dict[tuple[str, str], Term] = {}
        self.choices: dict[tuple[str, str], Term] = {}
        self.components: dict[str, Component] = {}
        self.rules: dict[str, Rule] = {}

    def write_terms(self, snapshot: Snapshot) -> None:
        terms = [
            Term(
                edition=self.edition,
                kind=kind,
                code=item["code"],
                name=item["name"],
                order=order,
                most=item.get("most"),
                attribute_type=item.get("type", ""),
            )
            for section, kind in TERM_KINDS.items()
            for order, item in enumerate(snapshot.get(section, ()))
        ]
        Term.objects.bulk_create(terms)
        self.terms = {(term.kind, term.code): term for term in terms}
        choices = [
            Term(
                edition=self.edition,
                kind=Term.Kind.CHOICE,
                parent=self.terms["attribute", attribute["code"]],
                code=item["code"],
                name=item["name"],
                order=order,
            )
            for attribute in snapshot.get("attributes", ())
            for order, item in enumerate(attribute.get("choices", ()))
        ]
        Term.objects.bulk_create(choices)
        self.choices = {(choice.parent.code, choice.code): choice for choice in choices if choice.parent}

    def write_components(self, items: list[Snapshot]) -> None:
        for order, item in enumerate(items):
            self.components[item["code"]] = Component(
                edition=self.edition,
                code=item["code"],
                name=item["name"],
                base=Decimal(item.get("base", "0")),
                floor=_number(item.get("floor")),
                ceiling=_number(item.get("ceiling")),
                weight=_number(item.get("weight")),
                periods=item.get("periods", []),
                base_periods=item.get("base_periods", []),
                clause=item.get("clause", ""),
                assumed=item.get("assumed", ""),
                order=order,
            )
        Component.objects.bulk_create(self.components.values())
        parts = [item for item in items if "parent" in item]
        for item in parts:
            self.components[item["code"]].parent = self.components[item["parent"]]
        Component.objects.bulk_update([self.components[item["code"]] for item in parts], ["parent"])

    def write_rules(self, items: list[Snapshot]) -> None:
        for order, item in enumerate(items):
            self.rules[item["code"]] = Rule(
                edition=self.edition,
                component=self.components.get(item.get("component", "")),
                family=item["family"],
                family_version=item.get("version", 1),
                code=item["code"],
                name=item["name"],
                clause=item.get("clause", ""),
                assumed=item.get("assumed", ""),
                order=order,
                params=item.get("params", {}),
                condition=item.get("condition"),
                periods=item.get("periods", []),
            )
        Rule.objects.bulk_create(self.rules.values())
        Tier.objects.bulk_create(tier for item in items for tier in self._tiers(item))
        RuleTarget.objects.bulk_create(target for item in items for target in self._targets(item))

    def _tiers(self, item: Snapshot) -> Iterator[Tier]:
        attribute = item.get("params", {}).get("attribute")
        for order, tier in enumerate(item.get("tiers", ())):
            yield Tier(
                rule=self.rules[item["code"]],
                **{axis: self.terms[axis, tier[axis]] for axis in ("level", "role", "group") if axis in tier},
                choice=self.choices[attribute, tier["choice"]] if "choice" in tier else None,
                band=self.rules[tier["band"]] if "band" in tier else None,
                low=_number(tier.get("low")),
                low_included=tier.get("low_included", True),
                high=_number(tier.get("high")),
                high_included=tier.get("high_included", False),
                value=_number(tier.get("value")),
                order=order,
            )

    def _targets(self, item: Snapshot) -> Iterator[RuleTarget]:
        rule = self.rules[item["code"]]
        kinds = {
            target.purpose: target.of for target in REGISTRY.get(rule.family, rule.family_version).targets
        }
        for purpose, codes in item.get("targets", {}).items():
            for order, code in enumerate(codes):
                pointed: dict[str, Any] = (
                    {"target_component": self.components[code]}
                    if kinds[purpose] == "component"
                    else {"target_rule": self.rules[code]}
                )
                yield RuleTarget(rule=rule, purpose=purpose, order=order, **pointed)


def _day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
