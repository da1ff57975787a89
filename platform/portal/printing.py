"""Printing from the pages: papers are ordered, their job is watched, the file is fetched; within the unit alone."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jobs.models import Job
from jobs.orders import resume, stop
from jobs.refusal import Refusal
from portal.access import Sight, account_of, private_page, sight_of
from portal.print_basis import Basis, basis_of, roster_named, rosters_to_print
from portal.print_choice import Asked, address_of, asked_of, found_in, offered, run_holding, runs_to_print
from reports.forms.source import Source
from reports.forms.unprintable import first_unprintable
from reports.models import PrintOrder
from reports.orders import DAYS_KEPT, file_of, order_print
from reports.printing import SIZES, Order
from rulesets.engine.period import Period

FORMATS = (("pdf", "PDF（打印、存档）"), ("png", "图片（发手机群，限公示）"), ("xlsx", "Excel（限汇总表）"))
RECENT = 10
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
NO_DATE = {"invalid": "日期请写作 2026-01-05。"}
MOST_NOS = 2_000


class PrintForm(forms.Form):
    """What is to be printed, for whom, and how."""

    form = forms.ChoiceField(
        label="表册", widget=forms.RadioSelect, error_messages={"required": "请选择要打印的表册。"}
    )
    departments = forms.MultipleChoiceField(label="部门", required=False, widget=forms.CheckboxSelectMultiple)
    nos = forms.CharField(label="只打印这些编号（用逗号或空格隔开；不填为全部）", required=False)
    format = forms.ChoiceField(label="格式", choices=FORMATS, initial="pdf")
    manner = forms.ChoiceField(
        label="装订", choices=PrintOrder.Manner.choices, initial=PrintOrder.Manner.BOOKLET
    )
    size = forms.ChoiceField(label="幅面", choices=[(size, size) for size in SIZES], initial="A4")
    posted = forms.DateField(label="公示开始", required=False, widget=DATE, error_messages=NO_DATE)
    until = forms.DateField(label="公示结束", required=False, widget=DATE, error_messages=NO_DATE)

    def __init__(self, basis: Basis, data: QueryDict | dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        chosen, departments = self.fields["form"], self.fields["departments"]
        assert isinstance(chosen, forms.ChoiceField)
        assert isinstance(departments, forms.MultipleChoiceField)
        chosen.choices = basis.forms()
        source = basis.source
        departments.choices = [] if source.of_departments else list(_departments(source))

    def clean_nos(self) -> list[str]:
        """The numbers, each once, in the order that they were given in."""
        text = self.cleaned_data["nos"].replace(",", " ").replace("，", " ").replace("、", " ")
        nos = list(dict.fromkeys(text.split()))
        if len(nos) > MOST_NOS:
            raise forms.ValidationError(f"一次最多写 {MOST_NOS} 个编号；要打印全部请留空。")
        return nos

    def order(self, basis: Basis) -> Order:
        """The order of a valid form."""
        given = self.cleaned_data
        return Order(
            form=given["form"],
            period=basis.source.period.code,
            scheme=basis.scheme,
            nos=given["nos"],
            departments=given["departments"],
            format=given["format"],
            size=given["size"],
            posted=given["posted"],
            until=given["until"],
            run=basis.run.pk if basis.run else None,
        )


def _departments(source: Source) -> Iterator[tuple[str, str]]:
    held = {subject["department"]: subject["department_name"] for subject in source.subjects}
    yield from sorted(((code, name) for code, name in held.items() if code), key=str)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prints(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """What can be printed of a result, or of the roster before there is one, and what was; for those who may print."""
    account = account_of(request)
    sight = sight_of(account, code)
    sight.require_printing()
    try:
        basis = basis_of(request, sight.unit, period)
    except Refusal as refusal:
        return render(request, "portal/refusal.html", {"messages_shown": refusal.messages}, status=404)
    asked, missing = found_in(basis.source, asked_of(request, sight.unit))
    refusals: Sequence[str] = ()
    data = request.POST if request.method == "POST" else None
    form = PrintForm(basis, data, initial=_initial(request, basis, asked))
    if form.is_valid():
        try:
            manner = PrintOrder.Manner(form.cleaned_data["manner"])
            order = order_print(sight.unit, form.order(basis), manner, account)
        except Refusal as refusal:
            refusals = refusal.messages
        else:
            return redirect("portal:print_order", code, order.pk)
    runs = runs_to_print(sight.unit)
    context = {
        "unit": sight.unit,
        "basis": basis,
        "run_query": f"?run={basis.run.pk}" if basis.run and "run" in request.GET else "",
        "period_name": Period.parse(period).name,
        "form": form,
        "refusals": refusals,
        "missing": missing if request.method != "POST" else [],
        "offered": _with(basis, offered(runs)) if basis.run else offered(runs),
        "rosters": list(rosters_to_print(sight.unit, runs).items()),
        "asked": asked,
        "unprintable": first_unprintable(basis.source, basis.source.subjects),
        "recent": _orders(sight)[:RECENT],
        "days_kept": DAYS_KEPT,
    }
    return render(request, "portal/prints.html", context, status=400 if form.errors or refusals else 200)


def _initial(request: HttpRequest, basis: Basis, asked: Asked) -> dict[str, Any]:
    first = next((code for code, _ in basis.forms()), "")
    return {
        "nos": "，".join(asked.nos),
        "departments": asked.departments,
        "form": request.GET.get("form", first),
    }


def _with(basis: Basis, runs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The runs that are offered; an earlier one that is shown stands in front."""
    shown = (basis.key, basis.words)
    return runs if basis.key in dict(runs) else [shown, *runs]


