"""Finding a unit by the code that a command or an address gives."""

from jobs.refusal import Refusal
from units.models import Unit

SHOWN = 20


class UnitUnknown(Refusal):
    """No unit has the code."""

    def __init__(self, code: str) -> None:
        known = list(Unit.objects.order_by("code").values_list("code", flat=True)[:SHOWN])
        allowed = f"已有的单位：{'、'.join(known)}。" if known else "目前没有任何单位，请先载入考核办法。"
        super().__init__(f"没有编码为“{code}”的单位。{allowed}")


def unit_by_code(code: str) -> Unit:
    """The unit. Raises UnitUnknown with the codes that there are."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise UnitUnknown(code)
    return unit
