"""The manner that all import commands share."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from jobs.command import ProductCommand
from ledger.imports.report import Importer
from units.lookup import unit_by_code


class ImportCommand(ProductCommand):
    """`COMMAND UNIT FILE [--dry-run]`: says what the file changes, in sentences when it is a dry run."""

    importer: Importer

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位代码")
        parser.add_argument("file", metavar="FILE", type=Path, help="表格文件：.xlsx、.xls、.ods 或 .csv")
        parser.add_argument("--dry-run", action="store_true", help="只列出会新增、变更和移除的内容，不写入")

    def work(self, **options: Any) -> None:
        unit = unit_by_code(options["unit"])
        report = type(self).importer(unit, options["file"], dry_run=options["dry_run"])
        if options["dry_run"]:
            for line in report.lines:
                self.stdout.write(line)
        for doubt in report.doubts:
            self.stdout.write(f"请核对 {doubt}")
        prefix = "试导入，没有写入：" if options["dry_run"] else ""
        self.stdout.write(f"{prefix}{report.summary}")
