"""What a rule family is: the promises that the engine, the admin, the packs and the lint build on.

A family is one file in `rulesets/families`, a subclass of one of the three protocols below. It reckons over
all its rules at once. The engine gets the registry handed in and imports no family.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import Any, ClassVar

import polars as pl

from rulesets.engine.conditions import Value
from rulesets.engine.frames import LINES, Frames, empty
from rulesets.engine.numbers import SCALE
from rulesets.engine.period import Period
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.tables import DecisionTable


class Stage(IntEnum):
    """The order of computation (docs/SEMANTICS.md, 2)."""

    AWARD = 10  # events → lines
    STANDING = 20  # calendar and figures → lines
    ESCALATION = 30  # lines → further lines
    FACTOR = 35  # points of lines × a factor
    MATTER = 40  # one count per matter
    LIMIT = 50  # limits of items; the engine then holds the components
    SCORE = 60  # ballots, figures, published results → values of components
    FILL = 65  # components that do not apply → values from the others
    WEIGHT = 70  # components → their share in the total
    TIE = 75  # equal totals → a finer rank
    SHARE = 80  # ranks → who is inside a share
    BAND = 90
    VETO = 100
    OUTCOME = 110


class FieldKind(StrEnum):
    """What a declared field of a family holds; the form, the JSON Schema, YAML and workbook derive from it."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    PERIOD_KIND = "period_kind"  # year, half, quarter, month
    LEVELS = "levels"  # a list of level codes
    ROLES = "roles"  # a list of role codes
    GROUPS = "groups"  # a list of group codes
    ATTRIBUTE = "attribute"  # the code of a declared attribute


@dataclass(frozen=True, slots=True)
class FamilyField:
    """A scalar of a rule's `params`. Decimals are texts in plain notation.

    `known` says which of the unit's records a text is the code of, so that a form offers them by name: `schemes`, or
    `parts` and `rounds` of reviews. A code of none of them is taken as well: a pack may come before what it names.
    """

    code: str
    label: str
    kind: FieldKind
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True)
class TargetField:
    """A reference to other records. `of` is rule or component; `families` are those a target rule may have."""

    purpose: str
    label: str
    of: str
    families: tuple[str, ...] = ()
    required: bool = False
    many: bool = True
    in_order: bool = False  # what is named first comes first


class Axis(StrEnum):
    """What a tier of a family's table can ask of a case."""

    LEVEL = "level"
    ROLE = "role"
    GROUP = "group"
    CHOICE = "choice"
    BAND = "band"
    NUMBER = "number"  # low and high


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example that a cadre office can check by hand; it runs as a test.

    `rules` are snapshot records, `given` the inputs of the family's test bench, `expected` what must come out.
    """

    title: str
    rules: Sequence[Mapping[str, Any]]
    given: Mapping[str, Any]
    expected: Mapping[str, Any]


@dataclass(slots=True)
class Sheet:
    """One sub-period of a subject: the parts' values and what it brings. Values are exact points."""

    components: dict[str, Fraction]
    outcomes: dict[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> Fraction:
        return sum(self.components.values(), Fraction(0))


@dataclass(frozen=True, slots=True)
class Note:
    """How a rule came to what it gave a subject without a line: a Chinese clause with its figures."""

    rule: str
    component: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a subject is not assessed (EXCLUDED) or gets no band (NO_GRADE): see docs/SEMANTICS.md, 17."""

    kind: str
    reason: str


# What is compared: the higher first, and at each place among those that are equal up to there.
Merit = tuple[int | Fraction, ...]


@dataclass(slots=True)
class Standing:
    """One subject's way from components to outcomes; a row of the verdict. Values are exact points."""

    subject: str
    name: str
    group: str | None
    department: str | None
    components: dict[str, Fraction] = field(default_factory=dict)
    total: Fraction | None = None  # rounded to the scheme's decimals, once
    rank: int | None = None
    of: int | None = None
    inside: set[str] = field(default_factory=set)  # shares that the subject is inside of
    tied_at: set[str] = field(default_factory=set)  # shares whose cut its tied group straddles
    band: str | None = None
    vetoes: set[str] = field(default_factory=set)
    direct_led: bool = False  # of a department: led directly by a leading member
    # The sheets of sub-periods, where the scheme has them: code → components and outcomes of that sheet.
    sheets: dict[str, "Sheet"] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    outcomes: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)  # rules that found nothing to score the subject by
    factor: Fraction = Fraction(1)  # of the sum of components, before rounding and ranking
    factor_after_ranking: Fraction = Fraction(1)  # of the same, once rank and shares stand
    finer: tuple[Fraction, ...] = ()  # what decides among equal totals, the higher first
    exclusion: Exclusion | None = None  # taken out of the assessment, or of rank and bands

    @property
    def is_ranked(self) -> bool:
        """Whether the subject takes part in rank, shares and bands: it has a total and is not excluded from them."""
        return self.total is not None and self.exclusion is None

    @property
    def total_units(self) -> int:
        """The total in units of 1/10000: integers are compared ten times faster than fractions."""
        assert self.total is not None
        units, finer = divmod(SCALE, self.total.denominator)
        assert not finer, "a rounded total has at most four decimals"
        return self.total.numerator * units

    @property
    def merit(self) -> Merit:
        """What ranks and shares compare: the total, and among equal totals what breaks the tie."""
        return (self.total_units, *self.finer)


