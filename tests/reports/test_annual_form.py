"""What the annual form shows."""

import pytest

from assessments.errors import SubjectUnknown
from reports.forms import scores
from reports.forms.annual import AnnualForm, annual_form
from reports.forms.source import Particulars, selected
from tests.reports.papers import CHAIN_HEAD, form, line, result, source


def head(form: AnnualForm) -> dict[str, str]:
    return {field.label: field.value for row in form.head for field in row}


def test_the_head_names_unit_department_and_post() -> None:
    assert head(form())["单位及职务职级"] == "某局　第一科　科长"


def test_birth_and_appointment_are_written_as_forms_have_them() -> None:
    shown = head(form())
    assert (shown["出生年月"], shown["任现职时间"]) == ("1985.03", "2020.01")


def test_a_person_without_a_post_on_record_has_an_empty_field() -> None:
    made = source(particulars={"1001": Particulars()})
    assert head(annual_form(made, made.subjects[0]))["任现职时间"] == ""


def test_scores_have_two_decimals() -> None:
    shown = form()
    assert [part.points for part in shown.parts] == ["15.00", "30.00", "19.78", "5.00"]
    assert shown.total == "69.78"


def test_a_part_says_what_it_is_held_within() -> None:
    assert [part.limits for part in form().parts] == ["0—15", "0—30", "0—20", "10以下"]


def test_a_negative_total_keeps_its_sign() -> None:
    components = {"study": "15", "business": "30", "review": "0", "bonus": "-58.5"}
    shown = form(total="-13.5", components=components)
    assert shown.total == "-13.50"
    assert shown.notes == []


def test_a_sentence_says_when_the_shown_parts_do_not_make_the_total() -> None:
    components = {"study": "15", "business": "30", "review": "19.784", "bonus": "5.004"}
    assert form(total="69.79", components=components).notes == [scores.SUM_DIFFERS]


def test_who_is_not_ranked_has_dashes() -> None:
    shown = form(total=None, rank=None, of=None, band=None, band_name=None, flags=["not_assessed"])
    assert (shown.total, shown.rank, shown.band_name) == ("——", "——", "——")
    assert shown.notes == ["本期没有可核算的内容，不参加排名。"]


@pytest.mark.parametrize(
    ("flag", "sentence"),
    [
        ("vetoed:V1", "一票否决：玩忽职守。"),
        ("figure_missing:B104", "没有统计数据，未作评判：学习心得每半年1篇。"),
        ("ballots_missing:leader", "没有测评票，该项计0分：分管领导评分。"),
        ("tie_at_cut:excellent", "得分并列且跨过名额界线，由考核委员会研究确定：优秀。"),
        (
            "tie_at_cut:excellent:2025H1",
            "得分并列且跨过名额界线，由考核委员会研究确定：优秀（2025年上半年）。",
        ),
    ],
)
def test_a_flag_is_told_in_chinese(flag: str, sentence: str) -> None:
    assert form(flags=[flag]).notes == [sentence]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("matter:E17", "同一事项取高（E17）"),
        ("ceiling:bonus", "超出上限部分不计"),
        ("floor:bonus", "低于下限部分不扣"),
        ("limit:B601", "超出限额部分不计"),
    ],
)
def test_a_line_tells_why_it_was_cut(reason: str, words: str) -> None:
    assert form(lines=[line(points="0", reasons=[reason])]).lines[0].why == words


def test_a_line_has_its_signs_role_and_level() -> None:
    shown = form(lines=[line(role_name="带班领导", raw="-2", points="-2")]).lines[0]
    assert (shown.about, shown.raw, shown.points) == ("带班领导、市厅级", "-2", "-2")


def test_a_standing_rule_has_words_for_an_event_number() -> None:
    assert form(lines=[line(event="@B104:2025H1")]).lines[0].event == "按期评判"


def test_the_foot_names_edition_document_digest_and_chain() -> None:
    basis, digest, chain = form().frame.imprint
    assert basis == "依据《内部量化考核工作方案》（某局发〔2025〕12号）第1版核算，数据截至2025年12月31日。"
    assert digest.endswith(result()["digest"])
    assert chain.endswith(CHAIN_HEAD)


def test_a_half_year_is_not_called_a_year() -> None:
    assert form({"period": "2025H1", "period_name": "2025年上半年"}).frame.title == "考核登记表"


def test_an_unknown_number_is_refused_by_name() -> None:
    with pytest.raises(SubjectUnknown, match="1002"):
        selected(source(), ["1002"])
