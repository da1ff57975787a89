"""The demo units' files: what the seeded script writes, and that they are years worth looking at."""

import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tabular import Column, Row, read_table

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "fixtures" / "demo" / "make_demo.py"
DEMO = ROOT / "fixtures" / "demo"
KEPT = DEMO / "bureau"
FILES = sorted(path.relative_to(DEMO).as_posix() for path in DEMO.glob("*/*.xlsx"))

PEOPLE = {
    "no": "工号",
    "name": "姓名",
    "department": "部门",
    "department_name": "部门名称",
    "group": "分组",
    "position": "职务",
    "gender": "性别",
    "birth": "出生年月",
    "politics": "政治面貌",
}
EVENTS = {
    "event_no": "事件号",
    "item": "事项",
    "subject": "对象",
    "role": "角色",
    "level": "级别",
    "matter": "同一事项",
    "evidence": "依据",
    "remark": "说明",
    "form": "情形",
}
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "people.xlsx": (
        *(Column(code, name) for code, name in PEOPLE.items()),
        Column("start", "起", "date"),
        Column("end", "止", "date"),
        Column("secondary", "兼任", "boolean"),
    ),
    "events.xlsx": (
        *(Column(code, name) for code, name in EVENTS.items()),
        Column("date", "日期", "date"),
        Column("quantity", "数量", "decimal"),
    ),
}


def rows_of(name: str) -> list[Row]:
    return list(read_table(KEPT / name, COLUMNS[name]).rows)


def test_the_script_writes_the_kept_files_again_byte_by_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SCRIPT, tmp_path], check=True)
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("*/*.xlsx"))
    assert written == FILES
    assert [name for name in FILES if (tmp_path / name).read_bytes() != (DEMO / name).read_bytes()] == []


def test_the_bureau_has_forty_people_in_six_sections() -> None:
    rows = rows_of("people.xlsx")
    assert len({row["no"] for row in rows}) == 40
    assert {row["department"] for row in rows} == {"K01", "K02", "K03", "K04", "K05", "K06"}


def test_names_hold_rare_characters_and_one_pair_of_namesakes() -> None:
    names = {row["no"]: row["name"] for row in rows_of("people.xlsx")}
    assert set("䶮㛃𬀩𫖯喆堃") <= set("".join(map(str, names.values())))
    assert [name for name, count in Counter(names.values()).items() if count > 1] == ["李娜"]


def test_someone_left_someone_joined_some_moved_and_one_post_is_secondary() -> None:
    rows = rows_of("people.xlsx")
    ended = {row["no"] for row in rows if row["end"]}
    went_on = {row["no"] for row in rows if not row["end"]}
    joined = {row["no"] for row in rows if str(row["start"]) >= "2025" and not row["secondary"]} - ended
    assert ended - went_on == {"1028"}
    assert joined == {"1040"}
    assert len(ended & went_on) == 3
    assert sum(row["secondary"] is True for row in rows) == 1


def test_the_year_has_about_six_hundred_events_all_in_2025_with_evidence() -> None:
    rows = rows_of("events.xlsx")
    assert 560 <= len({row["event_no"] for row in rows}) <= 640
    assert {str(row["date"])[:4] for row in rows} == {"2025"}
    assert all(row["evidence"] for row in rows)


def test_nobody_has_an_event_on_a_day_without_an_appointment() -> None:
    posts: dict[object, list[tuple[str, str]]] = {}
    for row in rows_of("people.xlsx"):
        posts.setdefault(row["no"], []).append((str(row["start"]), str(row["end"] or "9999")))
    strays = [
        row["event_no"]
        for row in rows_of("events.xlsx")
        if not str(row["subject"]).startswith("K")
        and not any(start <= str(row["date"]) <= end for start, end in posts[row["subject"]])
    ]
    assert strays == []


def test_section_events_have_a_row_for_the_leader_in_charge() -> None:
    rows = rows_of("events.xlsx")
    shared = {row["event_no"] for row in rows if row["role"] == "分管领导"}
    of_sections = {row["event_no"] for row in rows if row["item"] in ("B201", "B204", "B205")}
    assert shared == of_sections
