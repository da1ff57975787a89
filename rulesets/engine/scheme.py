"""A frozen scheme, as the engine reads it from a snapshot.

A snapshot is the canonical form of an edition: plain data, numbers as decimal texts, defaults left out.
`Scheme.from_snapshot` trusts that the snapshot was checked (`rulesets.checks`) before it was frozen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rulesets.engine.period import PeriodKind

Snapshot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the unit's vocabulary: a level, a role, a group, or a choice of an attribute."""

    code: str
    name: str
    most: int | None = None  # of a role: how many people an event may name in it


@dataclass(frozen=True, slots=True)
class Attribute:
    """A further column of events. `type` is choice, number, boolean or date."""

    code: str
    name: str
    type: str
    choices: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the total; numbers are decimal texts, None where the scheme sets none."""

    code: str
    name: str
    parent: str | None
    base: str
    floor: str | None
    ceiling: str | None
    weight: str | None
    periods: tuple[PeriodKind, ...]
    base_periods: tuple[PeriodKind, ...]
    clause: str
    assumed: str

    def applies_in(self, kind: PeriodKind) -> bool:
        return not self.periods or kind in self.periods

    def base_in(self, kind: PeriodKind) -> str:
        """The base that an assessment of such a period starts from."""
        return self.base if not self.base_periods or kind in self.base_periods else "0"


@dataclass(frozen=True, slots=True)
class Tier:
    """A row of a rule's table: what a case must be, and the value it then has. None asks nothing."""

    level: str | None = None
    role: str | None = None
    group: str | None = None
    choice: str | None = None
    band: str | None = None
    low: str | None = None
    low_included: bool = True
    high: str | None = None
    high_included: bool = False
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule record. `params` hold the family's declared fields; `targets` codes of rules or components."""

    code: str
    name: str
    family: str
    version: int
    component: str | None
    params: Mapping[str, Any]
    condition: Mapping[str, Any] | None
    periods: tuple[PeriodKind, ...]
    tiers: tuple[Tier, ...]
    targets: Mapping[str, tuple[str, ...]]
    clause: str
    assumed: str
    order: int

    def applies_in(self, kind: PeriodKind) -> bool:
        return not self.periods or kind in self.periods

    def tier_record(self, index: int) -> str:
        """How a message names a tier of this rule."""
        return f"{self.code} 第{index + 1}档"


@dataclass(frozen=True, slots=True)
class Scheme:
    """All that an edition says."""

    code: str
    name: str
    subject: str  # person or department
    decimals: int
    periods: tuple[PeriodKind, ...]
    levels: tuple[Term, ...]
    roles: tuple[Term, ...]
    groups: tuple[Term, ...]
    attributes: tuple[Attribute, ...]
    components: tuple[Component, ...]
    rules: tuple[Rule, ...]
    snapshot: Snapshot
    reckoning: int = 1  # `rulesets.engine.corrections`

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot) -> "Scheme":
        """The scheme that a snapshot holds."""
        return cls(
            code=snapshot["code"],
            name=snapshot["name"],
            subject=snapshot.get("subject", "person"),
            decimals=int(snapshot.get("decimals", 2)),
            periods=_kinds(snapshot) or (PeriodKind.YEAR,),
            levels=_terms(snapshot.get("levels", ())),
            roles=_terms(snapshot.get("roles", ())),
            groups=_terms(snapshot.get("groups", ())),
            attributes=tuple(
                Attribute(item["code"], item["name"], item["type"], _terms(item.get("choices", ())))
                for item in snapshot.get("attributes", ())
            ),
            components=tuple(_component(item) for item in snapshot.get("components", ())),
            rules=tuple(_rule(item, order) for order, item in enumerate(snapshot.get("rules", ()))),
            snapshot=snapshot,
            reckoning=int(snapshot.get("reckoning", 1)),
        )

    def components_in(self, kind: PeriodKind) -> tuple[Component, ...]:
        """The components whose values make the total of such a period, in the scheme's order.

        A part enters through its parent; where the parent does not stand, the parts do.
        """
        standing = {component.code for component in self.components if component.applies_in(kind)}
        return tuple(c for c in self.components if c.code in standing and c.parent not in standing)

    def homes_in(self, kind: PeriodKind) -> dict[str, str]:
        """Component → the one of `components_in` that its value makes or enters in such a period.

        A part enters its parent as a sum (from reckoning 2 on), unless the parent takes the mean of sheets.
        """
        homes = {component.code: component.code for component in self.components_in(kind)}
        if self.reckoning >= 2:
            homes |= {
                part.code: part.parent
                for part in self.components
                if part.parent in homes and part.applies_in(kind) and self.sheets_of(part, kind) is None
            }
        return homes

    def sheets_of(self, part: Component, kind: PeriodKind) -> PeriodKind | None:
        """Of what kind of period there is a sheet with the part on it, when such a period is assessed."""
        means = (rule for rule in self.rules if rule.family == "weighting" and rule.applies_in(kind))
        own = (rule for rule in means if part.parent is not None and rule.component == part.parent)
        return next((PeriodKind(rule.params["each"]) for rule in own), None)

    def component(self, code: str) -> Component:
        return next(component for component in self.components if component.code == code)

    def rule(self, code: str) -> Rule:
        return next(rule for rule in self.rules if rule.code == code)

    def attribute(self, code: str) -> Attribute:
        return next(attribute for attribute in self.attributes if attribute.code == code)

    def name_of(self, kind: str, code: str) -> str:
        """The Chinese name of a level, role or group; the code itself where the scheme has no such word."""
        terms: tuple[Term, ...] = getattr(self, f"{kind}s")
        return next((term.name for term in terms if term.code == code), code)


def _kinds(item: Snapshot, key: str = "periods") -> tuple[PeriodKind, ...]:
    return tuple(PeriodKind(kind) for kind in item.get(key, ()))


def _terms(items: Any) -> tuple[Term, ...]:
    return tuple(
        Term(item["code"], item["name"], int(item["most"]) if "most" in item else None) for item in items
    )


def _component(item: Snapshot) -> Component:
    return Component(
        code=item["code"],
        name=item["name"],
        parent=item.get("parent"),
        base=item.get("base", "0"),
        floor=item.get("floor"),
        ceiling=item.get("ceiling"),
        weight=item.get("weight"),
        periods=_kinds(item),
        base_periods=_kinds(item, "base_periods"),
        clause=item.get("clause", ""),
        assumed=item.get("assumed", ""),
    )


def _rule(item: Snapshot, order: int) -> Rule:
    return Rule(
        code=item["code"],
        name=item["name"],
        family=item["family"],
        version=int(item.get("version", 1)),
        component=item.get("component"),
        params=item.get("params", {}),
        condition=item.get("condition"),
        periods=_kinds(item),
        tiers=tuple(Tier(**tier) for tier in item.get("tiers", ())),
        targets={purpose: tuple(codes) for purpose, codes in item.get("targets", {}).items()},
        clause=item.get("clause", ""),
        assumed=item.get("assumed", ""),
        order=order,
    )
