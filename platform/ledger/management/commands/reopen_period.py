"""`reopen_period UNIT PERIOD --reason TEXT`: a closed period takes changes again."""

from argparse import ArgumentParser
from typing import Any

from jobs.command import ProductCommand
from ledger.closing import reopen_period
from rulesets.engine.period import Period
from units.lookup import unit_by_code


class Command(ProductCommand):
    help = "解除封账，须写明理由"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("period", metavar="PERIOD", help="期间：2025、2025H1、2025Q3、2025-07")
        parser.add_argument("--reason", metavar="TEXT", required=True, help="理由")

    def work(self, **options: Any) -> None:
        unit = unit_by_code(options["unit"])
        closing = reopen_period(unit, options["period"], options["reason"])
        self.stdout.write(f"{unit}的{Period.parse(closing.period).name}已解除封账。")
