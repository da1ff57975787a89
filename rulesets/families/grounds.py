"""What shares and outcomes ask of a subject beside its total: bands of earlier years, lines of items."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from rulesets.engine.frames import YEARS_BACK
from rulesets.engine.protocols import Inquiry
from rulesets.engine.scheme import Rule, Scheme

# The bands that a subject had, by how many years ago.
Past = Mapping[int, str]


def past_bands(inquiry: Inquiry) -> dict[str, dict[int, str]]:
    """The published bands of earlier years of who had any, by subject."""
    found: dict[str, dict[int, str]] = {}
    years = {source: years for years, source in YEARS_BACK.items()}
    rows = inquiry.frames.inherited.filter(pl.col("band").is_not_null()).select("source", "subject", "band")
    for source, subject, band in rows.iter_rows():
        if source in years:
            found.setdefault(subject, {})[years[source]] = band
    return found


def ran(past: Past, bands: Sequence[str], years: int) -> bool:
    """Whether each of the last so many years brought one of the bands. A year without a band brought none."""
    return all(past.get(back) in bands for back in range(1, years + 1))


def ran_phrase(bands: Iterable[str], years: int, scheme: Scheme) -> str:
    """“上一年度为优秀”, “此前连续2年均为优秀或称职”."""
    names = "或".join(scheme.rule(code).name for code in bands)
    return f"上一年度为{names}" if years == 1 else f"此前连续{years}年均为{names}"


def with_lines(
    items: Iterable[str], inquiry: Inquiry, levels: Sequence[str] = ()
) -> dict[str, dict[str, None]]:
    """Who has lines of which of the items, in order; of these levels alone, where any are given."""
    lines = inquiry.lines.filter(pl.col("item").is_in(sorted(items)))
    if levels:
        lines = lines.filter(pl.col("level").is_in(list(levels)))
    found: dict[str, dict[str, None]] = {}
    for subject, item in sorted(lines.select("subject", "item").unique().iter_rows()):
        found.setdefault(subject, {})[item] = None
    return found


def years_faults(rule: Rule, field: str, purpose: str, label: str, bands_label: str) -> Iterable[str]:
    """What is wrong with the number of years that bands are to have run, and with its standing alone."""
    if field not in rule.params:
        return
    if not rule.targets.get(purpose):
        yield f"填写了“{label}”，但没有选定“{bands_label}”：请选定等次，或者删去年数。"
    if not 1 <= int(rule.params[field]) <= max(YEARS_BACK):
        yield f"“{label}”须为1至{max(YEARS_BACK)}的整数，现为{rule.params[field]}。"
