"""A year of a whole district in one file: read in bounded memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tabular.spreadsheets import repacked, xlsx

ROWS = 100_000
MOST_MEGABYTES = 300
# A reader that hangs is not waited for; so long it takes on no machine, however busy.
MOST_SECONDS = 300
ROOT = Path(__file__).parents[2]

READ = """
import sys
from pathlib import Path
from tabular import Column, TableRefused, read_table

columns = [Column("no", "工号", "code"), Column("name", "姓名"), Column("day", "日期", "date"),
           Column("score", "分数", "decimal"), Column("remark", "说明"), Column("matter", "同一事项", "code")]
try:
    table = read_table(Path(sys.argv[1]), columns)
    table.raise_if_faulty()
    last = table.rows[-1]
    print(len(table.rows), last.number, last["no"], last["score"])
except TableRefused as refused:
    print(refused)
status = Path("/proc/self/status").read_text()
print(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) // 1024)
"""


def large_workbook(rows: int) -> bytes:
    """A workbook of six columns; its sheet is written as plain XML, which is quicker than any library."""

    def text(value: str) -> str:
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    header = "".join(text(name) for name in ("工号", "姓名", "日期", "分数", "说明", "同一事项"))
    parts = [f"<row>{header}</row>"]
    for number in range(rows):
        parts.append(
            f"<row>{text(f'{number:06}')}{text('欧阳一二')}<c><v>45778</v></c><c><v>{number / 10}</v></c>"
            f"{text(f'第 {number} 次会议通报表扬')}{text(f'M{number}')}</row>"
        )
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{namespace}"><sheetData>{"".join(parts)}</sheetData></worksheet>'
    return repacked(xlsx([]), {"xl/worksheets/sheet1.xml": sheet.encode()})


def read_apart(path: Path) -> list[str]:
    """Reads a file in a process of its own; gives what it printed, the peak of its memory in MB last."""
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "platform")},
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from Linux")
def test_a_hundred_thousand_rows_are_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "events.xlsx"
    path.write_bytes(large_workbook(ROWS))
    what, megabytes = read_apart(path)
    assert what == f"{ROWS} {ROWS + 1} {ROWS - 1:06} 9999.9"
    assert int(megabytes) < MOST_MEGABYTES


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from Linux")
def test_a_hundred_thousand_rows_of_csv_are_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    lines = [f"{number:06},欧阳一二,2025-05-01,{number / 10}\n" for number in range(ROWS)]
    path.write_text("工号,姓名,日期,分数\n" + "".join(lines), encoding="gb18030")
    what, megabytes = read_apart(path)
    assert what == f"{ROWS} {ROWS + 1} {ROWS - 1:06} 9999.9"
    assert int(megabytes) < MOST_MEGABYTES


def test_one_row_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("工号,姓名\n" + "1,陈一\n" * (ROWS + 1), encoding="utf-8")
    assert read_apart(path)[0] == "数据超过 100000 行；请分成几个文件导入"
