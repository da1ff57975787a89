"""A scheme's way through a period: the stages that the first page shows, and what to do next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from assessments.models import Publication, Run
from assessments.publication import shows
from portal.record_counts import RecordCounts
from portal.rights import CLOSE, DECIDE, PUBLISH
from rulesets.engine.period import Period
from rulesets.models import Edition
from units.models import Account, Unit
from units.rights import rights_of


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: a sentence, and a button where the account may do it on a page."""

    sentence: str
    label: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its name, how it stands, where it is done or looked at (empty: nowhere)."""

    name: str
    state: str
    is_done: bool
    address: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a scheme in a period.

    subjects, ties: of the newest run. news: why it should be reckoned again, a sentence each. standing: the
    publication in force.
    """

    unit: Unit
    edition: Edition
    period: Period
    counts: RecordCounts
    run: Run | None
    subjects: int
    ties: int
    news: Sequence[str]
    standing: Publication | None

    @property
    def is_published(self) -> bool:
        """Whether the newest result is the published one."""
        return self.run is not None and shows(self.standing, self.run)

    @property
    def has_ended(self) -> bool:
        return self.period.end < timezone.localdate()

    @property
    def review_page(self) -> str:
        return self._with_run("portal:review")

    @property
    def results_page(self) -> str:
        return self._with_run("portal:results")

    def _with_run(self, name: str) -> str:
        assert self.run is not None
        return f"{reverse(name, args=[self.unit.code, self.period.code])}?run={self.run.pk}"


def stages_of(progress: Progress) -> list[Stage]:
    """All stages in order."""
    return [*_before_the_run(progress), *_from_the_run_on(progress)]


def _before_the_run(progress: Progress) -> Iterator[Stage]:
    edition, counts = progress.edition, progress.counts
    state = f"第{edition.number}版{edition.get_status_display()}"
    address = reverse("admin:rulesets_edition_change", args=[edition.pk])
    yield Stage("办法", state, edition.frozen, address)
    roster = reverse("portal:roster", args=[progress.unit.code, progress.period.code])
    entries = f"，调整{counts.entries}" if counts.entries else ""
    yield Stage("名册", f"在任{counts.in_office}人{entries}", counts.in_office > 0, roster)
    recorded = [f"事项{counts.events}"]
    recorded += [f"测评票{counts.ballots}"] if counts.ballots else []
    recorded += [f"指标{counts.metrics}"] if counts.metrics else []
    events = f"{reverse('admin:ledger_event_changelist')}?unit__id__exact={progress.unit.pk}"
    yield Stage("登记", "、".join(recorded), counts.events > 0, events)


def _from_the_run_on(progress: Progress) -> Iterator[Stage]:
    run, closing = progress.run, progress.counts.closing
    if run is None:
        for name in ("核算", "审定", "公布"):
            yield Stage(name, "尚未核算" if name == "核算" else "—", False)
    else:
        made = timezone.localtime(run.made_at)
        state = "情况有变，待重算" if progress.news else f"{made.month}月{made.day}日完成"
        yield Stage("核算", state, not progress.news, progress.results_page)
        ties = f"{progress.ties}人并列待定" if progress.ties else "没有并列待定"
        yield Stage("审定", ties, not progress.ties, progress.review_page)
        published = "已公布" if progress.is_published else "待公布更正" if progress.standing else "未公布"
        yield Stage("公布", published, progress.is_published, progress.review_page)
    state = "已封账" if closing else "未封账" if progress.has_ended else "期末之后"
    yield Stage("封账", state, closing is not None, progress.review_page if run else "")


def step_for(account: Account, unit: Unit, permission: str, step: Step, whom: str = "") -> Step:
    """The step with its button where the account may do it in the unit, else with whom to turn to."""
    if rights_of(account).may(permission, unit):
        return step
    return Step(f"{step.sentence}请联系{whom or '本单位的办法管理员或登记员'}。")


def next_step(progress: Progress, account: Account) -> Step:
    """What to do next, as far as the account may."""
    if progress.run is None:
        return _step_before_the_run(progress, account)
    if progress.news:
        return Step("这是上一次核算的结果。", "查看结果", progress.results_page)
    return _step_after_the_run(progress, account)


def _step_before_the_run(progress: Progress, account: Account) -> Step:
    unit, counts = progress.unit, progress.counts
    if not progress.edition.frozen:
        address = reverse("admin:rulesets_edition_change", args=[progress.edition.pk])
        step = Step("考核办法还是草稿，检查无误后即可发布。", "检查并发布", address)
        return step_for(account, unit, "rulesets.change_edition", step)
    if not counts.people:
        step = Step("还没有人员名册。", "导入人员", reverse("admin:units_person_import"))
        return step_for(account, unit, "units.add_person", step)
    if not counts.events:
        step = Step("还没有登记事项。", "导入事项", reverse("admin:ledger_event_import"))
        return step_for(account, unit, "ledger.add_event", step)
    return Step("事项已经登记，可以核算了。")


def _step_after_the_run(progress: Progress, account: Account) -> Step:
    unit = progress.unit
    committee = "本单位的办法管理员或考核委员会"
    if progress.ties:
        step = Step(f"有{progress.ties}人并列待定，请登记考核委员会的审定。", "去审定", progress.review_page)
        return step_for(account, unit, DECIDE, step, committee)
    if not progress.is_published:
        label = "公布更正" if progress.standing else "审定与公布"
        sentence = (
            "结果与已公布的不同，核对后请公布更正。" if progress.standing else "核算已完成，请核对结果。"
        )
        if rights_of(account).may(PUBLISH, unit):
            return Step(sentence, label, f"{progress.review_page}#orders")
        return Step(f"{sentence}审定和公布由{committee}办理。", "查看结果", progress.results_page)
    if progress.counts.closing is None and progress.has_ended:
        step = Step("结果已经公布，可以封账了。", "去封账", f"{progress.review_page}#orders")
        if rights_of(account).may(CLOSE, unit):
            return step
    return Step(
        "本期工作已经办结。" if progress.counts.closing else "结果已经公布。",
        "查看结果",
        progress.results_page,
    )
