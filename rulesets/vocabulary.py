"""What spreadsheets and pages may say in a unit: its items, levels, roles, groups, attributes, figures, parts.

Read from the snapshots of the editions that the unit goes by, so that an importer needs neither records nor
families.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from rulesets.engine.numbers import scaled
from rulesets.engine.period import PeriodKind
from rulesets.engine.protocols import Registry, Stage
from rulesets.engine.scheme import Attribute, Rule, Scheme
from rulesets.families import REGISTRY
from rulesets.families.review import rater_groups
from rulesets.models import Edition
from rulesets.snapshots import snapshot_of
from units.models import Unit

Word = TypeVar("Word")

# The fields of families that name a figure.
METRIC_FIELDS = ("metric", "target_metric")
# The places in a ranking that a tier may ask about, and whether it needs the place, the number of places.
PLACES = {"rank": (True, False), "out_of": (False, True), "place_share": (True, True)}


@dataclass(frozen=True, slots=True)
class ItemWords:
    """What a row of an item (计分项, or 一票否决) may say and must say.

    `roles` are those admitted, `groups` those that it is for (none: all), `attributes` the attributes that a
    row must fill in with the choices that its tiers name, `values` its tiers' values in units of 1/10000.
    With `once`, the same subject is registered with the item once in a period of that kind.
    """

    code: str
    name: str
    scheme_code: str
    is_veto: bool
    subject: str  # person or department
    members: bool
    level_needed: bool
    roles: tuple[str, ...]
    role_needed: bool
    groups: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]
    evidence_needed: bool
    quantity_signed: bool
    quantity_read: bool
    values: tuple[int, ...]
    rank_needed: bool
    out_of_needed: bool
    once: PeriodKind | None


@dataclass(frozen=True, slots=True)
class ReviewWords:
    """A review of a part: its round, None where it is held in none, and its rater groups, none: in no groups.

    `kinds` are the periods for which ballots are cast (a round is one of the year's), `subject` of whom.
    """

    round: str | None
    groups: tuple[str, ...]
    kinds: frozenset[PeriodKind]
    subject: str


@dataclass(frozen=True, slots=True)
class MetricWords:
    """A figure that rules read: of which kinds of period, of which subjects, and whether it may be below 0."""

    kinds: frozenset[PeriodKind]
    subjects: frozenset[str]
    signed: bool


@dataclass(frozen=True, slots=True)
class RoleWords:
    """A role; `most` is how many people one event may name in it, None: any number."""

    code: str
    name: str
    most: int | None


@dataclass(frozen=True, slots=True)
class AttributeWords:
    """A further column of events. `type` is choice, number, boolean or date; `choices` code → name."""

    code: str
    name: str
    type: str
    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of a unit, by their codes. `metrics` are the codes that its rules read, `reviews` those of a part.

    Where two schemes of a unit use one code, the scheme whose code comes first gives the name; the choices of
    an attribute are those of all schemes.
    """

    items: Mapping[str, ItemWords]
    levels: Mapping[str, str]
    roles: Mapping[str, RoleWords]
    groups: Mapping[str, str]
    attributes: Mapping[str, AttributeWords]
    metrics: Mapping[str, MetricWords]
    reviews: Mapping[str, tuple[ReviewWords, ...]]
    schemes: tuple[str, ...]


def vocabulary_of(unit: Unit) -> Vocabulary:
    """The words of each scheme's published edition, or of its newest draft where none is published."""
    editions = Edition.objects.spoken_in(unit)
    return vocabulary_from((Scheme.from_snapshot(snapshot_of(edition)) for edition in editions), REGISTRY)


def vocabulary_from(schemes: Iterable[Scheme], registry: Registry) -> Vocabulary:
    """The words of these schemes, in their order."""
    found = tuple(schemes)
    rules = [(scheme, rule) for scheme in found for rule in scheme.rules]
    roles = _first((role.code, RoleWords(role.code, role.name, role.most)) for s in found for role in s.roles)
    return Vocabulary(
        items=_first(
            (rule.code, _item(rule, scheme, registry)) for scheme, rule in rules if registry.of(rule).is_item
        ),
        levels=_first((level.code, level.name) for scheme in found for level in scheme.levels),
        roles=roles,
        groups=_first((group.code, group.name) for scheme in found for group in scheme.groups),
        attributes=_attributes(attribute for scheme in found for attribute in scheme.attributes),
        # Every family that reads a figure or ballots names them in a field of these codes.
        metrics=_metrics(rules, registry),
        reviews=_reviews((scheme, rule) for scheme, rule in rules if "part" in rule.params),
        schemes=tuple(scheme.code for scheme in found),
    )


def _first(pairs: Iterable[tuple[str, Word]]) -> dict[str, Word]:
    words: dict[str, Word] = {}
    for code, word in pairs:
        words.setdefault(code, word)
    return words


def _item(rule: Rule, scheme: Scheme, registry: Registry) -> ItemWords:
    family = registry.of(rule)
    number = rule.params.get("number", "quantity")
    ranged = any(tier.low is not None or tier.high is not None for tier in rule.tiers)
    rank_needed, out_of_needed = PLACES.get(number, (False, False)) if ranged else (False, False)
    tier_roles = [tier.role for tier in rule.tiers if tier.role is not None]
    return ItemWords(
        code=rule.code,
        name=rule.name,
        scheme_code=scheme.code,
        is_veto=family.stage is Stage.VETO,
        subject=scheme.subject,
        members=bool(rule.params.get("members")),
        level_needed=any(tier.level is not None for tier in rule.tiers),
        roles=tuple(dict.fromkeys([*tier_roles, *rule.params.get("roles", ())])),
        role_needed=bool(rule.tiers) and len(tier_roles) == len(rule.tiers),
        groups=tuple(rule.params.get("groups", ())),
        attributes=_needed_attributes(rule),
        evidence_needed=bool(rule.params.get("evidence")),
        quantity_signed=bool(rule.params.get("signed")),
        quantity_read=family.code == "quantity" or (ranged and number == "quantity"),
        values=tuple(scaled(tier.value) for tier in rule.tiers if tier.value is not None),
        rank_needed=rank_needed,
        out_of_needed=out_of_needed,
        once=PeriodKind(rule.params["once"]) if "once" in rule.params else None,
    )


def _needed_attributes(rule: Rule) -> dict[str, tuple[str, ...]]:
    choices = dict.fromkeys(tier.choice for tier in rule.tiers if tier.choice is not None)
    return {rule.params["attribute"]: tuple(choices)} if choices else {}


def _metrics(rules: Iterable[tuple[Scheme, Rule]], registry: Registry) -> dict[str, MetricWords]:
    found: dict[str, MetricWords] = {}
    for scheme, rule in rules:
        each = rule.params.get("each")
        kinds = frozenset([PeriodKind(each)] if each else rule.periods or scheme.periods)
        words = MetricWords(kinds, frozenset([scheme.subject]), not registry.of(rule).counts)
        for key in METRIC_FIELDS:
            if key in rule.params:
                other = found.get(rule.params[key], words)
                found[rule.params[key]] = MetricWords(
                    words.kinds | other.kinds, words.subjects | other.subjects, words.signed and other.signed
                )
    return found


def _reviews(rules: Iterable[tuple[Scheme, Rule]]) -> dict[str, tuple[ReviewWords, ...]]:
    reviews: dict[str, tuple[ReviewWords, ...]] = {}
    for scheme, rule in rules:
        turn = rule.params.get("round")
        kinds = frozenset([PeriodKind.YEAR] if turn else rule.periods or scheme.periods)
        words = ReviewWords(turn, tuple(rater_groups(rule)), kinds, scheme.subject)
        reviews[rule.params["part"]] = (*reviews.get(rule.params["part"], ()), words)
    return reviews


def _attributes(attributes: Iterable[Attribute]) -> dict[str, AttributeWords]:
    words: dict[str, AttributeWords] = {}
    for attribute in attributes:
        known = words.get(attribute.code)
        choices = {choice.code: choice.name for choice in attribute.choices}
        name, kind = (known.name, known.type) if known else (attribute.name, attribute.type)
        merged = choices | dict(known.choices) if known else choices
        words[attribute.code] = AttributeWords(attribute.code, name, kind, merged)
    return words
