"""A tier's range of a number as a clerk writes it in the head of a column: “低于60”, “1至5”, “95及以上”.

A number that is named belongs to the range; 低于, 不足, 超过 and （不含） leave it out.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from rulesets.models import Tier
from rulesets.shape import plain_decimal
from tabular.cells import CellRefused, clean_decimal, fold

NUMBER = r"[+-]?\d+(?:\.\d+)?"
EXAMPLES = "低于60、60至80、80至不足95、95及以上、超过100"
ABOVE = r"超过|大于|高于|多于|>"
FROM = r"不低于|不少于|不小于|≥|>=|满"
BELOW = r"低于|小于|少于|不足|不满|<"
UP_TO = r"不超过|不高于|不大于|≤|<="
UNIT = r"[次名个%件天]?"
LOW = rf"(?:(?P<above>{ABOVE})|(?:{FROM}))?(?P<low>{NUMBER}){UNIT}(?P<low_out>\(不含\d*\))?(?:\(含\))?"
HIGH = rf"(?:(?P<below>{BELOW})|(?:{UP_TO}))?(?P<high>{NUMBER}){UNIT}(?P<high_out>\(不含\d*\))?(?:\(含\))?"
FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?P<exactly>{NUMBER}){UNIT}",
        rf"{LOW}(?:至|到|~|-){HIGH}",
        rf"(?P<low>{NUMBER}){UNIT}(?:及)?(?:以上|起)(?P<low_out>\(不含\))?(?:\(含\))?",
        rf"(?P<high>{NUMBER}){UNIT}(?:及)?(?:以下|以内)(?P<high_out>\(不含\))?(?:\(含\))?",
        rf"(?:(?P<above>{ABOVE})|(?:{FROM}))(?P<low>{NUMBER}){UNIT}",
        rf"(?:(?P<below>{BELOW})|(?:{UP_TO}))(?P<high>{NUMBER}){UNIT}",
    )
)


class RangeUnclear(ValueError):
    """A text that is no range; says what is allowed."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是范围；可以写作{EXAMPLES}")


@dataclass(frozen=True, slots=True)
class Range:
    """From low to high; None where the side is open."""

    low: Decimal | None = None
    low_included: bool = True
    high: Decimal | None = None
    high_included: bool = False

    @classmethod
    def of(cls, tier: Tier) -> "Range | None":
        """The tier's range; None where it asks for no number."""
        if tier.low is None and tier.high is None:
            return None
        return cls(tier.low, tier.low_included, tier.high, tier.high_included)

    def __str__(self) -> str:
        """As `read_range` reads it."""
        low = "" if self.low is None else plain_decimal(self.low)
        high = "" if self.high is None else plain_decimal(self.high)
        if not high:
            return f"{low}及以上" if self.low_included else f"超过{low}"
        if not low:
            return f"{high}及以下" if self.high_included else f"低于{high}"
        if self.low == self.high:
            return low
        return f"{'' if self.low_included else '超过'}{low}至{'' if self.high_included else '不足'}{high}"


def read_range(text: str) -> Range:
    """The range that a text means. Raises RangeUnclear."""
    folded = fold(text).replace(" ", "").removeprefix("第").replace("−", "-")
    for form in FORMS:
        if match := form.fullmatch(folded):
            try:
                return _range(match.groupdict())
            except CellRefused:
                break
    raise RangeUnclear(text)


def _range(found: dict[str, str | None]) -> Range:
    if exactly := found.get("exactly"):
        number = clean_decimal(exactly)
        return Range(number, True, number, True)
    low, high = found.get("low"), found.get("high")
    return Range(
        low=clean_decimal(low) if low else None,
        low_included=not (found.get("above") or found.get("low_out")),
        high=clean_decimal(high) if high else None,
        high_included=bool(high) and not (found.get("below") or found.get("high_out")),
    )
