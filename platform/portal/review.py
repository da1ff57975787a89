"""The committee's page 审定: ties, vetoes and missing figures first; decisions, publication, closing, ways back."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assessments.decision_orders import is_large, latest_order, order_decisions
from assessments.decisions import DecisionEntry, decide
from assessments.errors import NoRun, PublicationRefused
from assessments.models import Run
from assessments.projection import outline
from assessments.publication import publish_run
from assessments.reckoning import edition_on, scheme_of
from assessments.results import open_ties
from assessments.unfinished import unfinished
from jobs.refusal import Refusal
from ledger.closing import close_period, reopen_period
from portal.access import account_of, sight_of
from portal.news import news_since
from portal.review_page import review_page
from portal.rights import CLOSE, DECIDE, PUBLISH, REOPEN, SEE_ROSTER
from portal.runs import shown_run, successor_of
from rulesets.engine.period import Period
from units.models import Account, Unit
from units.rights import rights_of


class DecisionForm(forms.Form):
    """What the committee decided on the ticked subjects."""

    no = forms.MultipleChoiceField(error_messages={"required": "请先勾选要审定的考核对象。"})
    band = forms.ChoiceField(label="审定等次", error_messages={"required": "请选择审定等次。"})
    reason = forms.CharField(label="理由", max_length=500, error_messages={"required": "请填写审定理由。"})
    minutes = forms.CharField(
        label="会议纪要文号", max_length=255, error_messages={"required": "请填写会议纪要文号。"}
    )

    def __init__(self, nos: list[str], bands: list[tuple[str, str]], data: QueryDict | None) -> None:
        super().__init__(data)
        for name, choices in (("no", [(no, no) for no in nos]), ("band", bands)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The page; for those who see all of the unit. A POST records decisions."""
    account = account_of(request)
    rights = rights_of(account)
    sight = sight_of(account, code)
    sight.require_all()
    try:
        run = shown_run(request, sight.unit, period)
    except NoRun:
        context = {"unit": sight.unit, "period_name": Period.parse(period).name}
        return render(request, "portal/no_result.html", context, status=404)
    page = review_page(run, scheme_of(run.edition), lambda permission: rights.may(permission, sight.unit))
    nos = [row.no for group in page.groups for row in group.rows if row.is_decidable]
    form = DecisionForm(nos, list(page.bands), request.POST if request.method == "POST" else None)
    successor = successor_of(run)
    if request.method == "POST":
        if not rights.may(DECIDE, sight.unit):
            raise Http404
        if form.is_valid() and successor is None and _decided(request, run, form, account):
            return redirect(page_of(run))
        if successor is not None:
            messages.error(request, "没有登记：此后已重新核算，请对最新的结果审定。")
    order_of_decisions = latest_order(run)
    at_work = order_of_decisions is not None and order_of_decisions.is_unfinished
    day = min(run.as_of, Period.parse(period).end)
    context = {
        "unit": sight.unit,
        "run": run,
        "order": order_of_decisions,
        "page": page,
        "form": form,
        "ticked": set(request.POST.getlist("no")),
        "successor": successor,
        "news": [] if successor else news_since(run, edition_on(run.edition, day)),
        "unfinished": unfinished(run.edition, run.period, run.as_of),
        "is_early": run.as_of < Period.parse(period).end,
        "has_ended": Period.parse(period).end < timezone.localdate(),
        **_rights_shown(account, sight.unit, is_open=successor is None and not at_work),
    }
    return render(request, "portal/review.html", context)


def _rights_shown(account: Account, unit: Unit, is_open: bool) -> dict[str, bool]:
    """What the account may do here; `is_open`: the result may still be decided and published."""
    rights = rights_of(account)
    return {
        "may_decide": is_open and rights.may(DECIDE, unit),
        "may_publish": is_open and rights.may(PUBLISH, unit),
        "may_close": rights.may(CLOSE, unit),
        "may_reopen": rights.may(REOPEN, unit),
        "sees_roster": rights.may(SEE_ROSTER, unit),
    }


