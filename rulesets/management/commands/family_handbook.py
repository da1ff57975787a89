"""`family_handbook`: prints the handbook of rule families."""

from typing import Any

from jobs.command import ProductCommand
from rulesets.families import REGISTRY
from rulesets.handbook import handbook


class Command(ProductCommand):
    only_reads = True
    help = "输出规则类型手册"

    def work(self, **options: Any) -> None:
        self.stdout.write(handbook(REGISTRY), ending="")
