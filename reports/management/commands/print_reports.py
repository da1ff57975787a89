"""`print_reports UNIT PERIOD --form FORM`: papers of a stored result as PDFs, pictures or a workbook."""

import datetime
import functools
import tempfile
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from jobs.command import ProductCommand, progress
from reports.files import write_files
from reports.forms.registry import FORMS, forms_that_there_are
from reports.forms.unprintable import unprintable
from reports.issuing import Issue, digest_of_file, issues_of, register
from reports.orders import print_booklet, title_of
from reports.press import PrintingStopped, close_press
from reports.printing import SIZES, Job, Order, prepared
from reports.rendering import check_environment
from units.lookup import unit_by_code

FORMATS = sorted({name for form in FORMS.values() for name in form.formats})


class Command(ProductCommand):
    only_reads = True  # minutes of printing would hold the database's lock; the register's entries come last
    help = "打印表册（PDF；公示另有 PNG，汇总表另有 xlsx）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("period", metavar="PERIOD", help="期间：2025、2025H1、2025Q3、2025-07")
        parser.add_argument("--form", required=True, metavar="FORM", help=f"表册：{forms_that_there_are()}")
        parser.add_argument(
            "--subject",
            action="append",
            default=[],
            metavar="NO",
            help="只打印这个工号（部门代码）的；可以写多次",
        )
        parser.add_argument(
            "--department", action="append", default=[], metavar="CODE", help="只打印这个部门的；可以写多次"
        )
        parser.add_argument("--scheme", metavar="CODE", help="考核办法编码（单位有多个办法时）")
        parser.add_argument("--format", default="pdf", metavar="|".join(FORMATS), help="格式，默认 pdf")
        parser.add_argument(
            "--size", default="A4", metavar="|".join(SIZES), help="幅面，默认 A4；A3 只用于公示"
        )
        parser.add_argument(
            "--booklet", action="store_true", help="每人一份的表册合订成一个 PDF，有书签；积分台账前有汇总页"
        )
        parser.add_argument("--posted", type=day, metavar="DATE", help="公示开始日，如 2026-01-05")
        parser.add_argument("--until", type=day, metavar="DATE", help="公示结束日")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="存放的文件夹")

    def work(self, **options: Any) -> None:
        order = Order(
            *(
                options["form"],
                options["period"],
                options["scheme"],
                options["subject"],
                options["department"],
            ),
            *(options["format"], options["size"], options["posted"], options["until"]),
            is_bound=options["booklet"],
        )
        job = prepared(unit_by_code(options["unit"]), order)
        if order.format != "xlsx":
            check_environment()
            for warning in unprintable(job.source, job.subjects, with_evidence=order.form == "ledger"):
                self.stderr.write(warning, style_func=str)
        issues = issues_of(job)
        try:
            with progress("打印", len(issues)) as advance:
                if order.is_bound:
                    files = _bound(job, issues, options["out"], advance)
                else:
                    files = write_files(job, issues, options["out"], advance)
        finally:
            close_press()
        digest = functools.cache(lambda file: digest_of_file(file.read_bytes()))
        digests = [digest(file) for _, file in files]
        with transaction.atomic():
            register(job, [issue for issue, _ in files], digests)
        self.stdout.write(f"已打印 {len({file for _, file in files})} 份，存放在 {options['out']}。")


def _bound(
    job: Job, issues: Sequence[Issue], out: Path, advance: Callable[..., Any]
) -> list[tuple[Issue, Path]]:
    """One PDF of all; each paper with that file. Raises PrintingStopped."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".booklet-") as scratch:
            made, _ = print_booklet(issues, Path(scratch), title_of(job), advance)
            file = made.replace(out / made.name)
    except OSError as error:
        raise PrintingStopped(f"不能写入文件夹 {out}，请检查路径、权限和磁盘空间后重新打印。") from error
    return [(issue, file) for issue in issues]


def day(text: str) -> datetime.date:
    """A date of the command line. Raises ArgumentTypeError."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}”不是日期，请写成 2026-01-05 的形式。") from None
