"""How dates, numbers and reasons are written on paper."""

import datetime
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from rulesets.engine.period import Period

NOT_ANY = "——"

REASONS = {
    "matter": "同一事项取高（{}）",
    "limit": "超出限额部分不计",
    "factor": "按规定系数折算",
    "ceiling": "超出上限部分不计",
    "floor": "低于下限部分不扣",
}

FLAGS = {
    "tie_at_cut": "得分并列且跨过名额界线，由考核委员会研究确定：{}。",
    "figure_missing": "没有统计数据，未作评判：{}。",
    "ballots_missing": "没有测评票，该项计0分：{}。",
    "vetoed": "一票否决：{}。",
    "uncounted": "不占名额：{}。",
    "not_assessed": "本期没有可核算的内容，不参加排名。",
    "no_grade": "参加考核，不排名、不定等次。",
    "excluded": "不参加本期考核。",
}


def chinese_date(day: datetime.date) -> str:
    """2025年12月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def month_and_day(day: datetime.date) -> str:
    """12月31日, where the year stands above."""
    return f"{day.month}月{day.day}日"


def year_and_month(text: str) -> str:
    """Birth and appointment as forms have them, 1995.03; from 1995-3, 1995年3月, 199503, 1995-03-08.

    What is not such a date stays as it is written.
    """
    found = re.match(r"(\d{4})\D?(\d{1,2})(?!\d{3})", text)
    return f"{found[1]}.{int(found[2]):02d}" if found else text


def two_decimals(number: str) -> str:
    """A score with two decimals, half away from zero: 19.783333 → 19.78."""
    rounded = Decimal(number).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return str(abs(rounded) if rounded == 0 else rounded)


def padded(total: str) -> str:
    """A total with at least two decimals; a scheme may have up to four, and none is lost: 96.5 → 96.50."""
    whole, _, decimals = total.partition(".")
    return f"{whole}.{decimals:0<2}"


# Marks of punctuation as they are typed, and as officials print them beside Chinese characters.
FULL_WIDTH = str.maketrans(",;:?!", "，；：？！")
_MARK = re.compile(r"(?<=[^\x00-\x7f])[,;:?!] ?|[,;:?!] ?(?=[^\x00-\x7f])")
_BRACKETS = re.compile(r"(?P<before>^|.)\((?P<within>[^()]*)\)")


def official(text: str) -> str:
    """The text with full-width punctuation where it stands beside Chinese characters: 称职(合格) → 称职（合格）.

    What stands among Latin letters and digits alone (12:30, GB/T 9704(2012)) stays as it is.
    """
    bracketed = _BRACKETS.sub(_printed_brackets, text)
    return _MARK.sub(lambda found: found[0].strip().translate(FULL_WIDTH), bracketed)


def _printed_brackets(found: re.Match[str]) -> str:
    before, within = found["before"], found["within"]
    beside_chinese = not (before.isascii() and within.isascii())
    return f"{before}（{within}）" if beside_chinese else found[0]


def signed(points: str) -> str:
    """Points of a line with their sign: +8, -0.5, 0."""
    return f"+{points}" if Decimal(points) > 0 else points


def limits(floor: str | None, ceiling: str | None) -> str:
    """What a component is held within: 0—15, 0以上, 15以下, 不限."""
    match floor, ceiling:
        case None, None:
            return "不限"
        case _, None:
            return f"{floor}以上"
        case None, _:
            return f"{ceiling}以下"
    return f"{floor}—{ceiling}"


def reason_words(reason: str) -> str:
    """Why a line's points differ from its raw points; `reason` as a result has it: `matter:E17`."""
    kind, _, code = reason.partition(":")
    return REASONS[kind].format(code)


def flag_sentence(flag: str, names: Mapping[str, str]) -> str:
    """A flag of a subject as a sentence; `names` are the Chinese names of the codes that flags speak of."""
    kind, *codes = flag.split(":")
    about = names.get(codes[0], codes[0]) if codes else ""
    if len(codes) > 1:
        about += f"（{Period.parse(codes[1]).name}）"
    return FLAGS[kind].format(about)
