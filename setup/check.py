"""Tells what this machine lacks, each thing in one sentence with its remedy. Standard library only.

`python setup/check.py` prints the sentences and exits 1 when something is missing.
"""

import ctypes
import importlib.util
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """Something that the machine must have.

    name: what it is. purpose: what it is for. package: the Debian package that brings it.
    is_met: whether it is there.
    """

    name: str
    purpose: str
    package: str
    is_met: Callable[[], bool]

    def sentence(self) -> str:
        """What is missing, what for, and the line that brings it."""
        return f"缺少{self.name}，{self.purpose}；请以 root 执行：apt-get install {self.package}"


def has_library(file_name: str) -> bool:
    """Whether the loader finds a shared library, by the very name that WeasyPrint asks for."""
    try:
        ctypes.CDLL(file_name)
    except OSError:
        return False
    return True


def compiler() -> str:
    """The C compiler that this interpreter builds its extensions with."""
    return (sysconfig.get_config_var("CC") or "gcc").split()[0]


def has_compiler() -> bool:
    return shutil.which(compiler()) is not None


def has_c_headers() -> bool:
    """Whether the compiler finds the C library's headers; without a compiler the question is void."""
    if not has_compiler():
        return True
    command = [compiler(), "-fsyntax-only", "-x", "c", "-"]
    return subprocess.run(command, input=b"#include <stdlib.h>\n", capture_output=True).returncode == 0


def has_python_headers() -> bool:
    return (Path(sysconfig.get_path("include")) / "Python.h").is_file()


def has_venv() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def has_font(*families: str) -> bool:
    """Whether fontconfig knows one of the font families; without its tools none can be found."""
    if shutil.which("fc-list") is None:
        return False
    patterns = [f":family={family}" for family in families]
    found = (subprocess.run(["fc-list", pattern, "file"], capture_output=True) for pattern in patterns)
    return any(answer.stdout.strip() for answer in found)


BUILD = "编译规则引擎 durable_rules 时要用"
PRINT = "打印表册（PDF）时要用"

NEEDS: Sequence[Need] = (
    Need("Python 的 venv 组件", "建立虚拟环境时要用", "python3.11-venv", has_venv),
    Need("C 编译器 gcc", BUILD, "gcc", has_compiler),
    Need("C 语言头文件", BUILD, "libc6-dev", has_c_headers),
    Need("Python 头文件 Python.h", BUILD, "python3.11-dev", has_python_headers),
    Need("排版库 Pango", PRINT, "libpango-1.0-0", lambda: has_library("libpango-1.0.so.0")),
    Need("排版库 PangoFT2", PRINT, "libpangoft2-1.0-0", lambda: has_library("libpangoft2-1.0.so.0")),
    Need(
        "字体子集库 harfbuzz-subset",
        PRINT,
        "libharfbuzz-subset0",
        lambda: has_library("libharfbuzz-subset.so.0"),
    ),
    Need("字体查询工具 fc-list", PRINT, "fontconfig", lambda: shutil.which("fc-list") is not None),
    Need(
        "宋体中文字体",
        PRINT,
        "fonts-noto-cjk",
        lambda: has_font("宋体", "SimSun", "Noto Serif CJK SC"),
    ),
    Need(
        "生僻字字体",
        "打印人名中的生僻字时要用",
        "fonts-babelstone-han",
        lambda: has_font("BabelStone Han", "SimSun-ExtB", "HanaMinB"),
    ),
)


def unmet(needs: Sequence[Need] = NEEDS) -> list[Need]:
    """Those needs that this machine doesn't meet, in their order."""
    return [need for need in needs if not need.is_met()]


def main() -> int:
    missing = unmet()
    for need in missing:
        sys.stderr.write(need.sentence() + "\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale is
    sys.exit(main())
