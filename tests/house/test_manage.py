"""The entry of every command: what is wrong usage ends with 2."""

import os
import subprocess
import sys
from pathlib import Path


def run(root: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GONGGUO_DATA": str(folder)}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unknown_command_ends_with_2_and_one_chinese_line(root: Path, tmp_path: Path) -> None:
    answer = run(root, tmp_path, "nosuch")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr == "没有名为“nosuch”的命令，全部命令见：manage.py help\n"


def test_a_missing_word_ends_with_2(root: Path, tmp_path: Path) -> None:
    assert run(root, tmp_path, "assess", "bureau").returncode == 2


def test_the_allocator_is_told_of_its_arena_before_polars_is_loaded(root: Path) -> None:
    says = "import sys, config, os; print('polars' in sys.modules, os.environ['_RJEM_MALLOC_CONF'])"
    environment = {name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"}
    answer = subprocess.run(
        [sys.executable, "-c", says],
        cwd=root,
        env=environment | {"PYTHONPATH": "platform:."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.startswith("False narenas:1")
