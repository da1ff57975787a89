"""Labels by which drop-down lists and forms show a code with its name: `1001 陈一`, and the way back."""

import re
from collections.abc import Mapping

from tabular import fold

# Also the way in which pages write it, 陈一（1001）; cells come in half width.
FORMS = (re.compile(r"(?P<code>\S+)\s+(?P<name>\S.*)"), re.compile(r"(?P<name>.*\S)\s*\((?P<code>[^()]+)\)"))


class LabelContradicts(ValueError):
    """A label's code and name do not belong together; the message says so in Chinese."""


def label_of(code: str, name: str) -> str:
    """A code with its name as one text; the code alone where it has no name of its own."""
    return f"{code} {name}" if name and name != code else code


def _bare(name: str) -> str:
    """A name as it is compared: spaces within it are a matter of looks."""
    return "".join(name.split())


def code_in(text: str, names: Mapping[str, str]) -> str | None:
    """The code of a label; None where the text is none. Raises LabelContradicts for a name of something else.

    names: code → name.
    """
    for form in FORMS:
        match = form.fullmatch(fold(text))
        if match is None or match["code"] not in names:
            continue
        name = names[match["code"]]
        if _bare(fold(name)) != _bare(match["name"]):
            raise LabelContradicts(f"“{text}”前后不符：{match['code']} 是“{name}”；请改正其中之一")
        return match["code"]
    return None
