"""`load_scheme FILE… --unit UNIT [--publish]`: reads packs as new editions of a unit's schemes."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from jobs.command import ProductCommand
from jobs.refusal import Refusal
from rulesets.models import Edition
from rulesets.packs import load_pack, read_pack
from rulesets.publication import awaits_second_person, publish, submit
from units.models import Unit

REASON = "由考核办法文件读入（loaded from a pack）"


class UnitCodeRefused(Refusal):
    """A unit can't be called so."""


def unit_called(code: str) -> Unit:
    """The unit with the code; made where there is none. Raises UnitCodeRefused."""
    unit = Unit.objects.filter(code=code).first()
    if unit is not None:
        return unit
    unit = Unit(code=code, name=code)
    try:
        unit.full_clean()
    except ValidationError as error:
        raise UnitCodeRefused(*(f"单位代码“{code}”不能使用：{said}" for said in error.messages)) from error
    unit.save()
    return unit


class Command(ProductCommand):
    help = "读取考核办法文件，作为本单位办法的新版本"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", metavar="FILE", nargs="+", type=Path, help="考核办法文件（.yaml，或 .xlsx 等工作簿）"
        )
        parser.add_argument("--unit", metavar="UNIT", required=True, help="单位编码，没有的会新建")
        parser.add_argument("--publish", action="store_true", help="读取后即发布")

    def work(self, **options: Any) -> None:
        packs = [read_pack(path) for path in options["files"]]
        unit = unit_called(options["unit"])
        for path, pack in zip(options["files"], packs, strict=True):
            edition, created = load_pack(unit, pack, origin=f"读自文件 {path.name}")
            outcome = "已读取为新版本" if created else "与现有版本相同，没有改动"
            if options["publish"] and not edition.frozen:
                outcome = self._published(unit, edition, created)
            self.stdout.write(f"{edition}：{outcome}。")

    def _published(self, unit: Unit, edition: Edition, created: bool) -> str:
        """Publishes the draft, or puts it before the second person where the unit asks for one."""
        if not unit.second_person:
            publish(edition, reason=REASON)
            return "已读取并发布" if created else "已发布"
        if not awaits_second_person(edition):
            submit(edition, reason=REASON)
        return f"{'已读取为草稿' if created else '是草稿'}，等待第二人复核后发布"
