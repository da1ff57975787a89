"""A simulation as the page and the download tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assessments.simulation import Move, Shift, Simulation
from rulesets.engine.explain import signed_points
from rulesets.engine.numbers import fraction
from tabular import Sheet

ABSENT = "—"
LINES_SHOWN = 5
WITHOUT_SHIFT = "得分不变，因他人的变化或等次标准的变化而不同"


@dataclass(frozen=True, slots=True)
class Pair:
    """A value before and after, as texts."""

    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class MoveRow:
    """Who moves. `reasons` are the first of what differs, `more` how many others there are."""

    no: str
    name: str
    total: Pair
    gain: str
    rank: Pair
    band: Pair
    money: Pair
    reasons: Sequence[str]
    more: int


def move_rows(simulation: Simulation) -> list[MoveRow]:
    """The subjects that move: those whose band changes first, then by the size of the change."""
    moves = sorted(simulation.moves, key=_weight)
    return [_row(move, simulation.standing is not None) for move in moves]


def _weight(move: Move) -> tuple[bool, Fraction]:
    size = abs(fraction(move.gain or "0"))
    return not _pair(move, "band_name").changed, -size


def _row(move: Move, beside: bool) -> MoveRow:
    reasons = reasons_of(move) if beside else _parts(move)
    return MoveRow(
        no=move.no,
        name=move.name,
        total=_pair(move, "total"),
        gain=signed_points(move.gain) if move.gain else ABSENT,
        rank=_pair(move, "rank"),
        band=_pair(move, "band_name"),
        money=Pair(*(_said(value) for value in (_money(move)))),
        reasons=reasons[:LINES_SHOWN],
        more=max(0, len(reasons) - LINES_SHOWN),
    )


def _money(move: Move) -> tuple[str | None, str | None]:
    return (move.money.before, move.money.after) if move.money else (None, None)


def reasons_of(move: Move) -> list[str]:
    """What differs, a sentence each: lines, components, outcomes."""
    if move.before is None:
        return ["原结果中没有这个对象"]
    if move.after is None:
        return ["试算结果中没有这个对象"]
    shifts = [*move.lines, *move.components, *move.outcomes]
    return [_shift(shift) for shift in shifts] or [WITHOUT_SHIFT]


def _parts(move: Move) -> list[str]:
    """What the total comes from where there is nothing beside: components, outcomes, lines."""
    return [
        f"{shift.name}：{_said(shift.after)}" for shift in (*move.components, *move.outcomes, *move.lines)
    ]


def _shift(shift: Shift) -> str:
    return f"{shift.name}：{_said(shift.before)} → {_said(shift.after)}"


def _pair(move: Move, key: str) -> Pair:
    return Pair(*(_said(part[key] if part else None) for part in (move.before, move.after)))


def _said(value: Any) -> str:
    return ABSENT if value is None else str(value)


def sheets_of(simulation: Simulation) -> list[Sheet]:
    """The whole simulation as sheets: who moves, and each thing that differs."""
    heads = [
        "编号",
        "名称",
        "原总分",
        "新总分",
        "变化",
        "原名次",
        "新名次",
        "原等次",
        "新等次",
        "原金额",
        "新金额",
    ]
    rows = [
        [row.no, row.name, row.total.before, row.total.after, row.gain]
        + [text for pair in (row.rank, row.band, row.money) for text in (pair.before, pair.after)]
        for row in move_rows(simulation)
    ]
    reasons = [
        [move.no, move.name, shift.name, _said(shift.before), _said(shift.after)]
        for move in simulation.moves
        for shift in (*move.lines, *move.components, *move.outcomes)
    ]
    return [
        Sheet("变化的对象", heads, rows),
        Sheet("变化的原因", ["编号", "名称", "内容", "原来", "试算"], reasons),
    ]
