"""Single values out of spreadsheet cells: each function takes a cell and gives a value or refuses it.

A cell is what a reader hands out: text, a number, a boolean, a date or time, or None. Empty cells (None,
white space only) give None in every function. Numbers become int or Decimal, never float.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tabular.columns import Kind

Cell = str | int | float | bool | date | datetime | time | timedelta | None
Value = str | int | Decimal | date | bool

MOST_DECIMALS = 4
MOST_DIGITS = 15
"""A spreadsheet keeps 15 digits of a number; later ones are lost the moment it is typed in."""

SERIAL_EPOCH = date(1899, 12, 30)
"""Day 0 of serial dates from March 1900 on (ECMA-376 part 1, 18.17.4.1, the 1900 base)."""
DAYS_AS_NUMBERS = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])")
"""A day as eight digits, 20250501: no serial date is as large."""
SERIALS = range(10_000, 100_000)
"""1927-05-18 to 2173-10-13. A smaller or larger number is more likely a slip than a day."""

DATE_ALLOWED = "允许 2025-05-01、2025/5/1、2025.5.1、2025年5月1日，或日期格式的单元格"
DATE_TEXT = re.compile(
    r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{4})/(\d{1,2})/(\d{1,2})|(\d{4})\.(\d{1,2})\.(\d{1,2})"
    r"|(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日)(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
NUMBER_TEXT = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
SCIENTIFIC_TEXT = re.compile(r"[+-]?\d(?:\.\d+)?[Ee]\+\d{2,}")
ERROR_TEXT = re.compile(r"#(?:REF!|DIV/0!|N/A|VALUE!|NAME\?|NUM!|NULL!)|Err:\d{3}")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

TEXT_MARK = re.compile(r"['‘’](?=[\w+\-])")
"""What tells a spreadsheet that a number is text, typed where the program took it for a part of the text."""
BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")

YES = frozenset({"是", "yes", "true", "1", "√", "✓"})
NO = frozenset({"否", "no", "false", "0", "×", "✗"})


ERROR = "单元格是错误值（如 #REF!、#N/A）；请改填正确的内容"


class CellRefused(ValueError):
    """A cell that can't be read; the message says, in Chinese, what is wrong and what is allowed."""


def fold(text: str) -> str:
    """Text in half width (NFKC), without white space around it and without invisible characters."""
    if text.isascii() and text.isprintable():
        return text.strip()  # most cells by far, and nothing to fold
    folded = unicodedata.normalize("NFKC", text)
    if folded.isprintable():
        return folded.strip()
    return "".join(character for character in folded if unicodedata.category(character) != "Cf").strip()


def clean_text(cell: Cell) -> str | None:
    """Free text: white space around it goes, all else stays as it was typed.

    Numeric cells become plain digits (1001.0 → `1001`), dates `2025-05-01`.
    """
    if isinstance(cell, str):
        return _checked_text(cell.strip())
    if isinstance(cell, date):
        return _date_as_text(cell)
    if isinstance(cell, time):
        return cell.isoformat("seconds")
    return _number_as_text(cell)


def clean_name(cell: Cell) -> str | None:
    """What somebody or something is called: as text, without the spaces that make two characters as wide as three
    (张 三 → 张三).
    """
    text = clean_text(cell)
    return text and BETWEEN_HAN.sub("", text)


def clean_verbatim(cell: Cell) -> str | None:
    """Text as it stands, also where it looks like an error or a spoilt number; white space around it goes.

    For workbooks alone, whose cells say themselves what they are.
    """
    return (cell.strip() or None) if isinstance(cell, str) else clean_text(cell)


def clean_code(cell: Cell) -> str | None:
    """A code or number that names something: as text, but in half width; leading zeros stay.

    A cell that the spreadsheet made a date (a month `2025-07`) is refused, since what was typed is lost.
    """
    if isinstance(cell, str):
        if len(cell.strip().splitlines()) > 1:
            raise CellRefused("编码中不能换行；请写在一行内")
        return _checked_text(_unmarked(fold(cell)))
    if isinstance(cell, date | time):
        raise CellRefused("单元格被表格软件变成了日期或时间；请把本列设为“文本”格式后重新填写")
    return _number_as_text(cell)


