"""What templates of papers do with texts."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from reports.forms.layout import NAME_IN_PARTS
from reports.forms.source import BLANK_DAY

register = template.Library()
# The dot within a name begins no line (避头尾), and a day that is left to be written by hand stays whole.
TOGETHER = re.compile(rf"[^\W\d_]·|{BLANK_DAY.strip()}")


@register.filter
def joined(text: str) -> SafeString:
    """The text, escaped, with what may not be parted at the end of a line held together."""
    if NAME_IN_PARTS.fullmatch(text):
        return _in_parts(text)
    escaped = conditional_escape(text)
    return mark_safe(TOGETHER.sub(r'<span class="joined">\g<0></span>', escaped))


def _in_parts(name: str) -> SafeString:
    """The name, which is broken after its dots; within a part only where the part is wider than its cell."""
    *before, last = name.split("·")
    parts = [f"{part}·" for part in before] + [last]
    return mark_safe("".join(f'<span class="part">{part}</span>' for part in parts))
