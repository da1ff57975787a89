"""Schemes that are none of the five: a page of policy text, entered as a clerk would, against figures reckoned by hand.

The policies are tests/assessments/another/village.md and departments.md. The village's is entered twice: as a pack,
and cell by cell into the workbook of a blank scheme.
"""

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command

from assessments.models import Run
from assessments.publication import publish_run
from rulesets.checks import Severity, check_snapshot
from rulesets.engine.canonical import digest_of
from rulesets.families import REGISTRY
from rulesets.packs import pack_from, read_pack
from rulesets.workbook import workbook_of

FOLDER = Path(__file__).parent / "another"
pytestmark = pytest.mark.django_db

PEOPLE = """工号,姓名,部门,部门名称,分组,职务,起,止
2001,赵一,V01,东沟村,主职,书记,2020-01-01,
2002,钱二,V01,东沟村,副职,委员,2020-01-01,
2003,孙三,V01,东沟村,副职,委员,2020-01-01,
2004,李四,V01,东沟村,副职,委员,2020-01-01,
2005,周五,V02,西岭村,主职,书记,2020-01-01,
2006,吴六,V02,西岭村,副职,委员,2020-01-01,
2007,郑七,V02,西岭村,副职,委员,2020-01-01,
"""
EVENTS = """事件号,日期,事项,对象,角色,级别,数量,同一事项,依据,报送情形
E01,2025-03-04,P101,2002,,,,,,
E02,2025-03-11,P101,2002,,,,,,
E03,2025-03-25,P101,2002,,,,,,
E04,2025-04-08,P101,2002,,,,,,
E05,2025-05-06,P102,2005,主要责任人,县级,,,,
E05,2025-05-06,P102,2006,协助责任人,县级,,,,
E06,2025-06-10,P102,2001,主要责任人,镇级,,,,
E07,2025-07-02,P103,2003,,,,,,迟报
E08,2025-07-09,P103,2003,,,,,,漏报
E09,2025-08-01,P301,2001,,市级,,文明村,市委12号,
E10,2025-10-10,P301,2001,,省级,,文明村,省委3号,
E11,2025-11-05,P302,2001,,省级,,文明村,省委简报7期,
E12,2025-09-15,P303,2001,,,260,,,
E13,2025-09-15,P303,2006,,,50,,,
E14,2025-12-01,P303,2006,,,50.5,,,
E15,2025-06-20,P301,2004,,县级,,,县委8号,
E16,2025-06-21,P301,2007,,镇级,,,镇委2号,
E17,2025-08-20,V1,2006,,,,,,
"""
FIGURES = """指标,期间,对象,数值
income_due,2025,2001,100
income_due,2025,2002,100
income_due,2025,2003,100
income_due,2025,2004,100
income_due,2025,2005,150
income_due,2025,2006,150
income_due,2025,2007,150
income,2025,2001,120
income,2025,2002,90
income,2025,2003,55
income,2025,2004,60
income,2025,2005,100
income,2025,2006,140
tidiness,2025Q1,2001,95
tidiness,2025Q1,2002,90
tidiness,2025Q1,2003,90
tidiness,2025Q1,2004,85
tidiness,2025Q1,2005,88
tidiness,2025Q1,2006,80
tidiness,2025Q1,2007,70
tidiness,2025Q3,2001,90
tidiness,2025Q3,2004,91
tidiness,2025Q3,2005,92
tidiness,2025Q3,2006,89
"""


def read_in(folder: Path, unit: str, **tables: str) -> None:
    for name, text in tables.items():
        file = folder / f"{name}.csv"
        file.write_text(text, encoding="utf-8")
        call_command(f"import_{name}", unit, str(file))


def assessed(folder: Path, unit: str, scheme: str) -> dict[str, Any]:
    """The subjects of the year's result, by number."""
    call_command("assess", unit, "2025", scheme=scheme, json=str(folder / "result.json"))
    document = json.loads((folder / "result.json").read_text("utf-8"))
    return {subject["no"]: subject for subject in document["subjects"]}


