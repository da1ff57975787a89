"""Issued papers → the files that are handed out, in each format."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from reports.issuing import Issue, Papers
from reports.paper import file_name
from reports.pictures import write_pictures
from reports.press import PrintingStopped
from reports.printing import Job
from reports.rendering import check_environment, print_forms


def write_files(
    job: Job, issues: Sequence[Issue], out: Path, advance: Callable[[], Any]
) -> list[tuple[Issue, Path]]:
    """Writes what was ordered into a folder; each file with what it is of. Raises Refusal, as `print_forms` does."""
    papers = Papers(issues)
    match job.order.format:
        case "png":
            check_environment()
            written = write_pictures(papers, out, advance)
            return [(issue, file) for issue, files in zip(issues, written, strict=True) for file in files]
        case "xlsx":
            return [(issue, _write_workbook(issue, out, advance)) for issue in issues]
    return list(zip(issues, print_forms(papers, out, advance), strict=True))


def _write_workbook(issue: Issue, out: Path, advance: Callable[[], Any]) -> Path:
    target = out / file_name(issue.paper.stem, ".xlsx")
    try:
        out.mkdir(parents=True, exist_ok=True)
        target.write_bytes(issue.workbook)
    except OSError as error:
        raise PrintingStopped(f"不能写入文件夹 {out}，请检查路径、权限和磁盘空间后重新打印。") from error
    advance()
    return target
