"""Papers ordered on a page: a job prints them part by part, joins them, and enters them into the register.

What is printed already stands as files in the order's folder, under names that say what is in them: after a crash
or a stop the job finds them and goes on. The register gets its entries in one transaction with the job's end.
"""

import dataclasses
import datetime
import hashlib
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs.models import Job as LongWork
from jobs.orders import submit
from jobs.registry import register as register_kind
from jobs.work import Task
from reports import press
from reports.booklets import join
from reports.environment import check_environment
from reports.files import write_files
from reports.issuing import Issue, Papers, digest_of_file, issues_of, register
from reports.models import PrintOrder
from reports.paper import Paper, file_name
from reports.printing import Job, Order, prepared
from reports.rendering import fonts_for
from reports.signing import signed
from units.models import Account, Unit

KIND = "print"
# Papers of a booklet's part share their fonts; a process holds their pages at once.
PART = 12
# Files are kept so long to be fetched; the register stays.
DAYS_KEPT = 30
DATES = ("posted", "until")


def order_print(unit: Unit, order: Order, manner: PrintOrder.Manner, account: Account | None) -> PrintOrder:
    """The order, with its job; the account's own unfinished one where it ordered just this already.

    Raises Refusal as `prepared` does, so that what can't be printed is told on the page.
    """
    check_environment()
    order = dataclasses.replace(order, is_bound=manner == PrintOrder.Manner.BOOKLET and order.format == "pdf")
    job = prepared(unit, order)
    order = dataclasses.replace(order, run=job.run.pk if job.run else None)
    wanted = _plain(order)
    facts = "|".join(f"{key}={wanted[key]}" for key in sorted(wanted))
    account_key = account.pk if account else 0
    key = hashlib.sha256(f"{unit.pk}|{account_key}|{manner}|{facts}".encode()).hexdigest()
    with transaction.atomic():
        work = submit(KIND, key, {}, total=_count(job), account=account, unit=unit)
        standing = PrintOrder.objects.filter(job=work).first()
        return standing or PrintOrder.objects.create(
            unit=unit,
            form=order.form,
            title=title_of(job),
            wanted=wanted,
            manner=manner,
            job=work,
            ordered_by=account,
        )


def _count(job: Job) -> int:
    return len(job.subjects) + (job.front is not None) if job.form.is_for_each else 1


def title_of(job: Job) -> str:
    """What an order is called: the form, the period, for whom."""
    result = job.source.result
    if job.form.is_for_each and len(job.subjects) == 1:
        about = f"{job.subjects[0]['name']}（{job.subjects[0]['no']}）"
    else:
        about = f"{len(job.subjects)}{'个部门' if job.source.of_departments else '人'}"
    return f"{job.form.name}　{result['period_name']}　{about}"[:200]


def _stem(title: str) -> str:
    return title.replace("　", "_")


def _plain(order: Order) -> dict[str, Any]:
    values = dataclasses.asdict(order)
    return {
        key: value.isoformat() if isinstance(value, datetime.date) else value for key, value in values.items()
    }


def _order(wanted: Mapping[str, Any]) -> Order:
    dates = {key: datetime.date.fromisoformat(wanted[key]) for key in DATES if wanted[key]}
    return Order(**{**wanted, **dates})


def folder_of(order: PrintOrder) -> Path:
    """Where the order's files lie."""
    return Path(settings.DATA_FOLDER) / "papers" / str(order.pk)


def file_of(order: PrintOrder) -> Path | None:
    """The finished file; None before the job's end, and after the days that files are kept."""
    if order.job.state != LongWork.State.DONE or order.job.result is None:
        return None
    path = folder_of(order) / str(order.job.result["file"])
    return path if path.exists() else None


