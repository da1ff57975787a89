"""The citizen identification number 公民身份号码: 17 digits and a check character (GB 11643-1999)."""

import datetime
import re

NUMBER = re.compile(r"[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{3}[0-9X]")
# ISO 7064, MOD 11-2, as GB 11643 applies it.
WEIGHTS = [2**power % 11 for power in range(17, 0, -1)]
CHECK_CHARACTERS = "10X98765432"


class CitizenNumberWrong(ValueError):
    """A text is no citizen identification number; the message says why, in Chinese."""


def clean_citizen_number(text: str) -> str:
    """The number with a capital X. Raises CitizenNumberWrong for a wrong form, day of birth or check digit."""
    number = text.strip().upper()
    match = NUMBER.fullmatch(number)
    if match is None:
        raise CitizenNumberWrong("公民身份号码应为 18 位：17 位数字加 1 位校验码（数字或 X）")
    try:
        datetime.date(*map(int, match.groups()))
    except ValueError:
        raise CitizenNumberWrong("公民身份号码中的出生日期不存在；请核对第 7 至 14 位") from None
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    if number[17] != CHECK_CHARACTERS[total % 11]:
        raise CitizenNumberWrong("公民身份号码的校验码不符；请核对有无抄错的数字")
    return number