def test_the_village_policy_comes_to_what_is_reckoned_by_hand(tmp_path: Path) -> None:
    call_command("load_scheme", str(FOLDER / "village.yaml"), unit="liuhe", publish=True)
    read_in(tmp_path, "liuhe", people=PEOPLE, events=EVENTS, metrics=FIGURES)
    found = assessed(tmp_path, "liuhe", "village")

    # 党建工作, from 30: 2002 is absent three times in March (−1 −1, the third is over the 2 a month) and once in
    # April (−1); 2005 and 2006 −4 and −2; 2001 −2; 2003 −0.5 −1.5.
    party = {"2001": "28", "2002": "27", "2003": "28", "2004": "30", "2005": "26", "2006": "28", "2007": "30"}
    # 中心任务: income 120/100 → 20; 90% → 18; 55% < 60% → 0; 60% → 12; 100/150 of 20 = 13 1/3; 140/150 → 18 2/3;
    # 2007 has no figure. First quarter: 2001 first +3, 2002 and 2003 share the second place +2 each, 2005 is fourth
    # +1. Third quarter: 2005 +3, 2004 +2, 2001 +2, 2006 +1.
    task = {
        "2001": "25", "2002": "20", "2003": "2", "2004": "14", "2005": "17.333333", "2006": "19.666667", "2007": "0",
    }  # fmt: skip
    # 加分项: 2001's three honours are one matter and count 6 once; 260万 are six begun 50万, +6: 12, held at 10.
    # 2006: 50万 → 1, 50.5万 → 2.
    bonus = {"2001": "10", "2002": "0", "2003": "0", "2004": "2", "2005": "0", "2006": "3", "2007": "1"}
    assert {no: subject["components"] for no, subject in found.items()} == {
        no: {"party": party[no], "task": task[no], "bonus": bonus[no]} for no in party
    }
    # 优秀: of four in 东沟村 the first two, of three in 西岭村 the first one; 2006 had an accident: 基本称职.
    assert {
        no: (s["total"], s["rank"], s["band"], s["outcomes"].get("award"), s["flags"])
        for no, s in found.items()
    } == {
        "2001": ("63", 1, "excellent", "4000", []),
        "2006": ("50.67", 2, "fair", None, ["vetoed:V1"]),
        "2002": ("47", 3, "excellent", "3000", []),
        "2004": ("46", 4, "good", "1500", []),
        "2005": ("43.33", 5, "good", "2000", []),
        "2007": ("31", 6, "fair", None, ["figure_missing:P201"]),
        "2003": ("30", 7, "fair", None, []),
    }
    # The line that crossed the ceiling keeps what still fits: 12 − 10 are taken from the last that counted.
    lines = {line["event"]: (line["points"], line["reasons"]) for line in found["2001"]["lines"]}
    assert lines["E09"] == lines["E11"] == ("0", ["matter:E10"])
    assert (lines["E12"], lines["E10"]) == (("6", []), ("4", ["ceiling:bonus"]))
    assert {line["event"]: line["reasons"] for line in found["2002"]["lines"]}["E03"] == ["limit:P101"]


@pytest.mark.parametrize("name", ["village", "departments", "staff"])
def test_the_checks_find_nothing_doubtful_in_it(name: str) -> None:
    findings = check_snapshot(read_pack(FOLDER / f"{name}.yaml"), REGISTRY)
    assert [str(f) for f in findings if f.severity is not Severity.INFORMATION] == []


