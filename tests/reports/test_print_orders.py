"""Papers ordered as a job: booklets and files, progress, stop, going on after the worker was killed."""

import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pypdf import PdfReader

from assessments.models import Run
from jobs.models import Job
from jobs.orders import resume, stop
from jobs.work import perform, take
from reports import orders, press
from reports.issuing import digest_of_file
from reports.models import IssuedPaper, PrintOrder
from reports.orders import file_of, order_print
from reports.printing import Order, OrderRefused
from reports.signing import certificate_of, signatures_of
from reports.verification import Verdict, verified
from tests.reports.certificates import install_certificate
from tests.reports.papers import text_of

Manner = PrintOrder.Manner
ANNUAL = Order("annual", "2025")


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prints in this process: that two processes print the same is shown elsewhere."""
    monkeypatch.setattr(press, "ProcessPoolExecutor", InThisProcess)
    monkeypatch.setattr(press, "_press", press.Press())


class InThisProcess:
    """Does a call when it is given."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def submit(self, call: Callable[..., Any], *arguments: Any) -> Any:
        from concurrent.futures import Future

        done: Future[Any] = Future()
        done.set_result(call(*arguments))
        return done

    def shutdown(self, **_: Any) -> None:
        pass


def done(order: PrintOrder) -> PrintOrder:
    call_command("run_worker", "--until-empty")
    return PrintOrder.objects.select_related("job").get(pk=order.pk)


def test_a_booklet_holds_everybody_with_bookmarks_and_enclosures(
    year: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "PART", 3)
    order = done(order_print(year.unit, ANNUAL, Manner.BOOKLET, None))
    file = file_of(order)
    assert file is not None
    reader = PdfReader(file)
    names = [f"{subject['no']}　{subject['name']}" for subject in year.result["subjects"]]
    assert [item.title.partition("　")[2] for item in reader.outline] == names
    assert [reader.get_destination_page_number(item) for item in reader.outline] == [0, 2, 4, 6]
    assert sorted(reader.attachments) == ["1001.json", "1002.json", "1003.json", "1004.json"]
    assert text_of(file.read_bytes()).count("—1—") == 4
    xmp = reader.root_object["/Metadata"].get_object().get_data().decode()
    assert "pdfaid" in xmp
    assert "/OutputIntents" in reader.root_object


def test_a_booklet_is_registered_paper_by_paper_and_verified_as_a_whole(year: Run) -> None:
    order = done(order_print(year.unit, ANNUAL, Manner.BOOKLET, None))
    file = file_of(order)
    assert file is not None
    content = file.read_bytes()
    entries = IssuedPaper.objects.filter(order=order)
    assert {entry.file_digest for entry in entries} == {digest_of_file(content)}
    assert {entry.no for entry in entries} == {"1001", "1002", "1003", "1004"}
    found = verified(content)
    assert found.verdict == Verdict.ORIGINAL
    assert len(found.entries) == 4


def test_a_booklet_of_ledgers_begins_with_the_sums_of_all(year: Run) -> None:
    order = done(order_print(year.unit, Order("ledger", "2025"), Manner.BOOKLET, None))
    file = file_of(order)
    assert file is not None
    reader = PdfReader(file)
    titles = [str(item.title) for item in reader.outline]  # type: ignore[union-attr]
    assert titles[0] == "积分台账汇总　某局　2025年"
    assert titles[1:] == [f"积分台账　{s['no']}　{s['name']}" for s in year.result["subjects"]]
    assert "合计" in reader.pages[0].extract_text()
    assert (order.job.done, order.job.total) == (5, 5)
    assert IssuedPaper.objects.get(title="积分台账汇总").no == ""
    assert verified(file.read_bytes()).verdict == Verdict.ORIGINAL
    alone = done(order_print(year.unit, Order("ledger", "2025", nos=["1001"]), Manner.BOOKLET, None))
    assert alone.job.total == 1


def test_files_come_in_an_archive_each_registered_by_its_own_digest(year: Run) -> None:
    order = done(order_print(year.unit, ANNUAL, Manner.FILES, None))
    file = file_of(order)
    assert file is not None and file.suffix == ".zip"
    with zipfile.ZipFile(file) as archive:
        contents = [archive.read(name) for name in archive.namelist()]
    assert len(contents) == 4
    digests = set(IssuedPaper.objects.values_list("file_digest", flat=True))
    assert {digest_of_file(content) for content in contents} == digests


