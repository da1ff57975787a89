"""What the stages of a form and its trusts cost: processor time in one warm process, each form in every manner."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

VARIANT = "pdf/a-3u"
# Of each form every manner, in turn, so that what else the machine does falls on all.
FORMS = 12


def stages(store: Path) -> dict[str, list[float]]:
    """Milliseconds of processor of each stage, a value a form."""
    from reports import typesetting
    from reports.markup import tree_of
    from tests.benchmarks.forms import paper, plain_paper

    papers = [paper(number) for number in range(FORMS + 1)]
    fonts = typesetting.fonts_for(papers, store)
    typesetting.rendered(papers[-1], fonts)
    gc.collect()
    gc.freeze()
    found: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        begun = time.process_time()
        made = work()
        found.setdefault(name, []).append(1000 * (time.process_time() - begun))
        return made

    for number, each in enumerate(papers[:FORMS]):
        timed("HTML by the template", lambda number=number: plain_paper(number))
        timed("seal, QR code and data beside it", lambda number=number: paper(number))
        timed("elements out of the HTML", lambda each=each: tree_of(each.html))
        gc.disable()
        laid = timed("elements, styles, boxes, layout", lambda each=each: typesetting.laid_out(each, fonts))
        timed("drawing, fonts, PDF/A, data", lambda each=each, laid=laid: typesetting.written(laid, [each]))
        del laid
        timed("garbage", gc.collect)
        gc.enable()
    gc.unfreeze()
    return found


def trusts(store: Path) -> dict[str, tuple[list[float], int]]:
    """Of each trust what it adds to a form: milliseconds of processor, a value a form, and bytes."""
    from reports import typesetting
    from tests.benchmarks.forms import paper

    def printed(changes: Mapping[str, bool], number: int) -> tuple[float, int]:
        wanted = paper(number, seal=changes.get("seal", True), enclosure=changes.get("enclosure", True))
        typesetting.ARCHIVE = VARIANT if changes.get("archive", True) else None  # type: ignore[assignment]
        begun = time.process_time()
        pdf = typesetting.rendered(wanted, fonts)
        return 1000 * (time.process_time() - begun), len(pdf)

    fonts = typesetting.fonts_for([paper(number) for number in range(FORMS)], store)
    manners = {
        "PDF/A-3u": {"archive": False},
        "the data inside": {"enclosure": False},
        "QR code and codes": {"seal": False},
    }
    found: dict[str, tuple[list[float], int]] = {}
    for changes in ({}, *manners.values()):
        printed(changes, 0)
    for number in range(FORMS):
        whole, size = printed({}, number)
        for name, changes in manners.items():
            without, smaller = printed(changes, number)
            times, saved = found.get(name, ([], 0))
            found[name] = ([*times, whole - without], saved + size - smaller)
    return {name: (times, saved // FORMS) for name, (times, saved) in found.items()}


def report(store: Path) -> str:
    """Both as tables in Markdown."""
    rows = ["| stage | ms of processor a form (least–most) |", "| --- | --- |"]
    rows += [f"| {name} | {spread(times)} |" for name, times in stages(store).items()]
    rows += ["", "| of it for | ms of processor a form (quartiles) | KB |", "| --- | --- | --- |"]
    rows += [
        f"| {name} | {quartiles(times)} | {saved / 1000:.1f} |"
        for name, (times, saved) in trusts(store).items()
    ]
    return "\n".join(rows) + "\n"


def spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f}–{max(values):.1f})"


def quartiles(values: Sequence[float]) -> str:
    """Of differences, which are as noisy as what they are the difference of."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.0f} ({low:.0f}–{high:.0f})"