@private_page
def print_for(request: HttpRequest, code: str) -> HttpResponse:
    """Leads to the print page of what `?run=` names, else of the newest result that has those asked for.

    Where nothing was reckoned it is the page of the newest period's roster.
    """
    sight = sight_of(account_of(request), code)
    sight.require_printing()
    asked = asked_of(request, sight.unit)
    unit, form = sight.unit, request.GET.get("form")
    runs = runs_to_print(unit)
    named = request.GET.get("run")
    run = next((run for run in runs if str(run.pk) == named), None) if named else run_holding(runs, asked)
    if run is not None:
        return redirect(address_of(unit, run.period, ("run", str(run.pk)), asked, form))
    first = named or next(iter(rosters_to_print(unit, runs)), "")
    roster = roster_named(unit, first)
    if roster is None and named:
        raise Http404
    if roster is None:
        return render(request, "portal/no_result.html", {"unit": unit}, status=404)
    period, scheme = roster
    return redirect(address_of(unit, period, ("scheme", scheme), asked, form))


def _orders(sight: Sight) -> Any:
    return PrintOrder.objects.filter(unit=sight.unit).select_related("job", "ordered_by")


def seen_order(request: HttpRequest, code: str, number: int) -> PrintOrder:
    """An order of the unit. Raises Http404 where there is none, or the account may not take results away."""
    sight = sight_of(account_of(request), code)
    sight.require_download()
    order: PrintOrder | None = _orders(sight).filter(pk=number).first()
    if order is None:
        raise Http404
    return order


@private_page
def print_order(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """How far an order is, and its file once it is done."""
    order = seen_order(request, code, number)
    context = {
        "order": order,
        "job": order.job,
        "unit": order.unit,
        "period": order.wanted["period"],
        "waits": order.job.state == Job.State.WAITING,
        "file": file_of(order),
        "days_kept": DAYS_KEPT,
    }
    return render(request, "portal/print_order.html", context)


@private_page
def print_progress(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The order's progress as data, which the page asks for while it is being printed."""
    job = seen_order(request, code, number).job
    state = str(Job.State(job.state).label)
    return JsonResponse(
        {
            "unfinished": job.is_unfinished,
            "done": job.done,
            "total": job.total,
            "state": state,
            "percent": job.percent,
        }
    )


@login_required
@never_cache
@require_POST
def print_change(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Stops an order, or lets it go on."""
    order = seen_order(request, code, number)
    sight_of(account_of(request), code).require_printing()
    {"stop": stop, "resume": resume}.get(request.POST.get("do", ""), _nothing)(order.job)
    return redirect(reverse("portal:print_order", args=[code, number]))


def _nothing(job: Job) -> None:
    raise Http404


@login_required
@never_cache
@require_safe
def print_file(request: HttpRequest, code: str, number: int) -> FileResponse:
    """The finished file."""
    file = file_of(seen_order(request, code, number))
    if file is None:
        raise Http404
    return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)
