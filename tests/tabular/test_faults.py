import pytest

from tabular.faults import MOST_LINES, Fault, FaultList, TableRefused


def test_a_fault_names_row_and_column() -> None:
    assert str(Fault(3, "日期", "没有这一天")) == "第 3 行，列“日期”：没有这一天"


def test_a_fault_of_a_whole_row_names_the_row() -> None:
    assert str(Fault(3, "", "与第 2 行矛盾")) == "第 3 行：与第 2 行矛盾"


def test_a_fault_of_a_whole_column_names_the_column() -> None:
    assert str(Fault(None, "日期", "缺少这一列")) == "列“日期”：缺少这一列"


def test_a_fault_of_the_file_says_only_what_is_wrong() -> None:
    assert str(TableRefused.because("文件是空的")) == "文件是空的"


def test_a_fault_added_by_code_is_printed_by_name() -> None:
    faults = FaultList(names={"date": "日期"})
    faults.add(3, "date", "没有这一天")
    assert str(faults) == "第 3 行，列“日期”：没有这一天"


def test_faults_stand_in_the_order_of_rows() -> None:
    faults = FaultList([Fault(9, "", "乙"), Fault(2, "", "甲"), Fault(None, "", "总")])
    assert [fault.problem for fault in faults] == ["总", "甲", "乙"]


def test_a_long_list_is_cut_and_says_how_many_more() -> None:
    faults = FaultList(Fault(row, "", "不对") for row in range(1, MOST_LINES + 8))
    assert str(faults).splitlines()[MOST_LINES:] == ["……另有 7 处问题未列出，请先改正以上各处"]


def test_a_list_of_faults_can_be_raised() -> None:
    with pytest.raises(FaultList, match="文件是空的"):
        raise TableRefused.because("文件是空的")
