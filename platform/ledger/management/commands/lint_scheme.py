"""`lint_scheme UNIT SCHEME`: what is wrong or doubtful in the newest edition of a scheme.

It stands in this room because a rule may read a figure that nobody records, which only the ledger knows.
"""

from argparse import ArgumentParser
from typing import Any

from jobs.command import ProductCommand
from ledger.lint import findings_of
from rulesets.checks import Severity
from rulesets.lookup import add_scheme_arguments, newest_edition

SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.INFORMATION: "说明"}


class Command(ProductCommand):
    help = "检查考核办法的最新版本，列出错误和需要核对之处"
    only_reads = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_scheme_arguments(parser)

    def work(self, **options: Any) -> None:
        edition = newest_edition(options["unit"], options["scheme"])
        findings = findings_of(edition)
        for finding in findings:
            self.stdout.write(f"{SEVERITIES[finding.severity]} {finding}")
        counts = (
            f"{name} {sum(finding.severity is severity for finding in findings)} 处"
            for severity, name in SEVERITIES.items()
        )
        self.stdout.write(f"{edition}：{'，'.join(counts)}。")
