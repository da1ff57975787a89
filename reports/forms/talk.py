"""谈话名单: whom the result says to talk to, why, and room for the notes of the talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports import wording
from reports.forms import scores
from reports.forms.form import Form, Frame, Subjects, frame_of, paper_of, stem_of
from reports.forms.source import Source, Subject
from reports.rendering import Paper

STYLES = ("paper.css", "talk.css")
# What an outcome's name has in it that asks for a talk, where the edition doesn't name any.
TALK = "谈"
# So many of the largest deductions are named.
MOST_DEDUCTIONS = 5


@dataclass(frozen=True, slots=True)
class Talk:
    """One to be talked to: who, the result, why, and what went wrong most."""

    place: int
    name: str
    about: str
    result: str
    why: str
    deductions: Sequence[str]


@dataclass(frozen=True, slots=True)
class TalkForm:
    """All that the list shows."""

    unit_name: str
    period_name: str
    talks: Sequence[Talk]
    frame: Frame


def talk_form(source: Source, subjects: Subjects) -> TalkForm:
    """The list of those among the subjects who are to be talked to."""
    named = [(subject, reasons) for subject in subjects if (reasons := reasons_of(source, subject))]
    return TalkForm(
        unit_name=source.result["unit_name"],
        period_name=source.result["period_name"],
        talks=[_talk(source, place, *entry) for place, entry in enumerate(named, start=1)],
        frame=frame_of(source, "talk", [subject for subject, _ in named]),
    )


def talk_papers(source: Source, subjects: Subjects) -> list[Paper]:
    """One paper: 谈话名单_某社区_2025年.pdf."""
    form = talk_form(source, subjects)
    return [paper_of("talk", stem_of(source, "谈话名单"), form, form.frame, STYLES)]


def talk_codes(source: Source) -> list[str]:
    """The codes of the outcomes and vetoes that ask for a talk: those that the edition names, else by their names."""
    asked = [wording.official(item) for item in source.items("talk_outcomes")]
    return [
        rule.code
        for rule in source.scheme.rules
        if rule.family in ("payout", "veto")
        and (wording.official(rule.name) in asked if asked else rule.family == "payout" and TALK in rule.name)
    ]


def reasons_of(source: Source, subject: Subject) -> list[str]:
    """Why a subject is to be talked to, by the names of outcomes and vetoes; none where it is not."""
    vetoes = {
        code for flag in subject["flags"] for kind, _, code in [flag.partition(":")] if kind == "vetoed"
    }
    return [
        wording.official(source.names[code])
        for code in talk_codes(source)
        if code in subject["outcomes"] or code in vetoes
    ]


def _talk(source: Source, place: int, subject: Subject, reasons: Sequence[str]) -> Talk:
    about = [subject["no"], subject["department_name"], subject["position"]]
    if source.of_departments:
        about = about[:1]
    ranked = f"，第{subject['rank']}名（共{subject['of']}名）" if subject["rank"] is not None else ""
    band = f"，等次{scores.band_of(subject)}" if subject["band_name"] else ""
    total = f"总分{scores.total_of(subject)}" if subject["total"] is not None else "没有总分"
    return Talk(
        place=place,
        name=subject["name"],
        about="　".join(wording.official(part) for part in about if part),
        result=f"{total}{ranked}{band}",
        why="；".join(
            [*reasons, *(sentence.rstrip("。") for sentence in scores.flag_sentences(source, subject))]
        ),
        deductions=_deductions(source, subject),
    )


def _deductions(source: Source, subject: Subject) -> list[str]:
    """The largest deductions, the latest of equal ones first."""
    lost = [line for line in subject["lines"] if Decimal(line["points"]) < 0]
    worst = sorted(
        sorted(lost, key=lambda line: line["date"], reverse=True), key=lambda line: Decimal(line["points"])
    )
    shown = [scores.line_of(line) for line in worst[:MOST_DEDUCTIONS]]
    return [f"{line.date} {line.name} {line.points}分" for line in shown]


def refusal(source: Source) -> str | None:
    """Why nobody can be on the list; None where somebody can."""
    if talk_codes(source):
        return None
    return (
        f"《{source.scheme.name}》的结果运用里没有约谈、谈话一类的规定；"
        "要按别的结果运用或一票否决谈话，请在文书用语“哪些结果运用要谈话”（talk_outcomes）里写明它们的名称。"
    )


TALK_LIST = Form("talk", talk_papers, refusal=refusal)
