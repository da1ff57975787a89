"""The HTML of a paper → a tree of elements, by the parser of XML: a twentieth of the time of the parser of HTML.

Papers are written by our own templates, whose markup is well-formed but for elements without an end (`<col>`, `<br>`);
what people entered stands in it escaped. Whatever isn't well-formed for another reason (a control character in a
name, an entity that only HTML knows) is left to the parser of HTML.
"""

import re
from xml.etree import ElementTree

# Elements without an end, as far as papers have them.
ENDLESS = re.compile(r"<((?:br|col|hr|img|meta)(?:\s[^<>]*?)?)\s*/?>")
SVG = re.compile(r"<svg(?![^<>]*\sxmlns=)")
NAMESPACE = "http://www.w3.org/2000/svg"


def tree_of(html: str) -> ElementTree.Element | None:
    """The root element, as a parser of HTML would make it; None where only that can read the text."""
    closed = ENDLESS.sub(r"<\1/>", html)
    try:
        return ElementTree.fromstring(SVG.sub(f'<svg xmlns="{NAMESPACE}"', closed))
    except ElementTree.ParseError:
        return None
