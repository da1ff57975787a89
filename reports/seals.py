"""What makes a paper verifiable: its code, a QR code that leads to the verifying page, the result inside the PDF."""

import hashlib
import re
from dataclasses import dataclass, replace

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from reports.paper import Enclosure, Paper

STYLE = "seal.css"
# Pictures for phones have theirs at the end.
STYLE_BELOW = "seal_below.css"
# Crockford's base 32: no I, L, O, U, which are taken for 1, 1, 0, V when read aloud or typed in.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("ILOU", "110V")
LENGTH, GROUP = 16, 4
CODE = re.compile(rf"[{ALPHABET}]{{4}}(?:-[{ALPHABET}]{{4}}){{3}}")
BODY = re.compile(r"<body[^>]*>")


@dataclass(frozen=True, slots=True)
class Seal:
    """What stands above a paper. code: its short fingerprint; words: what it is; target: what the QR code says."""

    code: str
    words: str
    target: str


def code_of(*facts: str) -> str:
    """The short fingerprint of these facts, 80 bits: 7K3M-9QXD-0A2B-WZ5E."""
    number = int.from_bytes(hashlib.sha256("\n".join(facts).encode()).digest()[:10], "big")
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def normal_code(text: str) -> str | None:
    """A code as it is registered, from what somebody typed or scanned; None where it is none."""
    letters = re.sub(r"[\s\-—－]", "", text).upper().translate(MISREAD)
    code = "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))
    return code if CODE.fullmatch(code) else None


def sealed(paper: Paper, seal: Seal, enclosure: Enclosure | None, is_below: bool = False) -> Paper:
    """The paper with its seal above the text, or below it, and the enclosure inside."""
    words = _words(seal)
    opening = format_html('<body data-seal="{}">{}', f"核验编号 {seal.code}", "" if is_below else words)
    # A function, since a backslash in a name is no group of the pattern.
    html, count = BODY.subn(lambda found: opening, paper.html, count=1)
    assert count == 1, "a paper has a body"
    if is_below:
        html = html.replace("</body>", f"{words}</body>")
    return replace(
        paper,
        html=html,
        styles=(*paper.styles, STYLE_BELOW if is_below else STYLE),
        code=seal.code,
        enclosures=(*paper.enclosures, *([enclosure] if enclosure else [])),
    )


def _words(seal: Seal) -> SafeString:
    return format_html(
        '<div class="seal"><table><tr><td class="words">{}<br>核验编号 {}</td>'
        '<td class="square">{}</td></tr></table></div>',
        seal.words,
        seal.code,
        qr_code(seal.target),
    )


def qr_code(text: str) -> SafeString:
    """The text as a QR code, an inline SVG of one path."""
    code = segno.make(text, error="m", micro=False)
    svg = code.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)
