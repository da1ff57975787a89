from argparse import ArgumentParser
from typing import Any

from jobs.command import ProductCommand
from ledger.chain import verify
from ledger.errors import ChainBroken
from units.lookup import unit_by_code


class Command(ProductCommand):
    help = "逐批核验单位台账的链码，指出第一处不符。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位代码")

    def work(self, **options: Any) -> None:
        unit = unit_by_code(options["unit"])
        state = verify(unit)
        if state.broken is not None:
            raise ChainBroken(state.broken)
        self.stdout.write(f"{unit.name}的台账完整：共 {state.length} 批，链码 {state.head}")
