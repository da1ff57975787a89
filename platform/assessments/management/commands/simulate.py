"""`simulate UNIT PERIOD --pack FILE`: what a changed scheme would do to the same events."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assessments.simulation import Move, Shift, Simulation, Subject, Tally, draft_snapshot, simulate
from jobs.command import ProductCommand
from rulesets.engine.explain import signed_points
from rulesets.lookup import newest_edition
from rulesets.packs import read_pack
from units.lookup import unit_by_code

WIDTH = 160
ABSENT = "—"


class Command(ProductCommand):
    only_reads = True
    help = "用改动后的办法试算一个期间的事项，与已有结果对照；不写入任何内容"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("period", metavar="PERIOD", help="期间：2025、2025H1、2025Q3、2025-07")
        changed = parser.add_mutually_exclusive_group(required=True)
        changed.add_argument("--pack", metavar="FILE", type=Path, help="改动后的考核办法文件")
        changed.add_argument("--draft", metavar="SCHEME", help="考核办法编码：试算其最新版本（草稿）")

    def work(self, **options: Any) -> None:
        unit = unit_by_code(options["unit"])
        if options["pack"]:
            snapshot = read_pack(options["pack"])
        else:
            snapshot = draft_snapshot(newest_edition(unit.code, options["draft"]))
        simulation = simulate(unit, options["period"], snapshot)
        for line in report_of(simulation):
            self.stdout.write(line)


def report_of(simulation: Simulation) -> Iterator[str]:
    """The simulation in lines of text: who moves, why, and the tallies."""
    run, result = simulation.standing, simulation.result
    assert run is not None  # the command simulates beside a result alone
    kind = "已公布的结果" if simulation.is_published else "最近一次核算的结果"
    yield f"{run.unit} {result['period_name']}，截至 {result['as_of']}：与{kind}（{run.edition}）对照。"
    if simulation.ledger_changed:
        yield "请注意：该次核算之后台账有变动，下列差异中含这些变动的影响。"
    if not simulation.moves:
        yield "没有对象的结果会改变。"
    else:
        yield from _table(["编号", "姓名", "总分", "变化", "名次", "等次"], map(_cells, simulation.moves))
        yield "变化的原因："
        for move in simulation.moves:
            yield from _reasons(move)
    yield f"结果会改变的对象：{len(simulation.moves)}，考核对象共{len(result['subjects'])}。"
    for title, tallies in (("等次", simulation.bands), ("结果运用", simulation.outcomes)):
        if tallies:
            yield f"{title}（对象数）："
            yield from map(_tally, tallies)


def _cells(move: Move) -> list[str]:
    gain = move.gain
    return [
        move.no,
        move.name,
        _pair(move, "total"),
        ABSENT if gain is None else signed_points(gain),
        _pair(move, "rank"),
        _pair(move, "band_name"),
    ]


def _pair(move: Move, key: str) -> str:
    """“96.5 → 95”, or the value alone where it stays."""
    before, after = (_value(subject, key) for subject in (move.before, move.after))
    return before if before == after else f"{before} → {after}"


def _value(subject: Subject | None, key: str) -> str:
    value = subject[key] if subject else None
    return ABSENT if value is None else str(value)


def _reasons(move: Move) -> Iterator[str]:
    yield f"{move.no} {move.name}"
    if move.before is None or move.after is None:
        yield f"    {'原结果' if move.before is None else '试算结果'}中没有这个对象"
    shifts = [*move.lines, *move.components, *move.outcomes]
    yield from (f"    {_shift(shift)}" for shift in shifts)
    if not shifts and move.before is not None and move.after is not None:
        yield "    得分不变，因他人的变化或等次标准的变化而不同"


def _shift(shift: Shift) -> str:
    return f"{shift.name}：{shift.before or ABSENT} → {shift.after or ABSENT}"


def _tally(tally: Tally) -> str:
    sums = "" if tally.sum_before is None else f"，合计 {tally.sum_before} → {tally.sum_after} 元"
    return f"    {tally.name}：{tally.before} → {tally.after}{sums}"


def _table(headings: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """A table in columns; Chinese characters are two columns wide."""
    table = Table(*headings, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    text = StringIO()
    Console(file=text, width=WIDTH, no_color=True, markup=False, highlight=False).print(table)
    yield from (line.rstrip() for line in text.getvalue().splitlines())
