"""A long list in the text of a JSON object, read element by element."""

import json
from collections.abc import Iterable, Iterator
from typing import Any


class ListReader:
    """The elements of the list under a key of an object in canonical form, and after them the rest of the object.

    Iterated once. Raises ValueError where the text is no such object. rest: the object without the elements.
    """

    def __init__(self, pieces: Iterable[str], key: str) -> None:
        self._pieces = iter(pieces)
        self._mark = f'"{key}":['
        self._text = ""
        self._place = 0
        self.rest: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Any]:
        # Inside a text a quotation mark is escaped, so that the mark can stand nowhere but before a list.
        while self._mark not in self._text:
            self._require_more()
        head, self._text = self._text.split(self._mark, 1)
        while self._next_character() != "]":
            yield self._element()
            if self._next_character() == ",":
                self._place += 1
        tail = [self._text[self._place :], *self._pieces]
        self.rest = json.loads(f"{head}{self._mark}{''.join(tail)}")

    def _next_character(self) -> str:
        while self._place == len(self._text):
            self._require_more()
        return self._text[self._place]

    def _element(self) -> Any:
        decoder = json.JSONDecoder()
        while True:
            try:
                element, end = decoder.raw_decode(self._text, self._place)
            except ValueError:
                self._require_more()
                continue
            if end < len(self._text):
                self._place = end
                return element
            # A number may go on in the next piece.
            self._require_more()

    def _require_more(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise ValueError("the text ends within the list")
        self._text = self._text[self._place :] + piece
        self._place = 0
