"""`roster UNIT PERIOD`: who is assessed; takes somebody out, or back in, with the reason."""

import datetime
from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from jobs.command import ProductCommand
from ledger.errors import RosterRefused
from ledger.models import Exclusion
from ledger.roster import Entry, enter, roster_of, subject_named
from rulesets.engine.period import Period, PeriodUnknown
from units.lookup import unit_by_code

GROUNDS = {"probation": Exclusion.Kind.NO_GRADE}


class Command(ProductCommand):
    help = "考核对象名册：列出本期考核对象；--exclude 调出，--include 恢复"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", metavar="UNIT", help="单位编码")
        parser.add_argument("period", metavar="PERIOD", help="期间：2025、2025H1、2025Q3、2025-07")
        parser.add_argument("--departments", action="store_true", help="考核对象是部门")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--exclude", metavar="NO", help="不参加考核（试用期：参加，不定等次）的编号")
        which.add_argument("--include", metavar="NO", help="恢复参加考核的编号")
        parser.add_argument(
            "--ground",
            choices=Exclusion.Ground.values,
            default=Exclusion.Ground.OTHER.value,
            help="情形：" + "、".join(f"{code} {name}" for code, name in Exclusion.Ground.choices),
        )
        parser.add_argument("--no-grade", action="store_true", help="参加考核，不定等次（试用期即如此）")
        parser.add_argument("--reason", default="", help="说明")
        parser.add_argument("--since", type=datetime.date.fromisoformat, metavar="DATE", help="起算日")

    def work(self, **options: Any) -> None:
        unit = unit_by_code(options["unit"])
        try:
            period = Period.parse(options["period"])
        except PeriodUnknown as error:
            raise RosterRefused(str(error)) from error
        subject_kind = "department" if options["departments"] else "person"
        no = options["exclude"] or options["include"]
        if no:
            subject = subject_named(unit, subject_kind, no)
            entry = Entry(
                _kind(options), options["ground"], options["reason"], options["since"] or period.start
            )
            made, is_new = enter(unit, period.code, subject, entry)
            outcome = made.get_kind_display() if is_new else "名册中已有同样的记录，没有改动"
            self.stdout.write(f"{subject}：{outcome}。")
            return
        day = min(period.end, timezone.localdate())
        for row in roster_of(unit, period, subject_kind, day):
            why = f"（{row.exclusion.why}）" if row.exclusion else ""
            self.stdout.write(f"{row.no}\t{row.name}\t{row.department}\t{row.standing}{why}")


def _kind(options: dict[str, Any]) -> str:
    if options["include"]:
        return Exclusion.Kind.INCLUDED.value
    if options["no_grade"]:
        return Exclusion.Kind.NO_GRADE.value
    return GROUNDS.get(options["ground"], Exclusion.Kind.EXCLUDED).value
