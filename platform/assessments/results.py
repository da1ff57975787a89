"""Finding stored results."""

from typing import Any

from assessments.errors import NoRun, SubjectUnknown
from assessments.models import Run
from jobs.refusal import Refusal
from units.models import Unit


class UnitUnknown(Refusal):
    """No unit has the code."""


def unit_by_code(code: str) -> Unit:
    """The unit. Raises UnitUnknown with the codes that there are."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        known = (
            "、".join(Unit.objects.order_by("code").values_list("code", flat=True)[:20]) or "（还没有单位）"
        )
        raise UnitUnknown(f"没有编码为“{code}”的单位，已有的单位：{known}。")
    return unit


def latest_run(unit: Unit, period_code: str, scheme_code: str | None = None) -> Run:
    """The newest run of the period. Raises NoRun when nothing was reckoned yet."""
    runs = Run.objects.filter(unit=unit, period=period_code).select_related("edition__scheme", "outcome")
    if scheme_code is not None:
        runs = runs.filter(edition__scheme__code=scheme_code)
    run = runs.order_by("-made_at", "-pk").first()
    if run is None:
        raise NoRun(f"单位“{unit}”的期间 {period_code} 还没有核算结果，请先运行 assess。")
    return run


def subject_of(result: dict[str, Any], no: str) -> dict[str, Any]:
    """One subject's part of a result document. Raises SubjectUnknown."""
    for subject in result["subjects"]:
        if subject["no"] == no:
            return subject
    raise SubjectUnknown(f"{result['period_name']}的结果中没有编号为“{no}”的考核对象。")
