"""What no page says to people: codes, English, programmers' terms, idle zeros, dates as machines write them."""

import re

TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL)
# What browsers and screen readers say of a tag.
SPOKEN = re.compile(r'\b(?:alt|title|aria-label|placeholder)="([^"]+)"')
REFUSED = {
    "a date as machines write it": re.compile(r"\d{4}-\d\d-\d\d(?!\d)"),
    "a time with its fractions": re.compile(r"\d\d:\d\d:\d\d\.\d|\+00:00"),
    "idle zeros": re.compile(r"\d\.\d{3}0(?!\d)"),
    "a standing rule's event": re.compile(r"@\w+:"),
    "a word of Python": re.compile(r"\b(?:None|True|False|NULL)\b"),
    "an English sentence": re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}"),
    "a space in a sentence of Django's": re.compile(
        r"(?:增加|修改|查看|选择|删除|删除所选的|取消选中|变更历史：|[^一-鿿]以) [一-鿿]|[一-鿿] (?:来修改|管理$)"
    ),
}
# Codes of the bureau's scheme that have a name: levels, groups, roles, parts of reviews, figures, bands.
CODES = re.compile(
    r"\b(?:municipal|township|county|provincial|national|section|staff|democratic|committee|notes|reflections"
    r"|excellent|competent|incompetent|study|business|bonus|central|daily)\b"
)
# Pages on which a code is given, or chosen by those who give them.
EDITORS = ("admin:rulesets_", "admin:audit")
# Texts that are right as they are, with the reason.
ALLOWED = (
    "loaded from a pack",  # the reason that the command records, by its contract
    "指标“",  # a figure has no other name than its code
)


def unreadable(page: str, html: str) -> list[str]:
    """What stands on a page that nobody should have to read, each with its kind and the text around it."""
    texts = [text.strip() for text in TAGS.sub("\n", html).split("\n")] + SPOKEN.findall(html)
    refused = REFUSED if page.startswith(EDITORS) else REFUSED | {"a code instead of its name": CODES}
    return sorted(
        {
            f"{page} says {kind}: {text[:100]}"
            for text in texts
            for kind, pattern in refused.items()
            if text and pattern.search(text) and not any(allowed in text for allowed in ALLOWED)
        }
    )
