"""`explain UNIT PERIOD SUBJECT`: the whole reckoning of one subject."""

from argparse import ArgumentParser
from typing import Any

from assessments.explanation import explanation
from assessments.results import latest_run
from jobs.command import ProductCommand
from units.lookup import unit_by_code


class Command(ProductCommand):
    only_reads = True
    help = "逐条说明一个考核对象的得分是怎样来的"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("period", metavar="PERIOD", help="期间：2025、2025H1、2025Q3、2025-07")
        parser.add_argument("subject", metavar="SUBJECT", help="工号或部门编码")
        parser.add_argument("--scheme", metavar="CODE", help="考核办法编码（单位有多个办法时）")

    def work(self, **options: Any) -> None:
        run = latest_run(unit_by_code(options["unit"]), options["period"], options["scheme"])
        for sentence in explanation(run, options["subject"]):
            self.stdout.write(sentence)
