"""Which typefaces papers are set in, and which characters this machine can print.

GB/T 9704-2012 asks for 小标宋 in titles, 仿宋 in text, 黑体 and 楷体 in headings, 宋体 for page numbers.
"""

import functools
import subprocess
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence

# Characters of personal names reach into CJK extensions A to F (GB 18030-2022, level 3): these close every stack.
RARE = ("Noto Serif CJK SC", "BabelStone Han", "HanaMinA", "HanaMinB")

# The licensed official faces first, used where a machine has them; then free ones. "SC" is said explicitly,
# because a bare generic family picks Japanese shapes.
STACKS: Mapping[str, Sequence[str]] = {
    "title": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", *RARE),
    "song": ("宋体", "SimSun", *RARE),
    "fangsong": ("仿宋_GB2312", "仿宋", "FangSong", "FandolFang", *RARE),
    "kai": ("楷体_GB2312", "楷体", "KaiTi", "FandolKai", "LXGW WenKai", *RARE),
    "hei": ("黑体", "SimHei", "Noto Sans CJK SC", *RARE),
}

# What the papers' styles take Western letters and digits from.
FIGURES = "Liberation Serif"

# What no face needs a shape for: control and format characters, spaces.
SHAPELESS = {"Cc", "Cf", "Zs", "Zl", "Zp"}
PRIVATE_USE = "Co"


class FontsUnknown(Exception):
    """fontconfig's tool fc-list is not there, so that nothing can be said of fonts."""


def stylesheet() -> str:
    """CSS that names the stacks `var(--title)`, `var(--fangsong)` … for the papers' styles."""
    families = [
        f"--{name}: " + ", ".join(f'"{family}"' for family in ("Figures", *stack)) + ";"
        for name, stack in STACKS.items()
    ]
    return ":root { " + " ".join(families) + " }"


def installed_families() -> set[str]:
    """The names of all font families that fontconfig finds. Raises FontsUnknown."""
    return {name for line in listed("%{family}\n") for name in line.split(",")}


def missing_characters(text: str) -> set[str]:
    """Those characters of a text that no installed face has. Raises FontsUnknown.

    Private-use characters, which older systems used for rare names, count as missing: each font draws another
    shape for them.
    """
    starts, ends = _covered()
    visible = {character for character in text if unicodedata.category(character) not in SHAPELESS}
    return {
        character
        for character in visible
        if unicodedata.category(character) == PRIVATE_USE or not _within(ord(character), starts, ends)
    }


def _within(point: int, starts: Sequence[int], ends: Sequence[int]) -> bool:
    index = bisect_right(starts, point) - 1
    return index >= 0 and point <= ends[index]


@functools.cache
def _covered() -> tuple[list[int], list[int]]:
    """The code points that any installed face has, as sorted ranges that do not overlap: starts and ends."""
    ranges = set()
    for line in listed("%{charset}\n"):
        for token in line.split():
            first, _, last = token.partition("-")
            ranges.add((int(first, 16), int(last or first, 16)))
    starts: list[int] = []
    ends: list[int] = []
    for first_point, last_point in sorted(ranges):
        if ends and first_point <= ends[-1] + 1:
            ends[-1] = max(ends[-1], last_point)
        else:
            starts.append(first_point)
            ends.append(last_point)
    return starts, ends


def listed(form: str) -> list[str]:
    """A line for each installed face, in fontconfig's format. Raises FontsUnknown."""
    try:
        listing = subprocess.run(["fc-list", "--format", form], capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        raise FontsUnknown from error
    return listing.stdout.splitlines()
