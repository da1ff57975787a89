"""The manner of the product's commands: exit codes, errors a line, all or nothing."""

from io import StringIO
from typing import Any

import pytest

from jobs.command import ProductCommand, progress
from jobs.refusal import Refusal
from tabular import TableRefused
from units.models import Unit


class Works(ProductCommand):
    def work(self, **options: Any) -> None:
        Unit.objects.create(code="made", name="新单位")
        self.stdout.write("完成")


class Refuses(ProductCommand):
    refusal: Exception = Refusal("第一句。", "第二句。")

    def work(self, **options: Any) -> None:
        Unit.objects.create(code="made", name="新单位")
        raise self.refusal


class RefusesATable(Refuses):
    refusal = TableRefused.because("表格有误")


def run(command: type[ProductCommand]) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        command(stdout=out, stderr=err, no_color=True).handle()
    except SystemExit as end:
        assert isinstance(end.code, int)
        return end.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_a_command_that_did_its_work_ends_with_0() -> None:
    assert run(Works) == (0, "完成\n", "")
    assert Unit.objects.exists()


@pytest.mark.django_db
def test_a_refusal_ends_with_1_and_prints_an_error_a_line() -> None:
    assert run(Refuses) == (1, "", "第一句。\n第二句。\n")


@pytest.mark.django_db
def test_a_refused_command_changes_nothing() -> None:
    run(Refuses)
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_a_refused_table_is_a_refusal() -> None:
    assert run(RefusesATable) == (1, "", "表格有误\n")


def test_progress_shows_nothing_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("核算", 2) as advance:
        advance()
        advance()
    assert capsys.readouterr() == ("", "")
