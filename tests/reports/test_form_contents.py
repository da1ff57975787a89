"""What ledgers, notices, summaries, filing reports, lists of talks and monthly sheets say."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from reports.forms import scores
from reports.forms.annual import annual_form
from reports.forms.appraisal import appraisal_forms
from reports.forms.columns import shown_name
from reports.forms.filing import filing_form
from reports.forms.form import FormNotApplicable
from reports.forms.layout import text_width
from reports.forms.ledger import ledger_form
from reports.forms.monthly import monthly_form
from reports.forms.notice import ON_PHONE, notice_form, notice_pictures
from reports.forms.registry import FORMS
from reports.forms.source import DepartmentUnknown, Options, Source, selected
from reports.forms.summary import summary_form, summary_workbook
from reports.forms.talk import talk_form
from reports.pictures import PHONE_PIXELS, pictures_of
from tests.reports.papers import COMPONENTS, line, result, source

DECIDED = {
    "decision": {"kind": "band", "band": "excellent", "reason": "支援边疆", "minutes": "某局纪要〔2026〕1号"},
    "band": "excellent",
    "band_name": "优秀",
    "band_reckoned": "competent",
    "band_reckoned_name": "称职",
}
SHEETS = [
    {"period": "2025-01", "total": "98", "components": {"duty": "48"}, "outcomes": {"pay": "560"}},
    {"period": "2025-02", "total": "100", "components": {"duty": "50"}, "outcomes": {"pay": "600.5"}},
]


def of(*subjects: Mapping[str, Any], wordings: Mapping[str, str] | None = None, **options: Any) -> Source:
    """A source of several subjects, each 陈一 with changes."""
    [person] = result()["subjects"]
    return source(result({"subjects": [person | dict(each) for each in subjects]}), wordings, **options)


def cells(rows: Any) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows]


def test_a_ledger_reconciles_base_lines_and_reviews_with_the_score() -> None:
    made = source()
    parts = {part.name: part for part in ledger_form(made, made.subjects[0]).balances}
    bonus, review = parts["加分项"], parts["述职测评"]
    assert (bonus.base, bonus.lines, bonus.others, bonus.score) == ("0", "+5", "0", "5.00")
    assert (review.base, review.lines, review.others, review.score) == ("0", "0", "19.78", "19.78")


def test_a_ledger_sums_by_month_and_carries_the_balance_on() -> None:
    made = source(
        result(lines=[line(1), line(2, date="2025-03-09", points="-0.5"), line(3, date="2025-05-01")])
    )
    form = ledger_form(made, made.subjects[0])
    assert [(month.name, month.points, month.balance) for month in form.months] == [
        ("2025年3月", "+4.5", "+4.5"),
        ("2025年5月", "+5", "+9.5"),
    ]
    assert (form.count, form.sum) == (3, "+9.5")


def test_a_ledger_shows_the_evidence_of_an_event_and_none_of_a_standing_rule() -> None:
    made = source(result(lines=[line(1), line(event="@B104:2025H1")]), evidence={"E000001": "市委(2025)3号"})
    [month] = ledger_form(made, made.subjects[0]).months
    assert month.entries[0].line.evidence == "市委（2025）3号"
    assert (month.last.line.event, month.last.line.evidence) == ("按期评判", "")


def test_parts_that_enter_through_sheets_have_their_sum_alone() -> None:
    made = source(result(lines=[line(component="duty", points="-2")]))
    last = ledger_form(made, made.subjects[0]).balances[-1]
    assert (last.lines, last.score, last.limits) == ("-2", "", "计入分期考核表")


def test_a_decision_stands_beside_the_reckoning_with_its_minutes() -> None:
    made = of(DECIDED)
    form = annual_form(made, made.subjects[0])
    assert (form.band_label, form.band_name) == ("审定等次", "优秀")
    sentence = "核算等次为称职，经考核委员会审定为优秀（会议纪要：某局纪要〔2026〕1号），理由：支援边疆。"
    assert sentence in form.notes
    assert f"陈一：{sentence}" in summary_form(made, made.subjects).notes


def test_a_notice_marks_a_decided_band_without_its_reason() -> None:
    made = of(DECIDED)
    form = notice_form(made, made.subjects)
    assert cells(form.last)[0][-1] == "优秀（审定）"
    assert "支援边疆" not in "".join(paragraph.text for paragraph in [*form.paragraphs, *form.after])


def test_the_unit_chooses_columns_order_and_how_names_are_shown() -> None:
    wordings = {"notice_columns": "姓名、总分", "notice_order": "工号", "notice_names": "隐去名"}
    made = of({"no": "2", "name": "欧阳小五"}, {"no": "1", "name": "李四"}, wordings=wordings)
    form = notice_form(made, made.subjects)
    assert cells(form.last) == [["李*", "69.78"], ["欧阳**", "69.78"]]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("王小明", "王**"), ("司马光", "司马*"), ("欧阳", "欧*"), ("某", "某")],
)
def test_the_family_name_alone_is_shown(name: str, shown: str) -> None:
    assert shown_name(name, "隐去名") == shown


def test_the_notice_has_the_days_of_publicity_or_room_for_them() -> None:
    options = Options(posted=datetime.date(2026, 1, 5), until=datetime.date(2026, 1, 9))
    assert notice_form(of({}, options=options), of({}).subjects).after[0].text == (
        "公示时间：2026年1月5日至2026年1月9日。"
    )
    assert notice_form(of({}), of({}).subjects).after[0].text == "公示时间：　　年　月　日至　　年　月　日。"


def test_the_units_words_stand_on_the_paper_with_braces_filled() -> None:
    made = of(
        {}, wordings={"notice_title": "关于{期间}考核结果的公示", "notice_signature": "{单位}考核委员会"}
    )
    form = notice_form(made, made.subjects)
    assert (form.frame.title, form.signature) == ("关于2025年考核结果的公示", "某局考核委员会")


def test_the_workbook_says_the_same_as_the_summary_with_figures_as_numbers() -> None:
    made = of({"outcomes": {"coefficient": "0.9", "talk": True}}, {"no": "1002", "total": None, "rank": None})
    [sheet] = summary_workbook(made, made.subjects)
    rows = [dict(zip(sheet.header, row, strict=True)) for row in sheet.rows]
    assert (rows[0]["总分"], rows[0]["业务工作"], rows[0]["奖金系数"]) == (
        Decimal("69.78"),
        Decimal("30"),
        "0.9",
    )
    assert (rows[0]["约谈"], rows[1]["总分"], rows[1]["约谈"]) == ("是", None, None)


def test_who_is_taken_out_of_the_assessment_has_no_points() -> None:
    made = of({"total": None, "rank": None, "flags": ["excluded"], "band": None, "band_name": None})
    [sheet] = summary_workbook(made, made.subjects)
    assert dict(zip(sheet.header, sheet.rows[0], strict=True))["业务工作"] is None
    assert cells(summary_form(made, made.subjects).tables[0].last)[0][4] == "——"


def test_flags_of_several_are_told_once_with_who_has_them() -> None:
    made = of({"flags": ["vetoed:V1"]}, {"no": "2", "name": "李二", "flags": ["vetoed:V1"]})
    assert "一票否决：玩忽职守（陈一、李二）。" in summary_form(made, made.subjects).notes


def test_a_summary_says_once_why_parts_do_not_make_the_total() -> None:
    parts = {"study": "15", "business": "30", "review": "19.784", "bonus": "5.004"}
    made = of({"components": parts, "total": "69.79"}, {"no": "2", "components": parts, "total": "69.79"})
    assert summary_form(made, made.subjects).notes == [scores.SUM_DIFFERS]


def test_a_factor_is_told() -> None:
    made = of({"factor": "0.9", "total": "62.8"})
    assert annual_form(made, made.subjects[0]).notes == ["总分为各部分得分之和乘以系数0.9。"]


def test_the_filing_report_counts_bands_and_outcomes() -> None:
    made = of(
        {"band": "excellent", "band_name": "优秀", "outcomes": {"coefficient": "1"}},
        {"no": "2", "name": "李二", "outcomes": {"coefficient": "0.9"}},
        {"no": "3", "name": "王三", "rank": None, "band": None, "band_name": None, "total": None},
    )
    form = filing_form(made, made.subjects)
    assert [(row.name, row.count, row.percent, row.names) for row in form.bands] == [
        ("优秀", "1人", "33.3%", "陈一"),
        ("称职", "1人", "33.3%", "李二"),
        ("未参加排名", "1人", "33.3%", "王三"),
    ]
    assert [(row.name, row.names) for row in form.outcomes] == [
        ("奖金系数：0.9", "李二"),
        ("奖金系数：1", "陈一"),
    ]


def test_the_filing_report_tells_namesakes_by_number_and_orders_amounts_as_numbers() -> None:
    made = of(
        {"outcomes": {"coefficient": "800"}},
        {"no": "2", "outcomes": {"coefficient": "3000"}},
        {"no": "3", "name": "王三", "outcomes": {"coefficient": "2000"}},
    )
    form = filing_form(made, made.subjects)
    assert [(row.name, row.names) for row in form.outcomes] == [
        ("奖金系数：800", f"陈一（{made.subjects[0]['no']}）"),
        ("奖金系数：2000", "王三"),
        ("奖金系数：3000", "陈一（2）"),
    ]


def test_those_with_an_outcome_that_asks_for_it_are_talked_to() -> None:
    made = of({"outcomes": {"talk": True}, "lines": [line(points="-2"), line(2, points="-5")]}, {"no": "2"})
    [talk] = talk_form(made, made.subjects).talks
    assert (talk.name, talk.why) == ("陈一", "约谈")
    assert talk.deductions == ["3月3日 获表彰和荣誉 -5分", "3月3日 获表彰和荣誉 -2分"]


def test_the_unit_may_name_a_veto_that_asks_for_a_talk() -> None:
    made = of({"flags": ["vetoed:V1"]}, {"no": "2"}, wordings={"talk_outcomes": "玩忽职守"})
    assert [talk.why for talk in talk_form(made, made.subjects).talks] == ["玩忽职守；一票否决：玩忽职守"]


def test_a_month_shows_its_pay_and_the_sum() -> None:
    names = {"components": [{"code": "duty", "name": "本职工作"}], "periods": ["year", "month"]}
    rules = [{"code": "pay", "family": "sheet_pay", "name": "月考核奖（元）", "params": {"each": "month"}}]
    made = of({"periods": SHEETS}, {"no": "2", "periods": SHEETS[:1]}, snapshot={**names, "rules": rules})
    january, february = monthly_form(made, made.subjects).sections
    assert january.caption == "2025年1月"
    assert cells(january.tables[0].last)[-1][-2:] == ["1120", ""]
    assert cells(february.tables[0].last)[-1][-2:] == ["600.5", ""]
    [own] = monthly_form(made, made.subjects[:1]).sections
    assert [row[0] for row in cells(own.tables[0].last)] == ["2025年1月", "2025年2月", "合计"]


def test_ballot_sheets_are_for_each_rater_group_by_its_name() -> None:
    made = of({}, wordings={"appraisal_groups": "heads：部门负责人"})
    assert [form.group for form in appraisal_forms(made, made.subjects)] == ["部门负责人", "其他人员"]


@pytest.mark.parametrize(
    ("group", "edition", "band"),
    [("section", "公务员年度考核登记表", "称职"), ("staff", "事业单位工作人员年度考核登记表", "合格")],
)
def test_each_group_has_its_own_annual_form_with_its_names_of_bands(
    group: str, edition: str, band: str
) -> None:
    wordings = {"annual_form": "公务员", "annual_form_by_group": "其他人员：事业单位"}
    names = {"section": "科级干部", "staff": "其他人员"}
    changes = {"group": group, "group_name": names[group], "band_name": "称职(合格)"}
    made = of(changes, wordings=wordings)
    form = annual_form(made, made.subjects[0])
    assert (form.frame.title, form.band_name) == (edition, band)


def test_a_department_has_a_form_of_its_own() -> None:
    made = of({"no": "K01", "name": "第一科"}, snapshot={"subject": "department"})
    form = annual_form(made, made.subjects[0])
    assert form.frame.title == "部门年度考核登记表"
    assert form.head[0][0].label == "部门名称"


@pytest.mark.parametrize(
    ("form", "snapshot", "told"),
    [
        ("monthly", {}, "不按月考核"),
        ("appraisal", {"rules": []}, "没有测评的规则"),
        ("talk", {"rules": []}, "没有约谈、谈话一类的规定"),
    ],
)
def test_a_form_that_does_not_apply_is_refused_with_the_reason(
    form: str, snapshot: Mapping[str, Any], told: str
) -> None:
    with pytest.raises(FormNotApplicable, match=told):
        FORMS[form].require_applicable(source(snapshot=snapshot))


def test_subjects_are_chosen_by_number_and_by_department() -> None:
    made = of({}, {"no": "2", "department": "K02"}, {"no": "3", "department": "K02"})
    assert [subject["no"] for subject in selected(made, ["1001"], ["K02"])] == ["1001", "2", "3"]
    with pytest.raises(DepartmentUnknown, match="有的是：K01（第一科）、K02（第一科）"):
        selected(made, (), ["K09"])


def test_a_ledger_sums_each_part_by_month() -> None:
    two = [line(1), line(2, component="study", points="-1.5"), line(3, date="2025-11-20", points="0.5")]
    made = source(result({"as_of": "2025-11-30"}, lines=two), snapshot={"components": COMPONENTS})
    form = ledger_form(made, made.subjects[0])
    sums = form.sums
    assert sums is not None
    assert list(sums.months) == [f"{month}月" for month in range(1, 12)]
    shown = {row.name: (row.months[2], row.months[10], row.whole) for row in [*sums.parts, *sums.closing]}
    assert shown == {
        "政治理论和业务知识学习": ("-1.5", "", "-1.5"),
        "加分项": ("+5", "+0.5", "+5.5"),
        "当月合计": ("+3.5", "+0.5", "+4"),
        "累计": ("+3.5", "+4", ""),
    }
    assert [month.parts for month in form.months] == ["政治理论和业务知识学习-1.5、加分项+5", ""]


def test_a_ledger_of_one_month_has_no_table_of_months() -> None:
    made = source(result({"period": "2025-03", "as_of": "2025-03-31"}))
    assert ledger_form(made, made.subjects[0]).sums is None


def sheets_of(values: Mapping[str, str], total: str) -> Source:
    """A month's sheets of two people, one with these parts and this total."""
    parts = [{"code": code, "name": f"部分{code}"} for code in values]
    sheet = {"period": "2025-01", "total": total, "components": values, "outcomes": {}}
    return of({"periods": [sheet]}, {"no": "2", "periods": [sheet]}, snapshot={"components": parts})


