"""`close_period UNIT PERIOD`: what happened in the period is not changed any more."""

from argparse import ArgumentParser
from typing import Any

from jobs.command import ProductCommand
from ledger.closing import close_period
from rulesets.engine.period import Period
from units.lookup import unit_by_code


class Command(ProductCommand):
    help = "封账：此后不再接受这一期间的事项、测评票和指标数据的更改"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("period", metavar="PERIOD", help="期间：2025、2025H1、2025Q3、2025-07")

    def work(self, **options: Any) -> None:
        unit = unit_by_code(options["unit"])
        closing, is_new = close_period(unit, options["period"])
        outcome = "已封账" if is_new else "此前已封账，没有改动"
        self.stdout.write(f"{unit}的{Period.parse(closing.period).name}{outcome}。")
