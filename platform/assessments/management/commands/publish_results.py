"""`publish_results UNIT PERIOD`: publishes the newest result of a period, or corrects what was published."""

from argparse import ArgumentParser
from typing import Any

from assessments.publication import publish_run
from assessments.results import latest_run, open_ties
from jobs.command import ProductCommand
from rulesets.engine.period import Period
from units.lookup import unit_by_code


class Command(ProductCommand):
    help = "公布一个期间最新的考核结果；已公布过的，作为更正"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("period", metavar="PERIOD", help="期间：2025、2025H1、2025Q3、2025-07")
        parser.add_argument("--scheme", metavar="CODE", help="考核办法编码（单位有多个办法时）")
        parser.add_argument("--reason", metavar="TEXT", default="", help="理由，更正时必填")

    def work(self, **options: Any) -> None:
        run = latest_run(unit_by_code(options["unit"]), options["period"], options["scheme"])
        publication, is_new = publish_run(run, options["reason"])
        name = f"{run.unit}《{publication.scheme}》{Period.parse(publication.period).name}"
        if not is_new:
            self.stdout.write(f"{name}的结果此前已公布，没有改动。")
            return
        former = publication.supersedes
        corrects = f"，更正 {former.published_at:%Y-%m-%d} 公布的结果" if former else ""
        self.stdout.write(f"{name}的结果已公布{corrects}。")
        waiting = open_ties(publication.document.read())
        if waiting:
            self.stdout.write(f"请注意：有{waiting}个对象并列待定，尚未审定。")
