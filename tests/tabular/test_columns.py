import pytest

from tabular.columns import Column, names_of, recognise

NUMBER = Column("no", "工号", "code", aliases=("职工编号",))
EVENT = Column("event_no", "事件号", "code")
KNOWN = names_of([NUMBER, EVENT])


@pytest.mark.parametrize(
    "heading",
    [
        "工号",
        "no",
        "NO",
        " 工 号\n",
        "ｎｏ",
        "工号*",
        "*工号",
        "工号（必填）",
        "工号(no)",
        "工号【文本】*",
        "职工编号",
    ],
)
def test_a_column_is_recognised_by_name_code_and_alias(heading: str) -> None:
    assert recognise(heading, KNOWN) is NUMBER


@pytest.mark.parametrize("heading", ["工号码", "（工号）", "姓名（工号）", "eventno"])
def test_a_name_that_is_only_alike_is_not_recognised(heading: str) -> None:
    assert recognise(heading, KNOWN) is None


def test_a_name_with_brackets_of_its_own_is_recognised() -> None:
    column = Column("score", "分数（百分制）")
    assert recognise("分数(百分制)", names_of([column])) is column


def test_two_columns_of_one_name_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="two columns are called '工号'"):
        names_of([NUMBER, Column("number", "工号")])


def test_a_column_cannot_be_required_and_unused() -> None:
    with pytest.raises(ValueError, match="both required and tolerated"):
        Column("no", "工号", required=True, tolerated_when_empty=True)
