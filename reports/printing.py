"""What was ordered → what is to be printed: the form, its source, the chosen subjects."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from assessments.errors import NoRun
from assessments.models import Run
from assessments.results import latest_run
from jobs.refusal import Refusal
from reports.forms.form import Form, Subjects
from reports.forms.record import source_of, source_without_result
from reports.forms.registry import form_of
from reports.forms.source import Options, Source, selected
from reports.rendering import Paper
from rulesets.engine.period import Period, PeriodUnknown
from units.models import Unit

SIZES = ("A4", "A3")
NOT_RECKONED = (
    "{}{}还没有核算结果，请先核算再打印（在首页选这个期间后点“核算”，或用命令 assess UNIT {}）；"
    "花名册和民主测评表不需要结果，现在就可以打印。"
)


class OrderRefused(Refusal):
    """What was ordered can't be had from this form."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants printed. No numbers and no departments: everybody in the result.

    run: the key of the run that is meant; None for the period's newest. is_bound: all in one file.
    """

    form: str
    period: str
    scheme: str | None = None
    nos: Sequence[str] = ()
    departments: Sequence[str] = ()
    format: str = "pdf"
    size: str = "A4"
    posted: datetime.date | None = None
    until: datetime.date | None = None
    run: int | None = None
    is_bound: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """What an order comes to: its form, what the papers are made from, the subjects that they are for.

    run: the reckoning whose result the papers show; None for a form that needs none.
    """

    unit: Unit
    order: Order
    form: Form
    source: Source
    subjects: Subjects
    run: Run | None

    @property
    def is_for_everybody(self) -> bool:
        """Whether nobody of the result is left out."""
        return len(self.subjects) == len(self.source.subjects)

    @property
    def front(self) -> Paper | None:
        """The sheet before the papers, where several are bound and the form has one."""
        is_asked = self.order.is_bound and self.order.format == "pdf" and len(self.subjects) > 1
        return self.form.front(self.source, self.subjects) if is_asked and self.form.front else None

    def papers(self) -> list[Paper]:
        """The papers to be rendered: PDFs, or the pages that become pictures."""
        if self.order.format == "png":
            assert self.form.pictures is not None
            return self.form.pictures(self.source, self.subjects)
        return self.form.papers(self.source, self.subjects)


def prepared(unit: Unit, order: Order) -> Job:
    """The job of an order.

    Raises Refusal: the form or the period is unknown or doesn't apply, nothing was reckoned, a subject or department
    is not in the result, the form isn't made in that format or size.
    """
    form = form_of(order.form)
    _require_made(form, order)
    period = _period(order)
    options = Options(order.size, order.posted, order.until, timezone.localdate())
    run = _run(unit, order, period) if form.needs_result else None
    source = source_of(run, options) if run else source_without_result(unit, period, order.scheme, options)
    form.require_applicable(source)
    return Job(unit, order, form, source, selected(source, order.nos, order.departments), run)


def _run(unit: Unit, order: Order, period: Period) -> Run:
    if order.run is None:
        try:
            return latest_run(unit, order.period, order.scheme)
        except NoRun as error:
            # Says so itself where there is no such scheme or the scheme has no such period.
            source_without_result(unit, period, order.scheme)
            raise OrderRefused(NOT_RECKONED.format(unit, period.name, period.code)) from error
    runs = Run.objects.select_related("unit", "edition__scheme", "outcome", "decided")
    run = runs.filter(unit=unit, period=order.period, pk=order.run).first()
    if run is None:
        raise OrderRefused("所选的那次核算不在本单位这个期间，请回到考核结果页面重新选择。")
    return run


def _period(order: Order) -> Period:
    try:
        return Period.parse(order.period)
    except PeriodUnknown as unknown:
        raise OrderRefused(str(unknown)) from unknown


def _require_made(form: Form, order: Order) -> None:
    if order.format not in form.formats:
        raise OrderRefused(f"{form.name}没有 {order.format} 格式，可用的有：{'、'.join(form.formats)}。")
    if order.size not in form.sizes:
        raise OrderRefused(f"{form.name}不印 {order.size} 幅面，可用的有：{'、'.join(form.sizes)}。")
    if order.is_bound and order.format != "pdf":
        raise OrderRefused("只有 PDF 可以合订成一册，请去掉合订，或改为 PDF。")
    if (order.posted is None) != (order.until is None):
        raise OrderRefused("公示的开始日和结束日须一起写明，或都不写而留空手填。")
    if order.posted is not None and order.until is not None and order.until < order.posted:
        raise OrderRefused(f"公示结束日 {order.until} 早于开始日 {order.posted}，请核对。")