def work(task: Task) -> dict[str, Any]:
    """Prints the order of the task's job. Raises Refusal, JobStopped, LeaseLost."""
    order = PrintOrder.objects.select_related("unit", "ordered_by", "job").get(job=task.job)
    forget_old_files()
    check_environment()
    job = prepared(order.unit, _order(order.wanted))
    folder = folder_of(order)
    issues = issues_of(job)
    if job.order.format != "pdf":
        return _other_files(job, issues, order, task)
    total = len(issues)
    task.progress(0, total)
    done = 0

    def advance(count: int = 1) -> None:
        nonlocal done
        done += count
        task.progress(done, total)

    if order.manner == PrintOrder.Manner.FILES and total > 1:
        file, digests = _print_files(issues, folder, order.title, advance)
    else:
        file, digests = print_booklet(issues, folder, order.title, advance)
    with transaction.atomic():
        register(job, issues, digests, order.ordered_by, order)
        # The lease is held to the last: who has lost it enters nothing.
        task.progress(total, total)
    return _done(file, total)


def _done(file: Path, papers: int) -> dict[str, Any]:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"file": file.name, "digest": digest, "papers": papers}


def _other_files(job: Job, issues: Sequence[Issue], order: PrintOrder, task: Task) -> dict[str, Any]:
    """Pictures or a workbook, which are quickly made: each file is registered by itself, as PDFs are."""
    folder = folder_of(order)
    written = write_files(job, issues, folder / job.order.format, task.check)
    files = [file for _, file in written]
    if len(files) == 1:
        target = folder / files[0].name
        press.write_whole(target, files[0].read_bytes())
    else:
        target = _archive(files, folder / file_name(_stem(order.title), ".zip"))
    with transaction.atomic():
        digests = [digest_of_file(file.read_bytes()) for file in files]
        register(job, [issue for issue, _ in written], digests, order.ordered_by, order)
        task.progress(1, 1)
    return _done(target, 1)


def _archive(files: Sequence[Path], target: Path) -> Path:
    """A ZIP of the files; PDFs and pictures are compressed already."""
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            archive.write(file, file.name)
    part.replace(target)
    return target


def print_booklet(issues: Sequence[Issue], folder: Path, title: str, advance: Any) -> tuple[Path, list[str]]:
    """One PDF; of each paper the digest of that file."""
    papers = Papers(issues, are_bound=True)
    configuration = fonts_for(papers)
    pieces = [papers[start : start + PART] for start in range(0, len(papers), PART)]
    parts = press.print_parts(
        [(folder / "parts" / f"{_content_key(piece)}.pdf", piece) for piece in pieces], advance, configuration
    )
    target = folder / (file_name(_stem(title), ".pdf") if len(papers) > 1 else papers[0].file_name)
    joined = folder / "joined.pdf"
    join(parts, [paper.stem.replace("_", "　") for paper in papers], title, joined)
    content = joined.read_bytes()
    joined.unlink()
    certificate = issues[0].paper.certificate
    press.write_whole(target, signed(content, certificate) if certificate else content)
    return target, [digest_of_file(target.read_bytes())] * len(papers)


def _content_key(papers: Sequence[Paper]) -> str:
    """A name that says what is in a file: other contents never pass for printed."""
    digest = hashlib.sha256()
    for paper in papers:
        digest.update(paper.html.encode())
    return digest.hexdigest()[:32]


def _print_files(issues: Sequence[Issue], folder: Path, title: str, advance: Any) -> tuple[Path, list[str]]:
    """A ZIP of PDFs; of each paper the digest of its own file."""
    papers = Papers(issues)
    files = folder / _content_key(papers)
    written = [files / paper.file_name for paper in papers]
    missing = [issue for issue, file in zip(issues, written, strict=True) if not file.exists()]
    advance(len(issues) - len(missing))
    press.print_forms(Papers(missing), files, advance, fonts_for(papers))
    target = _archive(written, folder / file_name(_stem(title), ".zip"))
    return target, [digest_of_file(file.read_bytes()) for file in written]


def forget_old_files() -> None:
    """Removes the files of orders that ended long ago; their entries in the register stay."""
    before = timezone.now() - datetime.timedelta(days=DAYS_KEPT)
    for order in PrintOrder.objects.filter(job__ended_at__lt=before).exclude(
        job__state__in=LongWork.UNFINISHED
    ):
        shutil.rmtree(folder_of(order), ignore_errors=True)


def register_work() -> None:
    """Makes the work known to the room of jobs."""
    register_kind(KIND, "打印表册", work)
