"""How pages say what results hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assessments.results import is_settled
from rulesets.engine.numbers import fraction, plain, rounded

# Kinds of flags in the order in which a committee looks at them: name, and what to do.
FLAG_KINDS = {
    "tie_at_cut": ("并列待定", "得分并列且跨过名额线，请考核委员会研究确定。"),
    "tie_settled": ("并列已审定", "得分并列且跨过名额线，考核委员会已经审定。"),
    "vetoed": ("一票否决", "按一票否决的规定处理，请核对依据。"),
    "figure_missing": (
        "缺少数据",
        "没有指标数据，或者要沿用的部门等结果还没有公布，未作评判：请补充登记，或先公布。",
    ),
    "ballots_missing": ("缺少测评票", "没有测评票，该项计0分，请补充登记。"),
    "uncounted": ("不占名额", "按办法不占名次范围的名额，其余的人另排。"),
    "not_assessed": ("未参加排名", "没有可核算的内容，请核对。"),
    "no_grade": ("不定等次", "按名册参加考核，不排名、不定等次。"),
    "excluded": ("不参加考核", "按名册不参加本期考核。"),
}


def flag_kind(flag: str) -> str:
    """The kind of a flag: `figure_missing:B103` → `figure_missing`."""
    return flag.partition(":")[0]


def shown_flags(subject: Mapping[str, Any]) -> list[str]:
    """The subject's flags, a tie that the committee has settled told apart: `tie_settled:excellent`."""
    return [
        flag.replace("tie_at_cut", "tie_settled", 1) if is_settled(subject, flag) else flag
        for flag in subject["flags"]
    ]


def flag_names(flags: Iterable[str]) -> list[str]:
    """The short names of the kinds among the flags, each once."""
    kinds = {flag_kind(flag) for flag in flags}
    return [name for kind, (name, _) in FLAG_KINDS.items() if kind in kinds]


@dataclass(frozen=True, slots=True)
class FlagCount:
    """How many subjects have a flag of a kind, and what to do about it."""

    kind: str
    name: str
    advice: str
    count: int


def flag_counts(flags_of_subjects: Iterable[Iterable[str]]) -> list[FlagCount]:
    """Subjects with each kind of flag, kinds without any left out."""
    counts = dict.fromkeys(FLAG_KINDS, 0)
    for flags in flags_of_subjects:
        for kind in {flag_kind(flag) for flag in flags}:
            counts[kind] += 1
    return [
        FlagCount(kind, name, advice, counts[kind])
        for kind, (name, advice) in FLAG_KINDS.items()
        if counts[kind]
    ]


def reckoned_band(subject: Mapping[str, Any]) -> str:
    """The name of the band as it was reckoned, where the committee has decided; empty where it has not."""
    if "decision" not in subject:
        return ""
    return subject.get("band_reckoned_name", subject["band_name"]) or "未定等次"


def two_decimals(number: str) -> str:
    """A score as tables of scores have it, half away from zero: 96.5 → 96.50, 19.783333 → 19.78."""
    return padded(shortly(number))


def padded(total: str) -> str:
    """A total with at least two decimals; a scheme may have up to four, and none is lost: 96.5 → 96.50."""
    whole, _, decimals = total.partition(".")
    return f"{whole}.{decimals:0<2}"


def shortly(number: str) -> str:
    """A score with at most two decimals: 96.50 → 96.5."""
    return plain(rounded(fraction(number), 2))


def sum_differs(subject: Mapping[str, Any], codes: Sequence[str]) -> bool:
    """Whether the components as they are shown, times the factor, don't make the total."""
    if subject["total"] is None:
        return False
    shown = (rounded(fraction(subject["components"][code]), 2) for code in codes)
    return sum(shown, Fraction(0)) * fraction(subject.get("factor", "1")) != fraction(subject["total"])


def outcome_value(value: Any) -> str:
    """An outcome of a result: a flag-like one, a figure, or the sub-periods that it is for."""
    if value is True:
        return "是"
    return "、".join(value) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class BandShare:
    """How many subjects are in a band. start and width are in thousandths of the whole."""

    code: str
    name: str
    count: int
    percent: str
    start: int
    width: int


def band_shares(bands: Iterable[tuple[str, str]], codes: Iterable[str | None]) -> list[BandShare]:
    """The distribution of all subjects over the bands (code, name) in the scheme's order.

    codes: each subject's band, empty or None for one without. Bands without a subject stay; nothing where no
    subject has a band, as in a period in which none are given.
    """
    given = [code or "" for code in codes]
    if not any(given):
        return []
    total = len(given)
    shares, before = [], 0
    for code, name in bands:
        count = given.count(code)
        start, end = round(1000 * before / total), round(1000 * (before + count) / total)
        percent = plain(rounded(fraction(count) * 100 / total, 1))
        shares.append(BandShare(code, name, count, percent, start, end - start))
        before += count
    return shares
