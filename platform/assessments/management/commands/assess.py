"""`assess UNIT PERIOD`: computes and stores the results."""

import datetime
import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from assessments.errors import RunRefused
from assessments.models import Run
from assessments.reckoning import reckon
from jobs.command import ProductCommand
from units.lookup import unit_by_code


def day(text: str) -> datetime.date:
    """A date of the command line."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"日期“{text}”无法识别，请写作 2025-12-31") from error


class Command(ProductCommand):
    help = "核算一个单位一个期间的考核结果并保存"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("period", metavar="PERIOD", help="期间：2025、2025H1、2025Q3、2025-07")
        parser.add_argument("--scheme", metavar="CODE", help="考核办法编码（单位有多个办法时）")
        parser.add_argument("--as-of", type=day, metavar="DATE", help="截止日，默认为期间最后一天")
        parser.add_argument("--json", metavar="FILE", help="把结果写入文件，- 表示直接输出")

    def work(self, **options: Any) -> None:
        run = reckon(
            unit_by_code(options["unit"]),
            options["period"],
            scheme_code=options["scheme"],
            as_of=options["as_of"],
        )
        if options["json"]:
            self._write(run.result, options["json"])
        if options["json"] != "-":
            self._summarise(run)

    def _write(self, result: dict[str, Any], target: str) -> None:
        text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
        if target == "-":
            self.stdout.write(text, ending="")
        else:
            try:
                Path(target).write_text(text, encoding="utf-8")
            except OSError as error:
                raise RunRefused(f"文件“{target}”无法写入，请核对路径和权限；结果没有保存。") from error

    def _summarise(self, run: Run) -> None:
        result = run.result
        bands = {band["code"]: 0 for band in result["bands"]}
        for subject in result["subjects"]:
            if subject["band"] is not None:
                bands[subject["band"]] += 1
        names = {band["code"]: band["name"] for band in result["bands"]}
        counts = "，".join(f"{names[code]}{count}" for code, count in bands.items() if count)
        self.stdout.write(
            f"{result['unit_name']} {result['period_name']}：考核对象{len(result['subjects'])}"
            f"{f'，{counts}' if counts else ''}。"
        )
        flagged = sum(1 for subject in result["subjects"] if subject["flags"])
        if flagged:
            self.stdout.write(f"其中{flagged}个对象有需要核对的提示，见 explain。")
        self.stdout.write(f"核验码 {result['digest']}")