def clean_date(cell: Cell) -> date | None:
    """A day: a date cell (its time of day goes), a serial number, or one of the written forms."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _date_from_digits(f"{cell:.15g}") or _date_from_serial(cell)
    text = _unmarked(fold(_expect_text(cell, f"不是日期；{DATE_ALLOWED}")))
    if not text:
        return None
    if re.fullmatch(r"[0-9]{5}", text):
        return _date_from_serial(int(text))
    if (day := _date_from_digits(text)) is not None:
        return day
    match = DATE_TEXT.fullmatch(text)
    if match is None:
        raise CellRefused(f"“{text}”不是日期；{DATE_ALLOWED}")
    try:
        return date(*(int(part) for part in match.groups() if part))
    except ValueError:
        raise CellRefused(f"没有“{text}”这一天；{DATE_ALLOWED}") from None


def clean_decimal(cell: Cell) -> Decimal | None:
    """A number of at most 15 digits before the point and 4 after it.

    A numeric cell is read by the shortest digits that stand for it: 0.1 stays 0.1.
    """
    allowed = f"允许数字，小数最多 {MOST_DECIMALS} 位"
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = _decimal_of_number(cell)
    else:
        text = _unmarked(fold(_expect_text(cell, f"不是数字；{allowed}"))).replace("−", "-")
        if not text:
            return None
        if not NUMBER_TEXT.fullmatch(text):
            raise CellRefused(f"“{text}”不是数字；{allowed}")
        number = Decimal(text.replace(",", ""))
    plain = _plain(number)
    digits, _, decimals = plain.lstrip("-").partition(".")
    if len(digits.lstrip("0")) > MOST_DIGITS:
        raise CellRefused(f"数字过大；整数部分最多 {MOST_DIGITS} 位")
    if len(decimals) > MOST_DECIMALS:
        raise CellRefused(f"“{plain}”的小数超过 {MOST_DECIMALS} 位；允许最多 {MOST_DECIMALS} 位")
    return Decimal(plain)


def clean_integer(cell: Cell) -> int | None:
    """A whole number of at most 15 digits."""
    number = clean_decimal(cell)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise CellRefused(f"“{_plain(number)}”不是整数；允许整数")
    return int(number)


def clean_boolean(cell: Cell) -> bool | None:
    """是 or 否, yes or no, true or false, 1 or 0, or a logical cell."""
    if isinstance(cell, bool):
        return cell
    text = clean_text(cell)
    if text is None:
        return None
    answer = fold(text).casefold()
    if answer not in YES | NO:
        raise CellRefused(f"“{text}”既不是“是”也不是“否”；允许 是、否")
    return answer in YES


CLEANERS: dict[Kind, Callable[[Cell], Value | None]] = {
    "text": clean_text,
    "name": clean_name,
    "code": clean_code,
    "date": clean_date,
    "decimal": clean_decimal,
    "integer": clean_integer,
    "boolean": clean_boolean,
    "verbatim": clean_verbatim,
}


def is_empty(cell: Cell) -> bool:
    """Whether a cell holds nothing, or nothing but white space and invisible characters."""
    if not isinstance(cell, str):
        return cell is None
    return not cell[:1].isalnum() and not fold(cell)


def _checked_text(text: str) -> str | None:
    """Text as it stands, None when empty; refused when a spreadsheet has spoilt it."""
    if is_empty(text):
        return None
    if ERROR_TEXT.fullmatch(text):
        raise CellRefused(ERROR)
    if SCIENTIFIC_TEXT.fullmatch(text):
        raise CellRefused(f"“{text}”是科学记数法，原来的数字已经丢失；请把本列设为“文本”格式后重新填写")
    if CONTROL_CHARACTERS.search(text):
        raise CellRefused("含有看不见的控制字符；请删除后重新填写")
    return text


def _unmarked(text: str) -> str:
    return TEXT_MARK.sub("", text, count=1) if TEXT_MARK.match(text) else text


def _expect_text(cell: Cell, problem: str) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        raise CellRefused(problem)
    return cell


def _date_as_text(day: date) -> str:
    if isinstance(day, datetime) and day.time() != time():
        return day.isoformat(" ", "seconds")
    return day.isoformat()[:10]


def _date_from_serial(serial: int | float) -> date:
    if serial != serial or not SERIALS.start <= serial < SERIALS.stop:
        raise CellRefused(f"“{serial:.15g}”不是日期；{DATE_ALLOWED}")
    return SERIAL_EPOCH + timedelta(days=int(serial))


def _date_from_digits(text: str) -> date | None:
    """The day that eight digits stand for; None where they are none."""
    match = DAYS_AS_NUMBERS.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        raise CellRefused(f"没有“{text}”这一天；{DATE_ALLOWED}") from None


def _number_as_text(cell: int | float | bool | timedelta | None) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, timedelta):
        raise CellRefused("单元格被表格软件变成了时长；请把本列设为“文本”格式后重新填写")
    return _plain(_decimal_of_number(cell))


def _decimal_of_number(number: int | float) -> Decimal:
    """The number of a numeric cell; refused from 16 digits on, since the last ones are not those typed."""
    exact = Decimal(repr(number))
    if not exact.is_finite():
        raise CellRefused("不是数字；允许普通的数字")
    if abs(exact) >= 10**MOST_DIGITS:
        raise CellRefused(
            f"数字超过 {MOST_DIGITS} 位，表格软件已丢失末尾的数字；请把本列设为“文本”格式后重新填写"
        )
    return exact


def _plain(number: Decimal) -> str:
    """Plain notation without an exponent and without trailing zeros; no negative zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