def test_one_paper_is_a_file_of_its_own_name(year: Run) -> None:
    order = done(order_print(year.unit, Order("annual", "2025", nos=["1001"]), Manner.FILES, None))
    file = file_of(order)
    assert file is not None
    assert file.name.endswith("年度考核登记表_1001_陈一.pdf")


def test_the_job_tells_how_far_it_is(year: Run) -> None:
    order = order_print(year.unit, ANNUAL, Manner.BOOKLET, None)
    assert (order.job.done, order.job.total, order.job.state) == (0, 4, "waiting")
    assert (done(order).job.done, done(order).job.percent) == (4, 100)


def test_the_same_order_is_one_job_while_it_waits(year: Run) -> None:
    first = order_print(year.unit, ANNUAL, Manner.BOOKLET, None)
    assert order_print(year.unit, ANNUAL, Manner.BOOKLET, None).pk == first.pk
    assert order_print(year.unit, ANNUAL, Manner.FILES, None).pk != first.pk


def test_an_order_stays_with_the_run_that_it_was_given_for(year: Run, corrected: Callable[[], Run]) -> None:
    order = order_print(year.unit, ANNUAL, Manner.BOOKLET, None)
    corrected()
    assert {entry.run_id for entry in IssuedPaper.objects.filter(order=done(order))} == {year.pk}


def test_what_cannot_be_printed_is_told_when_it_is_ordered(year: Run) -> None:
    with pytest.raises(OrderRefused):
        order_print(year.unit, Order("annual", "2025", run=year.pk + 1), Manner.BOOKLET, None)
    assert not PrintOrder.objects.exists()


def test_a_stopped_order_registers_nothing_and_goes_on_where_it_was(
    year: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "PART", 1)
    order = order_print(year.unit, ANNUAL, Manner.BOOKLET, None)
    written: list[Path] = []
    write = press.write_part

    def write_and_stop(papers: Any, path: Path, configuration: Path) -> None:
        write(papers, path, configuration)
        written.append(path)
        if len(written) == 4:
            stop(order.job)

    monkeypatch.setattr(press, "write_part", write_and_stop)
    order = done(order)
    assert order.job.state == "stopped"
    assert file_of(order) is None
    assert not IssuedPaper.objects.exists()
    resume(order.job)
    assert done(order).job.state == "done"
    assert len(written) == 4
    assert IssuedPaper.objects.count() == 4


def test_a_worker_that_lost_its_lease_registers_nothing(year: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    order = order_print(year.unit, ANNUAL, Manner.BOOKLET, None)
    task = take()
    assert task is not None
    join = orders.join

    def slow(*arguments: Any) -> None:
        join(*arguments)
        Job.objects.filter(pk=order.job.pk).update(lease="another")

    monkeypatch.setattr(orders, "join", slow)
    perform(task)
    assert not IssuedPaper.objects.exists()


def test_files_of_long_ago_are_forgotten_and_the_register_stays(year: Run) -> None:
    order = done(order_print(year.unit, ANNUAL, Manner.BOOKLET, None))
    assert file_of(order) is not None
    Job.objects.filter(pk=order.job.pk).update(ended_at=timezone.now() - timedelta(days=orders.DAYS_KEPT + 1))
    orders.forget_old_files()
    assert file_of(order) is None
    assert IssuedPaper.objects.count() == 4


def test_a_unit_with_a_certificate_signs_its_booklet(year: Run, data_folder: Path, here: None) -> None:
    with install_certificate(year.unit.code, data_folder):
        order = done(order_print(year.unit, ANNUAL, Manner.BOOKLET, None))
        file = file_of(order)
        assert file is not None
        content = file.read_bytes()
        [signature] = signatures_of(content, certificate_of(year.unit.code, data_folder))
        assert signature.is_intact and signature.is_own
        assert any("签章完好" in note for note in verified(content).notes)
        [broken] = signatures_of(content + b"\n% more", certificate_of(year.unit.code, data_folder))
        assert not broken.is_intact
