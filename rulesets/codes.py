"""Codes for those who don't want to think of one: the initials of a name, or the code after the one above."""

import re
from collections.abc import Collection

LONGEST_BASE = 20
TRAILING_NUMBER = re.compile(r"(?P<stem>.*?)(?P<number>\d+)")


def code_from(name: str, taken: Collection[str]) -> str:
    """The initials of a Chinese name in pinyin (加分项 → jfx), as none of `taken` is, whatever the case.

    Letters and digits stay; a code begins with a letter.
    """
    from pypinyin import Style, pinyin

    parts = [part for (part,) in pinyin(name, style=Style.FIRST_LETTER, v_to_u=False)]
    base = re.sub(r"[^a-z0-9]", "", "".join(parts).lower())[:LONGEST_BASE]
    if not base[:1].isalpha():
        base = f"x{base}"
    used = {code.lower() for code in taken}
    if base not in used:
        return base
    number = 2
    while f"{base}{number}" in used:
        number += 1
    return f"{base}{number}"


def code_after(before: str, taken: Collection[str]) -> str | None:
    """The next code that is none of `taken`: B609 → B610; None where the one before ends in no number."""
    match = TRAILING_NUMBER.fullmatch(before)
    if match is None:
        return None
    used = {code.lower() for code in taken}
    number, width = int(match["number"]) + 1, len(match["number"])
    while f"{match['stem']}{number:0{width}}".lower() in used:
        number += 1
    return f"{match['stem']}{number:0{width}}"
