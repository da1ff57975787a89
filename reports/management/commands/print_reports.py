"""`print_reports UNIT PERIOD --form FORM`: papers of a stored result as PDFs."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assessments.results import latest_run
from jobs.command import ProductCommand, progress
from jobs.refusal import Refusal
from reports.fonts import missing_characters
from reports.forms.annual import AnnualForm, annual_paper
from reports.forms.of_run import annual_forms
from reports.rendering import check_environment, print_forms
from units.lookup import unit_by_code

FORMS = {"annual": "年度考核登记表"}


class FormUnknown(Refusal):
    """There is no form of this name."""


class Command(ProductCommand):
    only_reads = True  # minutes of printing would hold the database's write lock
    help = "打印表册（PDF）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("period", metavar="PERIOD", help="期间：2025、2025H1、2025Q3、2025-07")
        parser.add_argument("--form", required=True, metavar="FORM", help=f"表册：{_forms_that_there_are()}")
        parser.add_argument("--subject", metavar="NO", help="只打印这个工号的")
        parser.add_argument("--scheme", metavar="CODE", help="考核办法编码（单位有多个办法时）")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="存放的文件夹")

    def work(self, **options: Any) -> None:
        if options["form"] not in FORMS:
            raise FormUnknown(f"没有名为“{options['form']}”的表册，现有：{_forms_that_there_are()}。")
        check_environment()
        run = latest_run(unit_by_code(options["unit"]), options["period"], options["scheme"])
        forms = annual_forms(run, options["subject"] and [options["subject"]])
        for warning in unprintable(forms):
            self.stderr.write(warning, style_func=str)
        papers = [annual_paper(form) for form in forms]
        with progress("打印", len(papers)) as advance:
            print_forms(papers, options["out"], advance)
        self.stdout.write(f"已打印 {len(papers)} 份，存放在 {options['out']}。")


def _forms_that_there_are() -> str:
    return "、".join(f"{code}（{name}）" for code, name in FORMS.items())


def unprintable(forms: Sequence[AnnualForm]) -> Iterator[str]:
    """A warning for each form with characters that no installed font has. Raises FontsUnknown."""
    for form in forms:
        texts = [form.name, form.unit_name, form.post, *(line.name for line in form.lines)]
        for character in sorted(missing_characters("".join(texts))):
            yield (
                f"{form.name}（{form.no}）：“{character}”（U+{ord(character):04X}）在本机没有可靠的字形，"
                "表上可能是方框或别的字；请改用此字的标准编码，或安装含有此字的字库后重新打印。"
            )
