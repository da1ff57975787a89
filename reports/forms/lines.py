"""A subject as papers keep it while they wait for their turn: its lines packed, its texts shared with all others."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

Line = Mapping[str, Any]


class PackedLines(Sequence[Line]):
    """Award lines in a tenth of the memory, unpacked whenever they are looked at."""

    __slots__ = ("_content", "_count")

    def __init__(self, lines: Sequence[Line]) -> None:
        self._content = zlib.compress(json.dumps(lines, ensure_ascii=False).encode(), 1)
        self._count = len(lines)

    def __iter__(self) -> Iterator[Line]:
        return iter(self._unpacked())

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Line]: ...
    def __getitem__(self, place: int | slice) -> Line | Sequence[Line]:
        return self._unpacked()[place]

    def __len__(self) -> int:
        return self._count

    def _unpacked(self) -> list[Line]:
        lines: list[Line] = json.loads(zlib.decompress(self._content))
        return lines


class Packer:
    """Makes subjects of a result light, one after the other; equal texts of all of them are one."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def __call__(self, subject: dict[str, Any]) -> dict[str, Any]:
        """The subject with its lines packed."""
        lines = subject.pop("lines")
        light: dict[str, Any] = self._shared(subject)
        light["lines"] = PackedLines(lines) if lines else ()
        return light

    def _shared(self, value: Any) -> Any:
        match value:
            case str():
                return self._texts.setdefault(value, value)
            case dict():
                return {self._shared(key): self._shared(part) for key, part in value.items()}
            case list():
                return [self._shared(part) for part in value]
        return value


def unpacked(subject: Mapping[str, Any]) -> dict[str, Any]:
    """The subject as it stands in its result."""
    return {**subject, "lines": list(subject["lines"])}