def page_of(run: Run) -> str:
    """The address of the committee's page of a run."""
    return f"{reverse('portal:review', args=[run.unit.code, run.period])}?run={run.pk}"


def _decided(request: HttpRequest, run: Run, form: DecisionForm, account: Account) -> bool:
    """Records the decisions; says what was done, or why nothing was."""
    given = form.cleaned_data
    entries = [DecisionEntry(no, given["band"], given["reason"], given["minutes"]) for no in given["no"]]
    try:
        if is_large(run):
            order_decisions(run, entries, account)
            messages.success(request, "已提交登记。结果较大，受影响的结果运用正在后台重新核算。")
            return True
        made = decide(run, entries, account)
    except Refusal as refusal:
        for message in refusal.messages:
            messages.error(request, f"没有登记：{message}")
        return False
    said = f"已登记{len(made)}个考核对象的审定。" if made else "这些审定已登记过，没有改动。"
    messages.success(request, said)
    return True


Change = Callable[[HttpRequest, Unit, str, str], str]


def order(permission: str) -> Callable[[Change], Callable[..., HttpResponse]]:
    """A change of the period's state by POST: done and said, or refused and said; then back to the page.

    Only for who has the permission in the unit; for others the address is not there.
    """

    def wrap(change: Change) -> Callable[..., HttpResponse]:
        @login_required
        @require_POST
        def view(request: HttpRequest, code: str, period: str) -> HttpResponse:
            sight = sight_of(account_of(request), code)
            if not rights_of(account_of(request)).may(permission, sight.unit):
                raise Http404
            reason = request.POST.get("reason", "").strip()
            try:
                messages.success(request, change(request, sight.unit, period, reason))
            except Refusal as refusal:
                for message in refusal.messages:
                    messages.error(request, f"没有办理：{message}")
            return redirect(reverse("portal:review", args=[sight.unit.code, period]))

        return view

    return wrap


@order(PUBLISH)
def publish(request: HttpRequest, unit: Unit, period: str, reason: str) -> str:
    """Publishes the run that the page showed, or its correction."""
    named = request.POST.get("run", "")
    run = unit.runs.filter(period=period, pk=int(named)).first() if named.isdecimal() else None
    if run is None:
        raise Http404
    if successor_of(run) is not None:
        raise PublicationRefused("此后已重新核算，请查看最新的结果后再公布。")
    ordered = latest_order(run)
    if ordered is not None and ordered.is_unfinished:
        raise PublicationRefused("审定正在后台登记，请等登记完成后再公布。")
    waiting = open_ties(outline(run))
    if waiting and "ties_known" not in request.POST:
        raise PublicationRefused(f"还有{waiting}个对象并列待定。请先审定，或勾选“先行公布”后再公布。")
    if request.POST.get("corrects") and not reason:
        raise PublicationRefused("公布更正须写明理由。")
    if run.as_of < Period.parse(period).end and not reason:
        raise PublicationRefused(
            f"数据只到{date_format(run.as_of)}，{Period.parse(period).name}还没有结束。请写明为何提前公布；"
            "要公布期末的结果，请先重新核算。"
        )
    publication, is_new = publish_run(run, reason, account_of(request))
    if not is_new:
        return "这个结果此前已公布，没有改动。"
    return "更正后的结果已公布，原公布的结果留存备查。" if publication.supersedes else "结果已公布。"


@order(CLOSE)
def close(request: HttpRequest, unit: Unit, period: str, reason: str) -> str:
    """Closes the period."""
    _, is_new = close_period(unit, period, account_of(request))
    return f"{Period.parse(period).name}{'已封账' if is_new else '此前已封账，没有改动'}。"


@order(REOPEN)
def reopen(request: HttpRequest, unit: Unit, period: str, reason: str) -> str:
    """Reopens a closed period, with the reason."""
    reopen_period(unit, period, reason, account_of(request))
    return f"{Period.parse(period).name}已解除封账，可以更正登记内容；更正后请重新核算、审定并公布更正。"
