"""The font faces that this machine has: their files, names, weights and characters, as fontconfig lists them."""

import functools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.fonts import listed

FIELDS = ("file", "index", "family", "weight", "slant", "variable", "charset")
FORM = "\\t".join(f"%{{{field}}}" for field in FIELDS) + "\\n"
# Weights on fontconfig's scale.
REGULAR, BOLD = 80, 200


@dataclass(frozen=True, slots=True)
class Face:
    """A face of a font file. index: its place in a collection. starts, ends: its characters, as sorted ranges."""

    file: str
    index: int
    families: tuple[str, ...]
    weight: int
    is_upright: bool
    is_variable: bool
    starts: Sequence[int]
    ends: Sequence[int]

    def has(self, character: str) -> bool:
        return _within(ord(character), self.starts, self.ends)


@functools.cache
def installed_faces() -> tuple[Face, ...]:
    """All faces, in an order of their own: by file and index. Raises FontsUnknown."""
    return tuple(sorted(_faces(listed(FORM)), key=lambda face: (face.file, face.index)))


def _faces(lines: Sequence[str]) -> Iterator[Face]:
    for line in lines:
        file, index, families, weight, slant, variable, charset = line.split("\t")
        if not charset:
            continue
        starts, ends = _ranges(charset)
        yield Face(
            file=file,
            # The upper half of the number names a variable font's instance.
            index=int(index) & 0xFFFF,
            families=tuple(families.split(",")),
            weight=int(weight) if weight.isdecimal() else REGULAR,
            is_upright=slant in ("", "0"),
            is_variable=variable == "True" or int(index) > 0xFFFF,
            starts=starts,
            ends=ends,
        )


def _ranges(charset: str) -> tuple[list[int], list[int]]:
    pairs = [token.partition("-")[::2] for token in charset.split()]
    return [int(low, 16) for low, _ in pairs], [int(high or low, 16) for low, high in pairs]


def _within(point: int, starts: Sequence[int], ends: Sequence[int]) -> bool:
    index = bisect_right(starts, point) - 1
    return index >= 0 and point <= ends[index]