# What a clerk types into the sheets of a blank scheme's workbook, beneath the headings named; words as in the policy.
TYPED: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "级别": ("编码 名称", [("province", "省级"), ("city", "市级"), ("county", "县级"), ("town", "镇级")]),
    "角色": ("编码 名称 每件事项最多人数", [("principal", "主要责任人", 1), ("assisting", "协助责任人", None)]),
    "分组": ("编码 名称", [("chief", "主职"), ("deputy", "副职")]),
    "情形项": ("编码 名称 填写方式", [("delivery", "报送情形", "选择")]),
    "可选情形": ("所属情形项 编码 名称", [("报送情形", "late", "迟报"), ("报送情形", "missed", "漏报")]),
    "构成部分": (
        "编码 名称 基础分 下限 上限 条款",
        [("party", "党建工作", 30, 0, 30, "第三条"), ("task", "中心任务", None, None, None, "第四条"),
         ("bonus", "加分项", None, None, 10, "第五条")],
    ),
    "规则": (
        "编码 构成部分 规则类型 名称 条款",
        [("P101", "党建工作", "按档计分", "无故缺席主题党日", "第三条（一）"),
         ("P101_month", None, "计分项限额", "缺席每月最多扣2分", "第三条（一）"),
         ("P102", "党建工作", "按档计分", "被督查通报", "第三条（二）"),
         ("P103", "党建工作", "按档计分", "报送材料", "第三条（三）"),
         ("P201", "中心任务", "按完成率计分", "村集体经济收入", "第四条（一）"),
         ("P202", "中心任务", "按指标名次计分", "人居环境评比", "第四条（二）"),
         ("P301", "加分项", "按档计分", "获得荣誉", "第五条（一）"),
         ("P302", "加分项", "按档计分", "典型经验推广", "第五条（二）"),
         ("P303", "加分项", "按数量计分", "招商引资（万元）", "第五条（三）"),
         ("once", "加分项", "同一事项计一次", "同一事项按最高计一次", "第五条"),
         ("V1", None, "一票否决", "发生安全生产责任事故", "第七条"),
         ("half_of_village", None, "名次范围", "本村前50%", "第六条"),
         ("excellent", None, "等次", "优秀", "第六条"), ("good", None, "等次", "称职", "第六条"),
         ("fair", None, "等次", "基本称职", "第六条"), ("poor", None, "等次", "不称职", "第六条"),
         ("award", None, "结果运用", "绩效奖（元）", "第八条")],
    ),
    "档次": (
        "所属规则 级别 角色 分组 情形 等次 下界 上界 含上界 数值",
        [("P101", *[None] * 8, -1),
         ("P102", "县级", "主要责任人", *[None] * 6, -4), ("P102", "县级", "协助责任人", *[None] * 6, -2),
         ("P102", "镇级", "主要责任人", *[None] * 6, -2), ("P102", "镇级", "协助责任人", *[None] * 6, -1),
         ("P103", None, None, None, "迟报", *[None] * 4, -0.5), ("P103", None, None, None, "漏报", *[None] * 4, -1.5),
         ("P202", *[None] * 5, 1, 1, "是", 3), ("P202", *[None] * 5, 2, 3, "是", 2),
         ("P202", *[None] * 5, 4, 4, "是", 1),
         ("P301", "省级", *[None] * 7, 6), ("P301", "市级", *[None] * 7, 4),
         ("P301", "县级", *[None] * 7, 2), ("P301", "镇级", *[None] * 7, 1),
         ("P302", "省级", *[None] * 7, 4), ("P302", "市级", *[None] * 7, 3), ("P302", "县级", *[None] * 7, 1),
         ("P303", *[None] * 8, 1),
         ("excellent", *[None] * 5, 40, None, None, None), ("good", *[None] * 5, 40, None, None, None),
         ("fair", *[None] * 5, 30, 40, None, None), ("poor", *[None] * 6, 30, None, None),
         ("award", None, None, "主职", None, "优秀", None, None, None, 4000),
         ("award", None, None, "副职", None, "优秀", None, None, None, 3000),
         ("award", None, None, "主职", None, "称职", None, None, None, 2000),
         ("award", None, None, "副职", None, "称职", None, None, None, 1500)],
    ),
    "所指对象": (
        "所属规则 用途 所指规则或构成部分",
        [("P101_month", "限定的计分项", "P101"), ("once", "适用的计分项", "P301"), ("once", "适用的计分项", "P302"),
         ("V1", "不高于的等次", "fair"), ("excellent", "并须在名次范围内", "half_of_village")],
    ),
}  # fmt: skip
# What the policy says of single rules, by the words of the folded columns.
SAID = {
    "P101_month": {"按什么限定": "每月", "限定什么": "扣分", "最多几分": 2},
    "P103": {"档次按哪一项情形区分": "报送情形"},
    "P201": {"指标编码": "income", "按什么期间判定": "年", "满分": 20, "与什么相比": "目标值",
             "目标值的指标编码": "income_due", "完成率低于多少不计分（%）": 60},
    "P202": {"指标编码": "tidiness", "按什么期间判定": "季度"},
    "P301": {"必须填写依据": "是"},
    "P302": {"必须填写依据": "是"},
    "P303": {"零头怎么计": "不足一个单位按一个计", "多少为一个单位": 50},
    "V1": {"后果": "等次不高于"},
    "half_of_village": {"从哪一端数": "从高到低", "占比（%）": 50, "在各部门内分别计算": "是"},
    "award": {"结果的形式": "数值"},
}  # fmt: skip


def typed_workbook() -> bytes:
    """The workbook of a blank scheme, filled in."""
    blank = {"format": 1, "code": "village", "name": "柳河镇村干部实绩考核办法（试行）"}
    workbook = openpyxl.load_workbook(io.BytesIO(workbook_of(blank, REGISTRY)))
    scheme = workbook["考核办法"]
    next(row for row in scheme.iter_rows() if row[0].value == "文号")[1].value = "柳政发〔2025〕9号"
    for name, (headings, rows) in TYPED.items():
        places = headings_of(workbook[name])
        for number, row in enumerate(rows, start=2):
            for heading, value in zip(headings.split(), row, strict=True):
                workbook[name].cell(number, places[heading]).value = value
    rules = workbook["规则"]
    for number in range(2, rules.max_row + 1):
        for heading, value in SAID.get(rules.cell(number, 1).value, {}).items():
            rules.cell(number, headings_of(rules)[heading]).value = value
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def headings_of(sheet: Any) -> dict[str, int]:
    """The columns by heading, without the marks behind it; as a whole where a heading ends in brackets itself."""
    places = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}
    return places | {heading.partition("（不填")[0]: place for heading, place in places.items()}


