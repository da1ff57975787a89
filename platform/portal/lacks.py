"""What a result lacks, said once for the unit: figures, results to build on, ballots."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.urls import reverse

from portal.wording import flag_kind, shown_flags

KINDS = ("figure_missing", "ballots_missing")
WITHOUT = {"excluded", "not_assessed"}
# Where what is missing is entered: label, the permission that it takes, the page.
FIGURES = ("导入指标数据", "ledger.add_metric", "admin:ledger_metric_import")
BALLOTS = ("导入测评票", "ledger.add_ballot", "admin:ledger_ballot_import")


class Reading(Protocol):
    """A rule, of a scheme or on record."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def params(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that subjects lack: the flag that says so, a sentence, and where it is entered, empty for who may not.

    tells_apart: whether the flag tells who lacks it from the others; not where all do, nor for an amount of money
    that only few have. is_common: whether all lack it.
    """

    flag: str
    sentence: str
    is_common: bool
    tells_apart: bool
    label: str
    address: str


def lacks_of(
    subjects: Iterable[Mapping[str, Any]], rules: Iterable[Reading], may: Callable[[str], bool]
) -> list[Lack]:
    """What the subjects of a result lack. rules: those of its edition; may: whether the account has a permission."""
    assessed = [subject for subject in subjects if not WITHOUT & set(subject["flags"])]
    counts = Counter(flag for subject in assessed for flag in subject["flags"] if flag_kind(flag) in KINDS)
    if not counts:
        return []
    found = list(rules)
    return [_lack(flag, count, len(assessed), found, may) for flag, count in sorted(counts.items())]


def telling_flags(subject: Mapping[str, Any], lacks: Sequence[Lack]) -> list[str]:
    """The subject's flags without those that say nothing of it beside the others."""
    common = {lack.flag for lack in lacks if not lack.tells_apart}
    return [flag for flag in shown_flags(subject) if flag not in common]


def _lack(flag: str, count: int, of: int, rules: Sequence[Reading], may: Callable[[str], bool]) -> Lack:
    kind, _, code = flag.partition(":")
    who = f"全部{of}个考核对象都" if count == of else f"{count}个考核对象（共{of}个）"
    if kind == "ballots_missing":
        reviews = [rule for rule in rules if rule.family == "review"]
        names = [r.name for r in reviews if code in (r.params.get("round"), r.params.get("part"))]
        sentence, entry = f"{who}没有“{'、'.join(names) or code}”的测评票，该项计0分。", BALLOTS
        few = False
    else:
        rule = next((rule for rule in rules if rule.code == code), None)
        few = rule is not None and rule.family == "bracket" and 2 * count > of > count
        sentence, entry = _figure_said(who, code, rule, few)
    label, permission, page = entry
    is_entered_here = bool(page) and may(permission)
    return Lack(
        flag=flag,
        sentence=sentence,
        is_common=count == of,
        tells_apart=count < of and not few,
        label=label if is_entered_here else "",
        address=reverse(page) if is_entered_here else "",
    )


def _figure_said(who: str, code: str, rule: Reading | None, few: bool) -> tuple[str, tuple[str, str, str]]:
    """The sentence on a figure, or on a result to build on, and where it is entered."""
    name = rule.name if rule else code
    if rule is not None and rule.family == "inherit":
        return f"{who}没有可以沿用的结果，“{name}”没有计入：要沿用的结果公布之后，请重新核算。", ("", "", "")
    metrics = [rule.params[key] for key in ("metric", "target_metric") if rule and rule.params.get(key)]
    figures = "、".join(f"“{metric}”" for metric in metrics)
    unless = "；确实不涉及的，不用处理" if few else ""
    return f"{who}没有指标{figures}的数据，“{name}”没有评判{unless}。", FIGURES
