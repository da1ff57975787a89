"""The canonical form of plain data, and its digest: equal documents have equal digests, whatever wrote them."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

WITHOUT_PARTS = frozenset({str, int, bool, type(None)})


def canonical(document: Any) -> str:
    """JSON with sorted keys and no white space; characters as they are. Floats are refused."""
    _refuse_floats(document)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(document: Any) -> str:
    """SHA-256 of the canonical form in UTF-8, as 64 hexadecimal digits."""
    return digest_of_text(canonical(document))


def digest_of_text(text: str) -> str:
    """SHA-256 of a canonical form that was made already."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_parts(parts: Iterable[str]) -> str:
    """SHA-256 of a canonical form that comes piece by piece."""
    seal = hashlib.sha256()
    for part in parts:
        seal.update(part.encode())
    return seal.hexdigest()


def _refuse_floats(document: Any) -> None:
    # A result of a large unit has millions of values: no call for each of them.
    pending: list[Any] = [[document]]
    while pending:
        container = pending.pop()
        for value in container.values() if isinstance(container, dict) else container:
            if type(value) in WITHOUT_PARTS:
                continue
            if isinstance(value, float):
                raise TypeError("a float has no exact place in a document")
            if isinstance(value, dict | list | tuple):
                pending.append(value)
