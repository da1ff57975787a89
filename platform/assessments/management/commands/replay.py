"""`replay [UNIT]`: reckons every stored run again and finds no difference."""

from argparse import ArgumentParser
from typing import Any

from assessments.errors import ReplayDiffers
from assessments.models import Run
from assessments.replay import replay
from jobs.command import ProductCommand, progress
from units.lookup import unit_by_code

SHOWN = 20


class Command(ProductCommand):
    only_reads = True
    help = "用存档的办法和数据重新核算已保存的结果，核对是否一致"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", nargs="?", help="单位编码，不填则核对所有单位")

    def work(self, **options: Any) -> None:
        runs = Run.objects.select_related("unit", "edition__scheme", "inputs", "outcome", "decided").order_by(
            "pk"
        )
        if options["unit"]:
            runs = runs.filter(unit=unit_by_code(options["unit"]))
        with progress("重新核算", runs.count()) as advance:
            for run in runs:
                found = replay(run)
                if found:
                    raise ReplayDiffers(
                        f"单位“{run.unit}”{run.period} 的核算（{run.made_at:%Y-%m-%d %H:%M}）与存档不一致："
                        f"共{len(found)}处。请不要使用当前软件重新发布，并联系维护人员。",
                        *(f"{d.path}：存档 {d.stored}，重算 {d.replayed}" for d in found[:SHOWN]),
                    )
                advance()
        self.stdout.write(f"重新核算{runs.count()}次，全部一致。")
