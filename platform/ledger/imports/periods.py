"""Periods as people write them in spreadsheets: by their codes, or by the names that the pages show."""

import re
import unicodedata

from rulesets.engine.period import Period, PeriodUnknown

# Every way ends in a code that Period.parse knows: 2025年, 2025年度, 2025年上半年, 2025年第3季度, 2025年7月份.
_NAME = re.compile(
    r"(?P<year>\d{4})年(?:度|(?P<half>[上下])半年|第?(?P<quarter>[1-4一二三四])季度|(?P<month>\d{1,2})月份?)?"
)
_QUARTERS = {"一": "1", "二": "2", "三": "3", "四": "4"}


def period_written(text: str) -> Period:
    """The period that a cell names. Raises PeriodUnknown, with the text as it stands there."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    try:
        return Period.parse(_code(plain))
    except PeriodUnknown:
        raise PeriodUnknown(text) from None


def _code(text: str) -> str:
    named = _NAME.fullmatch(text)
    if named is None:
        return text
    if named["half"]:
        return f"{named['year']}H{'上下'.index(named['half']) + 1}"
    if named["quarter"]:
        return f"{named['year']}Q{_QUARTERS.get(named['quarter'], named['quarter'])}"
    if named["month"]:
        return f"{named['year']}-{int(named['month']):02d}"
    return named["year"]
