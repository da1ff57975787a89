"""民主测评表: the empty ballot sheets, one for each review and each of its rater groups, all subjects on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import wording
from reports.forms.columns import Cell, Table, columns_of, list_table, without_empty
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.source import Source
from reports.rendering import Paper
from rulesets.engine.period import PERIOD_KIND_NAMES, Period, PeriodKind
from rulesets.engine.scheme import Rule
from rulesets.families.review import rater_groups

STYLES = ("paper.css", "appraisal.css")
BLOCK, EM = 156.0, 4.24
FOREIGN = "对本部门（本人所在部门）的评分不计，请不要填写。"
# Room to write in, for the columns that are filled in by hand; millimetres.
HAND = 22.0


@dataclass(frozen=True, slots=True)
class AppraisalForm:
    """All that a ballot sheet shows. `table` holds what is printed; `blanks` are the headings to be filled in."""

    review: str
    group: str
    unit_name: str
    period_name: str
    rules: Sequence[str]
    table: Table
    frame: Frame


def reviews_of(source: Source) -> list[Rule]:
    """The reviews of which ballots are cast in the period: by their periods, those in rounds by their half."""
    kind, code = source.period.kind, source.period.code
    return [
        rule
        for rule in source.scheme.rules
        if rule.family == "review"
        and (_is_round_of(rule, code) if "half" in rule.params else rule.applies_in(kind))
    ]


def _is_round_of(rule: Rule, period: str) -> bool:
    """Whether a round lies in a year, or is that of a half."""
    own = Period.parse(period)
    return own.kind is PeriodKind.YEAR or (
        own.kind is PeriodKind.HALF and period.endswith(rule.params["half"])
    )


def appraisal_forms(source: Source, subjects: Subjects) -> list[AppraisalForm]:
    """A sheet for each review and rater group; who is not assessed stands on none."""
    assessed = [subject for subject in subjects if subject.get("is_assessed", True)]
    return [
        _form(source, assessed, rule, group)
        for rule in reviews_of(source)
        for group in rater_groups(rule) or (None,)
    ]


def appraisal_papers(source: Source, subjects: Subjects) -> list[Paper]:
    """A paper each: 民主测评表_年终述职评议_领导班子_某街道_2025年.pdf."""
    papers = []
    for form in appraisal_forms(source, subjects):
        title = "_".join(part for part in ("民主测评表", form.review, form.group) if part)
        papers.append(paper_of("appraisal", stem_of(source, title), form, form.frame, STYLES))
    return papers


def _form(source: Source, subjects: Subjects, rule: Rule, group: str | None) -> AppraisalForm:
    names = source.table("appraisal_groups")
    terms = {term.code: term.name for term in source.scheme.groups}
    foreign = [FOREIGN] if rule.params.get("foreign_only") else []
    return AppraisalForm(
        review=wording.official(rule.name),
        group=names.get(group, terms.get(group, group)) if group else "",
        unit_name=source.result["unit_name"],
        period_name=source.result["period_name"],
        rules=[*source.lines("appraisal_intro", subjects), *foreign],
        table=_table(source, subjects),
        frame=frame_of(source, "appraisal", subjects),
    )


def _table(source: Source, subjects: Subjects) -> Table:
    """What is printed, and the empty columns beside."""
    people = (
        []
        if source.of_departments
        else without_empty(columns_of(source, ("department", "position")), subjects)
    )
    printed = [*columns_of(source, ("place", "name")), *people]
    blanks = source.items("appraisal_columns")
    hand = min(HAND, (BLOCK - 70) / max(len(blanks), 1))
    table = list_table(printed, subjects, BLOCK - hand * len(blanks), EM)
    empty = [Cell("", False)] * len(blanks)
    return Table(
        [*table.columns, *((blank, hand) for blank in blanks)],
        [[*row, *empty] for row in table.rows],
        [[*row, *empty] for row in table.last],
    )


def refusal(source: Source) -> str | None:
    """Why there are no ballot sheets; None where there are."""
    rules = [rule for rule in source.scheme.rules if rule.family == "review"]
    if not rules:
        return f"《{source.scheme.name}》没有测评的规则。"
    if not reviews_of(source):
        return f"《{source.scheme.name}》在{PERIOD_KIND_NAMES[source.period.kind]}度期间没有测评，请改用有测评的期间。"
    return None


APPRAISAL = Form("appraisal", appraisal_papers, needs_result=False, refusal=refusal)
