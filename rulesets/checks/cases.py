"""What a rule's table can be asked about: the values that each field of a case can have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rulesets.engine.conditions import Comparison, Conjunction, Value
from rulesets.engine.decide import points_table, rules_in
from rulesets.engine.frames import attribute_column
from rulesets.engine.numbers import SCALE
from rulesets.engine.protocols import Registry
from rulesets.engine.scheme import Rule, Scheme, Term, Tier

HUNDRED = 100 * SCALE
Range = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Domain:
    """The values that a field can have, in the units in which a case holds them.

    Texts one by one (`values`) or any (`any_text`); whole multiples of `step` within the `ranges`, whose ends
    are included and None where open. `missing`: the field can be left empty.
    """

    values: frozenset[str] = frozenset()
    ranges: tuple[Range, ...] = ()
    step: int = 1
    any_text: bool = False
    missing: bool = True

    def admits(self, comparisons: Sequence[Comparison]) -> bool:
        """Whether some value of the field meets all the comparisons."""
        return any(all(c.holds(value) for c in comparisons) for value in self._telling(comparisons))

    def _telling(self, comparisons: Sequence[Comparison]) -> Iterator[Value | None]:
        """Enough values to tell: between two neighbours of them, no comparison changes its answer."""
        if self.missing:
            yield None
        yield from self.values
        if self.any_text:
            asked = [str(c.value) for c in comparisons if c.value is not None]
            yield from asked
            yield "".join(asked) + "他"
        if self.ranges:
            marks = [c.value for c in comparisons if isinstance(c.value, int)]
            marks += [end for ends in self.ranges for end in ends if end is not None]
            for mark in marks or [0]:
                below = mark // self.step * self.step
                yield from filter(self._within, (below - self.step, below, below + self.step))

    def _within(self, number: int) -> bool:
        return any(
            (low is None or number >= low) and (high is None or number <= high) for low, high in self.ranges
        )


ANY_TEXT = Domain(any_text=True)
ANY_NUMBER = Domain(ranges=((None, None),), missing=False)
COUNT = Domain(ranges=((1, None),))
# From the nearer end: nobody stands further from the last than half of the field; alone one is the first 100%.
PLACE_SHARE = Domain(ranges=((-HUNDRED // 2, -1), (1, HUNDRED)))
Domains = Mapping[str, Domain]


def domains_of(rule: Rule, scheme: Scheme, registry: Registry) -> Domains:
    """Field → what a case of the rule's table can hold there; fields that aren't named can hold anything."""
    return item_domains(rule, scheme) if registry.of(rule).is_item else standing_domains(rule, scheme)


def item_domains(item: Rule, scheme: Scheme) -> dict[str, Domain]:
    """The fields of an event row of the item, as the import admits them."""
    tiers, params = item.tiers, item.params
    own_roles = [tier.role for tier in tiers if tier.role is not None]
    members_of_all = bool(params.get("members"))
    groups = params.get("groups", ()) if params.get("groups") and not members_of_all else ()
    domains = {
        "item": _terms([item.code], missing=False),
        "level": _terms(_codes(scheme.levels), missing=all(tier.level is None for tier in tiers)),
        "role": _terms(
            [*own_roles, *params.get("roles", ())], missing=len(own_roles) < len(tiers) or not tiers
        ),
        "group": _terms(groups or _codes(scheme.groups), missing=not groups),
        "department": ANY_TEXT,
        "matter": ANY_TEXT,
        "evidence": replace(ANY_TEXT, missing=not params.get("evidence")),
        "quantity": Domain(ranges=((None if params.get("signed") else 0, None),)),
        "rank": COUNT,
        "out_of": COUNT,
        "occurrence": COUNT,
        "place_share": PLACE_SHARE,
    }
    if scheme.subject == "department":
        domains["group"] = _terms([], missing=True)
    for attribute in scheme.attributes:
        choices = [tier.choice for tier in tiers if tier.choice is not None]
        if choices and params.get("attribute") == attribute.code:
            # The import takes no other choice than those of the tiers.
            domains[attribute_column(attribute.code)] = _terms(choices, missing=False)
        elif attribute.type == "choice":
            domains[attribute_column(attribute.code)] = _terms(_codes(attribute.choices), missing=True)
    return domains


def standing_domains(rule: Rule, scheme: Scheme) -> dict[str, Domain]:
    """The fields of the tables of rules that look at figures, bands and ranks."""
    groups = [] if scheme.subject == "department" else _codes(scheme.groups)
    return {
        "rule": _terms([rule.code], missing=False),
        "outcome": _terms([rule.code], missing=False),
        "quota": _terms([rule.code], missing=False),
        "value": ANY_NUMBER,
        "place": Domain(ranges=((SCALE, None),), step=SCALE, missing=False),
        "rank": COUNT,
        # Rounded to the scheme's decimals: nothing lies between 89.99 and 90.
        "total": Domain(ranges=((None, None),), step=SCALE // 10**scheme.decimals),
        "group": _terms(groups, missing=True),
        "band": _terms(_bands_beside(rule, scheme), missing=True),
    }


def _bands_beside(rule: Rule, scheme: Scheme) -> list[str]:
    """The bands that hold in some kind of period together with the rule."""
    held = [{other.code for other in found} for found in (rules_in(scheme, kind) for kind in scheme.periods)]
    return [
        band.code
        for band in scheme.rules
        if band.family == "band" and any({rule.code, band.code} <= codes for codes in held)
    ]


def can_decide(
    rule: Rule, tier: Tier, scheme: Scheme, registry: Registry, domains: Domains | None = None
) -> bool:
    """Whether some case meets the tier, and the rule's condition with it.

    The tier need not be one of the rule's: what cases there are depends on the rule's own tiers. `domains` are
    those of the rule, where they are known already.
    """
    if domains is None:
        domains = domains_of(rule, scheme, registry)
    probe = replace(rule, tiers=(tier,))
    if registry.of(rule).is_item:
        tables = [points_table(scheme, [probe])]
    else:
        tables = list(registry.of(rule).tables([probe], scheme))
    return any(can_be(row.conditions, domains) for table in tables for row in table.rules)


def deciding_tiers(rule: Rule, scheme: Scheme, domains: Domains) -> set[int]:
    """The places of an item's tiers that some case meets, the item's condition with it: `can_decide` for all."""
    rows = points_table(scheme, [rule]).rules
    return {row.decision for row in rows if can_be(row.conditions, domains)}


def can_be(conditions: Conjunction, domains: Domains) -> bool:
    """Whether some case meets all the comparisons."""
    by_field: dict[str, list[Comparison]] = {}
    for comparison in conditions:
        by_field.setdefault(comparison.field, []).append(comparison)
    return all(domains.get(field, ANY_TEXT).admits(asked) for field, asked in by_field.items())


def _codes(terms: Sequence[Term]) -> list[str]:
    return [term.code for term in terms]


def _terms(codes: Sequence[str], missing: bool) -> Domain:
    return Domain(values=frozenset(codes), missing=missing)
