"""`export_scheme UNIT SCHEME --out FILE`: the newest edition of a scheme as a pack or a workbook."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from jobs.command import ProductCommand
from jobs.refusal import Refusal
from rulesets.families import REGISTRY
from rulesets.lookup import add_scheme_arguments, newest_edition
from rulesets.packs import dump_pack, is_workbook
from rulesets.snapshots import snapshot_of
from rulesets.workbook import workbook_of


class FileNotWritten(Refusal):
    """The pack can't be written where it should."""


class Command(ProductCommand):
    help = "把考核办法的最新版本写成文件（.yaml 或 .xlsx 工作簿）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_scheme_arguments(parser)
        target = parser.add_mutually_exclusive_group(required=True)
        target.add_argument("file", metavar="FILE", nargs="?", help="写入的文件，- 表示直接输出")
        target.add_argument("--out", metavar="FILE", help="同上；以 .xlsx 结尾的写成工作簿")

    def work(self, **options: Any) -> None:
        edition = newest_edition(options["unit"], options["scheme"])
        name = options["out"] or options["file"]
        if name == "-":
            self.stdout.write(dump_pack(snapshot_of(edition)), ending="")
            return
        if is_workbook(name) and not name.lower().endswith(".xlsx"):
            raise FileNotWritten(f"不能写成 {Path(name).suffix} 文件，请写成 .xlsx 或 .yaml。")
        snapshot = snapshot_of(edition)
        content = workbook_of(snapshot, REGISTRY) if is_workbook(name) else dump_pack(snapshot).encode()
        try:
            Path(name).write_bytes(content)
        except OSError:
            raise FileNotWritten(f"无法写入 {name}，请核对路径和权限。") from None
        self.stdout.write(f"{edition} 已写入 {name}。")
