"""`run_scenarios UNIT SCHEME`: the newest edition's scenarios, what they expect beside what comes out."""

from argparse import ArgumentParser
from typing import Any

from jobs.command import ProductCommand
from rulesets.lookup import add_scheme_arguments, newest_edition
from rulesets.scenarios import ScenariosFailed, run_scenarios


class Command(ProductCommand):
    help = "运行考核办法最新版本的用例，与预期对照"
    only_reads = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_scheme_arguments(parser)

    def work(self, **options: Any) -> None:
        edition = newest_edition(options["unit"], options["scheme"])
        verdicts = run_scenarios(edition)
        for verdict in verdicts:
            self.stdout.write(f"用例“{verdict.name}”：{'与预期相符' if verdict.passed else '与预期不符'}")
        passed = sum(verdict.passed for verdict in verdicts)
        self.stdout.write(f"{edition}：{len(verdicts)}个用例，{passed}个与预期相符。")
        if passed < len(verdicts):
            raise ScenariosFailed(*(line for verdict in verdicts for line in verdict.messages()))
