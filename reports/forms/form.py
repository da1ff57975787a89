"""What a form is: its name, whom it is for, how its papers are made; and what all papers have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from jobs.refusal import Refusal
from reports.forms.source import Source, Subject
from reports.rendering import Paper
from rulesets.wordings import FORMS as NAMES
from tabular.writing import Sheet

Subjects = Sequence[Subject]


class FormNotApplicable(Refusal):
    """The form has nothing to say under this scheme or in this period."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that can be printed.

    papers: the papers of some subjects of a source; one for each of them where `is_for_each`, else one (or a few)
    for all together. needs_result: whether scores stand on it. sizes: the sizes of paper that it is made for.
    front: the sheet before the papers of several subjects that are bound together.
    pictures: the papers that become PNGs; workbook: the same as sheets; None where there is no such thing.
    refusal: the sentence why the form doesn't apply to a source, None where it does.
    """

    code: str
    papers: Callable[[Source, Subjects], list[Paper]]
    is_for_each: bool = False
    needs_result: bool = True
    sizes: tuple[str, ...] = ("A4",)
    pictures: Callable[[Source, Subjects], list[Paper]] | None = None
    workbook: Callable[[Source, Subjects], list[Sheet]] | None = None
    front: Callable[[Source, Subjects], Paper] | None = None
    refusal: Callable[[Source], str | None] = lambda source: None

    @property
    def name(self) -> str:
        return NAMES[self.code]

    @property
    def formats(self) -> tuple[str, ...]:
        """What the form can be had as."""
        return ("pdf", *(["png"] if self.pictures else []), *(["xlsx"] if self.workbook else []))

    def require_applicable(self, source: Source) -> None:
        """Raises FormNotApplicable with the sentence why."""
        sentence = self.refusal(source)
        if sentence is not None:
            raise FormNotApplicable(f"不能打印{self.name}：{sentence}")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the contents of every paper."""

    title: str
    intro: Sequence[str]
    signatures: Sequence[str]
    footer: Sequence[str]
    imprint: Sequence[str]


def frame_of(source: Source, code: str, subjects: Subjects, title: str | None = None) -> Frame:
    """The frame of a form as the edition words it; `title` where the form knows better than its text."""
    return Frame(
        title=source.text(f"{code}_title", subjects) if title is None else title,
        intro=source.lines(f"{code}_intro", subjects) if code not in ("annual",) else (),
        signatures=source.items(f"{code}_signatures")
        if code not in ("annual", "notice", "appraisal")
        else (),
        footer=source.lines(f"{code}_footer", subjects) if code != "notice" else (),
        imprint=imprint_of(source),
    )


def imprint_of(source: Source) -> list[str]:
    """The sentences at the foot of every page: by what the paper was made, and the digests that anchor it."""
    result = source.result
    document = f"（{result['document']}）" if result["document"] else ""
    made = "核算" if result["digest"] else "编制"
    basis = f"依据《{result['scheme_name']}》{document}第{result['edition']}版{made}，数据截至{source.as_of_name}。"
    digest = [f"核验码：{result['digest']}"] if result["digest"] else []
    return [basis, *digest, f"台账链码：{source.record.chain_head}"]


def paper_of(
    code: str, stem: str, view: Any, frame: Frame, styles: Sequence[str], template: str = ""
) -> Paper:
    """A paper from the template of its form; `view` is what the template shows as `form`."""
    html = render_to_string(f"reports/{template or code}.html", {"form": view, "frame": frame})
    return Paper(stem, html, tuple(styles))


def stem_of(source: Source, title: str, subject: Subject | None = None) -> str:
    """A file name: 积分台账_1001_王某, or with unit and period where it is for all."""
    about = (
        [subject["no"], subject["name"]]
        if subject
        else [source.result["unit_name"], source.result["period_name"]]
    )
    return "_".join([title, *about])
