"""`export_scheme UNIT SCHEME FILE`: the newest edition of a scheme as a pack."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from jobs.command import ProductCommand
from jobs.refusal import Refusal
from rulesets.lookup import newest_edition
from rulesets.packs import dump_pack
from rulesets.snapshots import snapshot_of


class FileNotWritten(Refusal):
    """The pack can't be written where it should."""


class Command(ProductCommand):
    help = "把考核办法的最新版本写成文件"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("scheme", metavar="SCHEME", help="考核办法编码")
        parser.add_argument("file", metavar="FILE", help="写入的文件，- 表示直接输出")

    def work(self, **options: Any) -> None:
        edition = newest_edition(options["unit"], options["scheme"])
        pack = dump_pack(snapshot_of(edition))
        if options["file"] == "-":
            self.stdout.write(pack, ending="")
            return
        try:
            Path(options["file"]).write_text(pack, encoding="utf-8")
        except OSError:
            raise FileNotWritten(f"无法写入 {options['file']}，请核对路径和权限。") from None
        self.stdout.write(f"{edition} 已写入 {options['file']}。")