Decide = Callable[[DecisionTable, Sequence[Mapping[str, Value | None]]], list[int | None]]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a family may read. `frames` hold only what was known by `as_of`.

    `assessed` has the columns subject, name, group, department, direct_led, one row an assessed subject;
    `vetoes` the columns subject, item, date: the veto events on record. `decide` puts cases to the rulebook.
    `lines` are the award lines (columns LINES) as soon as they are scored.
    """

    scheme: Scheme
    frames: Frames
    period: Period
    as_of: datetime.date
    assessed: pl.DataFrame
    vetoes: pl.DataFrame
    decide: Decide
    lines: pl.DataFrame = field(default_factory=lambda: empty(LINES))


class Family:
    """What every family declares. `version` is that of its semantics: a corrected reckoning is a new one."""

    code: ClassVar[str]
    name: ClassVar[str]
    about: ClassVar[str]  # what it is for, a Chinese sentence, for who chooses among the families
    version: ClassVar[int] = 1
    stage: ClassVar[Stage]
    is_item: ClassVar[bool] = False  # events name its rules under 事项
    counts: ClassVar[bool] = False  # the figures that it reads are counts or amounts, never below 0
    looks_back: ClassVar[bool] = False  # reads what happened in the year before the period began
    has_component: ClassVar[bool] = False  # its rules belong to a component
    fields: ClassVar[tuple[FamilyField, ...]] = ()
    targets: ClassVar[tuple[TargetField, ...]] = ()
    axes: ClassVar[tuple[Axis, ...]] = ()
    tier_value: ClassVar[str] = ""  # what a tier's value is, in Chinese; empty: tiers have no value
    tier_number: ClassVar[str] = ""  # what a tier's range is a range of, in Chinese; empty: as the rule says
    examples: ClassVar[tuple[Example, ...]] = ()

    def number_name(self, rule: Rule) -> str:
        """What the ranges of the rule's tiers are ranges of, in Chinese; empty where its form says so itself."""
        return self.tier_number

    def reads_year(self, rule: Rule) -> bool:
        """Whether the rule reads what happened in the year before the period began."""
        return self.looks_back

    def years_back(self, rule: Rule) -> int:
        """How many earlier years' published results of the scheme itself the rule reads."""
        return 0

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        """What the record means, as one Chinese sentence."""
        raise NotImplementedError

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        """What is wrong with the record beyond its fields' own checks: whole Chinese sentences."""
        return ()

    def tables(self, rules: Sequence[Rule], scheme: Scheme) -> Iterator[DecisionTable]:
        """The decision tables that the family's rules make; checked and compiled when a scheme is published."""
        yield from ()


class LineFamily(Family):
    """events → lines (stage AWARD), or lines → lines (ESCALATION, FACTOR, MATTER, LIMIT).

    What it makes of a subject's lines hangs on no other subject: a great many are reckoned in parts.
    """

    def reckon(self, rules: Sequence[Rule], lines: pl.DataFrame, inquiry: Inquiry) -> pl.DataFrame:
        """The lines after this family, columns LINES, in LINE_ORDER.

        At AWARD the lines are this family's own, with `value` and `tier` decided and `raw` to be set; at ESCALATION
        they are the award lines, and only the further ones are given back. In both the columns are AWARDS, and any
        order will do.
        """
        raise NotImplementedError


class PeriodFamily(Family):
    """calendar and figures → lines."""

    def reckon(
        self, rules: Sequence[Rule], inquiry: Inquiry
    ) -> tuple[pl.DataFrame, Sequence[tuple[str, str]]]:
        """Further lines (columns AWARDS, in any order) and the flags (subject, flag) that the figures give rise to."""
        raise NotImplementedError


class SubjectFamily(Family):
    """components → outcomes."""

    def weigh(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        """Sets the factors that the family puts on totals; called when all components stand, before any total."""

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        """Carries the standings on; each is changed in place, none is added or removed."""
        raise NotImplementedError


class FamilyUnknown(LookupError):
    """A rule names a family, or a version of one, that this software does not have."""

    def __init__(self, code: str, version: int) -> None:
        super().__init__(f"没有规则类型“{code}”（第 {version} 版），请检查考核办法或升级软件。")


class Registry:
    """The families by code and semantics version."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = {(family.code, family.version): family for family in families}

    def __iter__(self) -> Iterator[Family]:
        return iter(self._families.values())

    def get(self, code: str, version: int) -> Family:
        """The family. Raises FamilyUnknown."""
        try:
            return self._families[code, version]
        except KeyError:
            raise FamilyUnknown(code, version) from None

    def newest(self) -> dict[str, Family]:
        """Each family in its newest version, by code: what a new record may be."""
        ordered = sorted(self._families.values(), key=lambda family: family.version)
        return {family.code: family for family in ordered}

    def of(self, rule: Rule) -> Family:
        return self.get(rule.family, rule.version)
