"""`verify FILE`: whether a paper is what was issued, and what holds today."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from jobs.command import ProductCommand
from reports.models import IssuedPaper
from reports.verification import NotVerifiable, Verification, held_today, verified


class PaperRefused(NotVerifiable):
    """The paper is not what was issued."""


class Command(ProductCommand):
    only_reads = True
    help = "核验一份印发的表册：是不是原件，现在是否有效"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="文件：PDF、PNG 图片或 xlsx")

    def work(self, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise NotVerifiable(f"不能读取文件 {options['file']}，请检查路径和权限。") from error
        found = verified(content)
        if not found.is_good:
            raise PaperRefused(found.sentence, *found.differences, *found.notes)
        self._tell(found)

    def _tell(self, found: Verification) -> None:
        for line in (found.sentence, *found.notes):
            self.stdout.write(line)
        recomputed: set[int | None] = set()
        for entry in found.entries:
            held = held_today(entry, recompute=entry.run_id not in recomputed)
            recomputed.add(entry.run_id)
            self.stdout.write(described(entry))
            for line in (held.today.sentence, *held.lines):
                self.stdout.write(f"  {line}")


def described(entry: IssuedPaper) -> str:
    """What was issued, for whom, when and by whom."""
    whom = f"　{entry.name}（{entry.no}）" if entry.no else ""
    when = timezone.localtime(entry.issued_at)
    by = entry.issued_by.display_name if entry.issued_by else "命令行"
    return f"{entry.unit}　{entry.period}　{entry.title}{whom}，编号 {entry.code}，{when:%Y-%m-%d %H:%M} 由{by}印发"
