"""Finds the code that a cell means: by the code itself or by its Chinese name."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from ledger.imports.labels import LabelContradicts, code_in, label_of
from tabular import fold

# So many words are read through; of more, those are named that look like what was written.
MOST_LISTED = 12
# Looking for those takes long among hundreds; a file with more unknown words than this is not one of slips.
MOST_LOOKED_FOR = 200


class WordUnknown(ValueError):
    """A cell names nothing that is known; the message says, in Chinese, what is allowed."""


class Words:
    """One kind of word: codes with their Chinese names. `kind` is what people call it: 级别, 角色."""

    def __init__(self, kind: str, names: Mapping[str, str]) -> None:
        self.kind = kind
        self.names = names
        self._by_name: dict[str, list[str]] = {}
        for code, name in names.items():
            self._by_name.setdefault(fold(name), []).append(code)
        self._meant: dict[str, str] = {}
        self._looked_for = 0

    def code_of(self, text: str) -> str:
        """The code that the text is, whose name it is, or whose label. Raises WordUnknown."""
        if text in self.names:
            return text
        if text not in self._meant:
            self._meant[text] = self._meaning(text)
        if self._meant[text] not in self.names:
            raise WordUnknown(self._meant[text])
        return self._meant[text]

    def _meaning(self, text: str) -> str:
        """The code that a text which is none means, or why it means none."""
        codes = self._by_name.get(fold(text), [])
        if len(codes) == 1:
            return codes[0]
        try:
            return code_in(text, self.names) or self._refusal(text, codes)
        except LabelContradicts as wrong:
            return str(wrong)

    def label(self, code: str) -> str:
        """How a drop-down list shows a code: by its name where that is enough."""
        name = self.names[code]
        unique = len(self._by_name[fold(name)]) == 1 and name not in self.names
        return name if unique and name else label_of(code, name)

    def listed(self, codes: Iterable[str]) -> str:
        """Codes with their names, as they stand in a message; the first ones of many."""
        texts = [f"{code}（{self.names[code]}）" if code in self.names else code for code in codes]
        shown = "、".join(texts[:MOST_LISTED])
        return f"{shown}等" if len(texts) > MOST_LISTED else shown or "（无）"

    def _refusal(self, text: str, codes: list[str]) -> str:
        if codes:
            return f"名为“{text}”的{self.kind}不止一个；请填写编码：{self.listed(codes)}"
        if len(self.names) <= MOST_LISTED:
            return f"没有{self.kind}“{text}”；允许 {self.listed(self.names)}"
        self._looked_for += 1
        close = self._close(text) if self._looked_for <= MOST_LOOKED_FOR else []
        hint = f"相近的有 {self.listed(close)}" if close else f"允许 {self.listed(self.names)}"
        return f"没有{self.kind}“{text}”；{hint}"

    def _close(self, text: str) -> list[str]:
        """The codes that look like the text by code or name."""
        found = get_close_matches(text, [*self.names, *self._by_name], n=3, cutoff=0.5)
        codes = [code for word in found for code in ([word] if word in self.names else self._by_name[word])]
        return list(dict.fromkeys(codes))