def test_the_village_policy_typed_into_a_workbook_is_the_same_scheme(tmp_path: Path) -> None:
    file = tmp_path / "village.xlsx"
    file.write_bytes(typed_workbook())
    assert digest_of(read_pack(file)) == digest_of(read_pack(FOLDER / "village.yaml"))


@pytest.mark.parametrize("name", ["departments", "staff"])
def test_the_new_districts_schemes_come_back_from_a_workbook(name: str) -> None:
    pack = read_pack(FOLDER / f"{name}.yaml")
    assert digest_of(pack_from(workbook_of(pack, REGISTRY), "x.xlsx")) == digest_of(pack)


DEPARTMENT_PEOPLE = """工号,姓名,部门,部门名称,分组,职务,起,止
3001,冯一,D1,综合科,机关,科员,2020-01-01,
3002,陈二,D1,综合科,机关,科长,2020-01-01,
3003,褚三,D2,审批科,机关,科长,2020-01-01,
3004,卫四,D2,审批科,外派,科员,2020-01-01,
3005,蒋五,D3,执法科,机关,科长,2020-01-01,
"""
DEPARTMENT_EVENTS = """事件号,日期,事项,对象,数量
D01,2025-04-01,O1,D1,2.5
D02,2025-05-01,O1,D3,6
S01,2025-02-03,S1,3001,
S02,2025-03-03,S1,3001,
S03,2025-04-03,S1,3001,
S04,2025-05-05,S1,3004,
"""
DEPARTMENT_FIGURES = """指标,期间,对象,数值
cases,2025,D1,40
cases,2025,D2,80
cases,2025,D3,60
"""
# The rater from D1 gives the own department 100, which does not count.
BALLOTS = """期间,轮次,部分,评议组,评议人,评议人部门,对象,分数
2025,R1,review,leaders,a,,D1,90
2025,R1,review,leaders,b,,D1,80
2025,R1,review,peers,c,D2,D1,95
2025,R1,review,peers,d,D1,D1,100
2025,R1,review,leaders,a,,D2,80
2025,R1,review,leaders,a,,D3,70
2025,R1,review,peers,d,D1,D3,80
2025,R2,review,leaders,a,,D1,100
2025,R2,review,peers,c,D2,D1,80
2025,R2,review,leaders,a,,D2,90
2025,R2,review,peers,d,D1,D2,70
"""


def test_departments_are_assessed_and_their_people_inherit_a_part(tmp_path: Path) -> None:
    for name in ("departments", "staff"):
        call_command("load_scheme", str(FOLDER / f"{name}.yaml"), unit="yunxi", publish=True)
    read_in(tmp_path, "yunxi", people=DEPARTMENT_PEOPLE, events=DEPARTMENT_EVENTS,
            metrics=DEPARTMENT_FIGURES, ballots=BALLOTS)  # fmt: skip
    departments = assessed(tmp_path, "yunxi", "office")

    # 督查得分 40 − 2.5, 40, 40 − 6. 办件量 of 20: 40/80, 80/80, 60/80. 评议: D1 mid-year (85 + 95) / 2 = 90, at the
    # end (100 + 80) / 2 = 90: 18 + 18; D2 mid-year 80 (no ballot of the peers), at the end (90 + 70) / 2 = 80:
    # 16 + 16; D3 mid-year (70 + 80) / 2 = 75, no ballot at the end, so the mid-year stands for both: 15 + 15.
    assert {no: (s["components"], s["total"], s["band"], s["flags"]) for no, s in departments.items()} == {
        "D2": ({"inspection": "40", "cases": "20", "review": "32"}, "92", "model", []),
        "D1": ({"inspection": "37.5", "cases": "10", "review": "36"}, "83.5", "passed", []),
        "D3": ({"inspection": "34", "cases": "15", "review": "30"}, "79", "barely", ["ballots_missing:R2"]),
    }

    publish_run(Run.objects.get())
    people = assessed(tmp_path, "yunxi", "staff")
    # 科室得分 30%: D1 25.05, D2 27.6, D3 23.7. 履职 from 70: 3001 is absent three times, −3 and another −2; 3004 is
    # sent out, half of −1.
    assert {no: (s["components"], s["total"], s["rank"]) for no, s in people.items()} == {
        "3003": ({"duty": "70", "department": "27.6"}, "97.6", 1),
        "3004": ({"duty": "69.5", "department": "27.6"}, "97.1", 2),
        "3002": ({"duty": "70", "department": "25.05"}, "95.05", 3),
        "3005": ({"duty": "70", "department": "23.7"}, "93.7", 4),
        "3001": ({"duty": "65", "department": "25.05"}, "90.05", 5),
    }
