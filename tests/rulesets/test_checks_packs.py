"""What the checks say of the five packs, besides figures that are assumed: each is true of the pack, and why.

A line that comes or goes here is either a change of a pack or a false alarm.
"""

from pathlib import Path

import pytest

from rulesets.checks import Severity, check_snapshot
from rulesets.families import REGISTRY
from rulesets.packs import read_pack

SCHEMES = Path(__file__).parents[2] / "fixtures/schemes"
# The five share the vocabulary of levels, and these policies give a township's honours no points.
NO_TOWNSHIP = "warning 级别 township：“乡镇街道级”没有规则用到：请删去，或核对规则是否有遗漏。"
EXPECTED = {
    "bureau": [
        NO_TOWNSHIP,
        # 95 and more is excellent only within the top fifth, and competent beyond it (五（一）).
        "information 规则 competent：分数范围与排在前面的“优秀”有重叠（总分在95至110之间）："
        "符合前面等次全部条件的，评为前面的等次。",
    ],
    "community": [],
    "district": [NO_TOWNSHIP],
    "street": [NO_TOWNSHIP],
    "township": [
        # 二（一）4 counts praise from the county upwards for leaders, and the county's alone for the others.
        "warning 规则 T104：档次没有写到：市厅级、站所负责人；市厅级、一般工作人员；省部级、站所负责人；"
        "省部级、一般工作人员；国家级、站所负责人；国家级、一般工作人员，发生时不计分。"
        "请补上，或在发布说明中写明是有意的。",
    ],
}


@pytest.mark.parametrize("code", sorted(EXPECTED))
def test_a_pack_has_the_doubts_that_are_true_of_it_and_no_others(code: str) -> None:
    findings = check_snapshot(read_pack(SCHEMES / f"{code}.yaml"), REGISTRY)
    said = [f"{finding.severity} {finding}" for finding in findings if "含有假定" not in finding.message]
    assert said == EXPECTED[code]


@pytest.mark.parametrize("code", sorted(EXPECTED))
def test_every_assumed_figure_of_a_pack_is_named_once(code: str) -> None:
    pack = read_pack(SCHEMES / f"{code}.yaml")
    assumed = [f for f in check_snapshot(pack, REGISTRY) if "含有假定" in f.message]
    records = [record for part in ("components", "rules") for record in pack[part] if "assumed" in record]
    assert {f.severity for f in assumed} == {Severity.WARNING}
    assert [f.record.split()[1] for f in assumed] == [record["code"] for record in records]


def test_a_figure_that_nobody_records_is_named() -> None:
    pack = read_pack(SCHEMES / "bureau.yaml")
    found = check_snapshot(pack, REGISTRY, recorded_metrics=frozenset({"notes"}))
    said = [str(finding) for finding in found if "还没有任何记录" in finding.message]
    assert said == [
        "规则 B104：所用的指标“reflections”在本单位还没有任何记录：请核对指标编码，或导入这项数据。"
    ]