@pytest.mark.parametrize(
    ("total", "told"),
    [("1", []), ("1.01", ["舍入一次"]), ("0.5", ["（陈一），总分按办法规定的上下限"])],
)
def test_a_monthly_sheet_says_why_a_total_is_not_the_sum_of_its_parts(total: str, told: list[str]) -> None:
    made = sheets_of({"a": "0.3333", "b": "0.6667"}, total)
    notes = monthly_form(made, made.subjects).notes
    assert [word in note for word, note in zip(told, notes, strict=True)] == [True] * len(told)


def test_a_monthly_sheet_of_many_parts_goes_on_in_further_tables() -> None:
    values = {f"p{place:02d}": "100.25" for place in range(40)}
    made = sheets_of(values, "4010")
    [section] = monthly_form(made, made.subjects).sections
    headings = [heading.replace("\n", "") for table in section.tables for heading, _ in table.columns]
    assert [heading for heading in headings if heading.startswith("部分")] == [
        f"部分{code}" for code in values
    ]
    assert headings.count("姓名") == len(section.tables) > 1
    assert headings[-2:] == ["总分", "签名"]
    for table in section.tables:
        assert sum(width for _, width in table.columns) <= 257.5


@pytest.mark.parametrize(
    ("line_of_text", "expected"),
    [
        ("二、公示时间", ("二、公示时间", 1, "")),
        ("（一）组织领导。各科室要高度重视。", ("（一）组织领导。", 2, "各科室要高度重视。")),
        ("根据《办法》，予以公示。", ("", 0, "根据《办法》，予以公示。")),
    ],
)
def test_a_notices_numbered_headings_have_their_own_faces(
    line_of_text: str, expected: tuple[str, int, str]
) -> None:
    made = source(wordings={"notice_intro": line_of_text})
    [paragraph] = notice_form(made, made.subjects).paragraphs
    assert (paragraph.heading, paragraph.level, paragraph.text) == expected


