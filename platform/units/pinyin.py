"""How names are found by typing: whole spellings and initials in pinyin (`zhangguoqiang`, `zgq`)."""

from collections.abc import Iterator
from itertools import islice, product

LONGEST = 255
# A name of characters with several readings has more spellings than anybody types.
MOST_SPELLINGS = 16


def search_key(name: str) -> str:
    """The spellings and initials of a name, apart by spaces: 曾伟 → `zengwei cengwei zw cw`.

    Every reading of a character with several counts, since a surname is often read otherwise. At most 255
    characters; what is no Chinese character stays as it is, in small letters.
    """
    from pypinyin import Style, pinyin

    readings = pinyin("".join(name.split()), style=Style.NORMAL, heteronym=True, v_to_u=False)
    ways = [tuple(way) for way in islice(product(*readings), MOST_SPELLINGS)]
    words = dict.fromkeys([*map("".join, ways), *("".join(part[:1] for part in way) for way in ways)])
    return " ".join(_fitting(word.lower() for word in words))


def _fitting(words: Iterator[str]) -> Iterator[str]:
    """The words for which there is room."""
    room = LONGEST
    for word in words:
        if len(word) <= room:
            yield word
            room -= len(word) + 1


def is_spelling(text: str) -> bool:
    """Whether a search text may be a spelling: letters, no Chinese character and no digit."""
    return text.isascii() and text.isalpha()


def found_by(text: str, name: str) -> bool:
    """Whether a name is found by a search text: by a part of it, or of its spellings and initials."""
    return text in name or (is_spelling(text) and text.lower() in search_key(name))
