"""Finding stored results."""

from collections.abc import Mapping
from typing import Any

from assessments.errors import NoRun, SubjectUnknown
from assessments.models import Run
from units.models import Unit

# A decision as it stands in a result document: kind, band, reason, minutes.
Block = Mapping[str, str]


def latest_run(unit: Unit, period_code: str, scheme_code: str | None = None) -> Run:
    """The newest run of the period. Raises NoRun when nothing was reckoned yet."""
    runs = Run.objects.filter(unit=unit, period=period_code).select_related("unit", "edition__scheme")
    if scheme_code is not None:
        runs = runs.filter(edition__scheme__code=scheme_code)
    run = runs.order_by("-made_at", "-pk").first()
    if run is None:
        raise NoRun(f"单位“{unit}”的期间 {period_code} 还没有核算结果，请先运行 assess。")
    return run


def blocks_of(result: Mapping[str, Any]) -> dict[str, Block]:
    """The decisions that a result document carries, by subject."""
    return {s["no"]: s["decision"] for s in result["subjects"] if "decision" in s}


def open_flags(subject: Mapping[str, Any]) -> list[str]:
    """The subject's flags that still ask for something: a tie at a cut is settled by a decision on the subject."""
    return [flag for flag in subject["flags"] if not is_settled(subject, flag)]


def is_settled(subject: Mapping[str, Any], flag: str) -> bool:
    """Whether the flag is a tie at a cut, of a band or of an outcome, and the committee has decided on the subject."""
    return flag.startswith("tie_at_cut:") and "decision" in subject


def open_ties(result: Mapping[str, Any]) -> int:
    """How many subjects wait for a decision on a tie at the cut of a band."""
    bands = {band["code"] for band in result["bands"]}
    ties = {f"tie_at_cut:{code}" for code in bands}
    return sum(bool(ties & set(open_flags(subject))) for subject in result["subjects"])


def subject_of(result: Mapping[str, Any], no: str) -> dict[str, Any]:
    """One subject's part of a result document. Raises SubjectUnknown."""
    for subject in result["subjects"]:
        if subject["no"] == no:
            return subject
    raise SubjectUnknown(f"{result['period_name']}的结果中没有编号为“{no}”的考核对象。")