def test_scores_and_bands_of_a_notice_for_phones_stand_on_one_line() -> None:
    made = source(result(total="-390", band_name="不合格", department_name="重症医学与急诊急救中心" * 2))
    form = notice_form(made, made.subjects, ON_PHONE)
    room, em = ON_PHONE[0]
    [row] = form.last
    widths = {heading: percent * room / 100 for heading, percent in form.columns}
    texts = dict(zip(widths, (cell.text for cell in row), strict=True))
    assert set(widths) == {"名次", "姓名", "部门", "总分", "等次"}
    for heading in ("名次", "总分", "等次"):
        assert text_width(texts[heading]) * em + 1 <= widths[heading]


def test_a_notice_for_phones_of_many_columns_is_wider_and_breaks_no_figure() -> None:
    wordings = {"notice_columns": "序号、名次、姓名、部门、职务、各部分得分、总分、等次"}
    made = source(result(total="-390.25", department_name="重症医学与急诊急救中心" * 2), wordings)
    form = notice_form(made, made.subjects, ON_PHONE)
    room, em = ON_PHONE[-1]
    [row] = form.last
    assert form.is_wide
    for (heading, percent), cell in zip(form.columns, row, strict=True):
        if heading not in ("部门", "职务"):
            assert text_width(cell.text) * em + 1 <= percent * room / 100
    [picture] = notice_pictures(made, made.subjects)
    assert Image.open(BytesIO(pictures_of(picture)[0])).width > PHONE_PIXELS
