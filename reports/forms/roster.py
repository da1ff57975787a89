"""花名册: who is assessed in the period, as the record has them; and who is not, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import wording
from reports.forms.columns import Column, Table, columns_of, list_table, without_empty
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.source import Source, Subject
from reports.rendering import Paper

STYLES = ("paper.css", "landscape.css")
PAGE_WIDTH, EM = 257.0, 3.53


@dataclass(frozen=True, slots=True)
class RosterForm:
    """All that the roster shows."""

    facts: Sequence[tuple[str, str]]
    table: Table
    notes: Sequence[str]
    frame: Frame


def roster_form(source: Source, subjects: Subjects) -> RosterForm:
    """What the roster of these subjects shows."""
    return RosterForm(
        facts=_facts(source),
        table=list_table(_columns(source, subjects), subjects, PAGE_WIDTH, EM),
        notes=_counts(source, subjects),
        frame=frame_of(source, "roster", subjects),
    )


def roster_papers(source: Source, subjects: Subjects) -> list[Paper]:
    """One paper: 花名册_某局_2025年.pdf."""
    form = roster_form(source, subjects)
    return [paper_of("roster", stem_of(source, "花名册"), form, form.frame, STYLES)]


def _facts(source: Source) -> list[tuple[str, str]]:
    return [
        ("单位", source.result["unit_name"]),
        ("期间", source.result["period_name"]),
        ("考核办法", f"《{source.result['scheme_name']}》"),
        ("名册截至", source.as_of_name),
    ]


def _columns(source: Source, subjects: Subjects) -> list[Column]:
    """The record's columns; those in which nobody has anything are left out, but for the remarks."""

    def recorded(heading: str, text: str) -> Column:
        return Column(heading, lambda _, subject: _entry(source, subject, text))

    always = columns_of(source, ("place", "no", "name"))
    remarks = Column("备注", lambda _, s: _remark(source, s), is_text=True)
    if source.of_departments:
        more = [recorded("在册人数", "people"), recorded("班子直管", "direct_led")]
        return [*always, *more, remarks]
    more = [recorded("性别", "gender"), recorded("出生年月", "birth"), recorded("政治面貌", "politics")]
    more += [*columns_of(source, ("department", "position", "group")), recorded("任现职时间", "since")]
    return [*always, *without_empty(more, subjects), remarks]


def _entry(source: Source, subject: Subject, field: str) -> str:
    record = source.particulars(subject["no"])
    match field:
        case "gender":
            return record.gender
        case "birth":
            return wording.year_and_month(record.birth)
        case "politics":
            return record.politics
        case "people":
            return "" if record.people is None else f"{record.people}人"
        case "direct_led":
            return "是" if record.is_direct_led else "否"
    return f"{record.since.year}.{record.since.month:02d}" if record.since else ""


def _remark(source: Source, subject: Subject) -> str:
    secondary = source.particulars(subject["no"]).secondary
    texts = [subject.get("standing", ""), f"兼任{secondary}" if secondary else ""]
    return "；".join(wording.official(text) for text in texts if text)


def _counts(source: Source, subjects: Subjects) -> list[str]:
    """How many there are, by department and gender."""
    out = [subject for subject in subjects if not subject.get("is_assessed", True)]
    absent = (
        [f"其中不参加考核的{len(out)}{'个' if source.of_departments else '人'}，原因见备注。"] if out else []
    )
    if source.of_departments:
        people = sum(source.particulars(subject["no"]).people or 0 for subject in subjects)
        return [f"共{len(subjects)}个部门，在册{people}人。", *absent]
    women = sum(1 for subject in subjects if source.particulars(subject["no"]).gender == "女")
    departments = {subject["department"] for subject in subjects}
    told = f"，其中女{women}人" if women else ""
    return [f"共{len(subjects)}人{told}，分属{len(departments)}个部门。", *absent]


ROSTER = Form("roster", roster_papers, needs_result=False)
