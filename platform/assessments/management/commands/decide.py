"""`decide UNIT PERIOD FILE`: what the committee decided on the newest result of a period."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from assessments.decision_table import read_decisions
from assessments.decisions import decide
from assessments.results import latest_run
from jobs.command import ProductCommand
from units.lookup import unit_by_code


class Command(ProductCommand):
    help = "登记考核委员会的审定：并列的定档、另定的等次"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("period", metavar="PERIOD", help="期间：2025、2025H1、2025Q3、2025-07")
        parser.add_argument(
            "file", metavar="FILE", type=Path, help="表格文件，列为 对象、等次、理由、会议纪要"
        )
        parser.add_argument("--scheme", metavar="CODE", help="考核办法编码（单位有多个办法时）")

    def work(self, **options: Any) -> None:
        run = latest_run(unit_by_code(options["unit"]), options["period"], options["scheme"])
        entries = read_decisions(run, options["file"])
        made = decide(run, entries)
        if not made:
            self.stdout.write("与已登记的审定相同，没有改动。")
            return
        names = {band["code"]: band["name"] for band in run.result["bands"]}
        subjects = {subject["no"]: subject for subject in run.reckoned["subjects"]}
        for decision in made:
            subject = subjects[decision.no]
            self.stdout.write(
                f"{subject['name']}（{decision.no}）{decision.get_kind_display()}："
                f"核算{subject['band_name'] or '未定等次'}，审定{names[decision.band]}。"
            )
        if run.publications.current().exists():
            self.stdout.write("已公布的结果没有改变；如需更正，请重新公布（publish_results --reason）。")
        self.stdout.write(f"登记审定{len(made)}项，相同{len(entries) - len(made)}项。")
