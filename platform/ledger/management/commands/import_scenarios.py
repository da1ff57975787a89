"""`import_scenarios UNIT SCHEME FILE…`: workbooks of cases as scenarios of the newest draft.

It stands in this room because their sheets are read as the importers read theirs.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from jobs.command import ProductCommand
from ledger.scenarios.keeping import import_scenario
from rulesets.lookup import add_scheme_arguments, newest_edition


class Command(ProductCommand):
    help = "读取用例表格，作为考核办法最新草稿的用例；同名的用例被替换"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_scheme_arguments(parser)
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="用例表格（.xlsx）")

    def work(self, **options: Any) -> None:
        edition = newest_edition(options["unit"], options["scheme"])
        for path in options["files"]:
            scenario, is_new = import_scenario(edition, path)
            self.stdout.write(f"{edition}：{'新增' if is_new else '替换'}用例“{scenario}”。")
