"""Expected beside got: each figure and each line that a scenario names, and what came out.

What is expected is a document: `results` are rows of subject, and of what is checked of it: `total`, `rank`,
`band` (a code, None: no band), `components`, `outcomes` (code → text, None: none); with `period`, of that
sheet of a sub-period. `lines` are rows of subject, event, item, role (absent: any) and points. Scores are decimal
texts. What isn't named isn't checked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rulesets.engine.numbers import fraction, plain, rounded
from rulesets.engine.period import Period
from rulesets.engine.scheme import Scheme

NONE = "无"
ABSENT = "—"
# Pages show components so; their exact values may have no end.
SHOWN_DECIMALS = 2
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a subject, as texts: what it is called, what was expected (None: nothing), what came out."""

    label: str
    expected: str | None
    got: str

    @property
    def fits(self) -> bool:
        return self.expected is None or self.expected == self.got


@dataclass(frozen=True, slots=True)
class LinePair:
    """An award line; `expected` None: nothing was said of it, `got` None: it is not in the result."""

    label: str
    expected: str | None
    got: str | None

    @property
    def fits(self) -> bool:
        """A line that isn't there gives nothing, as one at 0 does."""
        return self.expected is None or self.expected == (self.got or "0")


@dataclass(frozen=True, slots=True)
class SubjectVerdict:
    """One subject of a scenario. `lines` are those expected and, where something doesn't fit, all others beside."""

    no: str
    name: str
    figures: Sequence[Figure]
    lines: Sequence[LinePair]

    @property
    def fits(self) -> bool:
        return all(figure.fits for figure in self.figures) and all(line.fits for line in self.lines)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scenario came to; `refusals` say why it could not be reckoned."""

    name: str
    subjects: Sequence[SubjectVerdict] = ()
    refusals: Sequence[str] = ()

    @property
    def passed(self) -> bool:
        return not self.refusals and all(subject.fits for subject in self.subjects)

    @property
    def failing(self) -> Sequence[SubjectVerdict]:
        return [subject for subject in self.subjects if not subject.fits]

    def messages(self) -> Iterator[str]:
        """Each difference as a sentence; under a subject that differs all its lines, expected beside got."""
        for refusal in self.refusals:
            yield f"用例“{self.name}”：{refusal}"
        for subject in self.failing:
            about = f"用例“{self.name}”：{subject.name}（{subject.no}）"
            for figure in subject.figures:
                if figure.expected is None:
                    yield f"{about}{figure.label}：实得 {figure.got}（没有写明预期）。"
                elif not figure.fits:
                    yield f"{about}{figure.label}：预期 {figure.expected}，实得 {figure.got}。"
            for line in subject.lines:
                yield f"{about}明细 {line.label}：{_line_said(line)}"


def _line_said(line: LinePair) -> str:
    got = ABSENT if line.got is None else line.got
    if line.expected is None:
        return f"实得 {got}（预期明细没有列出）。"
    return f"预期 {line.expected}，实得 {got}{'' if line.fits else '，不符'}。"


def compared(name: str, expected: Document, result: Document, scheme: Scheme) -> Verdict:
    """What a result document comes to beside what was expected of it."""
    numbers = dict.fromkeys(row["subject"] for kind in ("results", "lines") for row in expected[kind])
    subjects = {subject["no"]: subject for subject in result["subjects"]}
    absent = [no for no in numbers if no not in subjects]
    rows, lines = _by_subject(expected["results"]), _by_subject(expected["lines"])
    return Verdict(
        name,
        [
            _subject(subjects[no], rows.get(no, ()), lines.get(no, ()), scheme)
            for no in numbers
            if no in subjects
        ],
        [f"结果中没有对象“{no}”：请核对编号，以及截至日期当天是否在任。" for no in absent],
    )


def _by_subject(rows: Sequence[Document]) -> Mapping[str, Sequence[Document]]:
    found: dict[str, list[Document]] = {}
    for row in rows:
        found.setdefault(row["subject"], []).append(row)
    return found


def _subject(
    got: Document, rows: Sequence[Document], expected: Sequence[Document], scheme: Scheme
) -> SubjectVerdict:
    """`rows` and `expected` are what is expected of the subject, and of its lines."""
    figures = [figure for row in rows for figure in _figures(row, got, scheme)]
    lines, others = _lines(expected, got["lines"], scheme)
    verdict = SubjectVerdict(got["no"], got["name"], figures, lines)
    # Where all fits nobody looks at the others, of which a year has tens of thousands.
    return verdict if verdict.fits else replace(verdict, lines=[*lines, *others])


def _figures(row: Document, subject: Document, scheme: Scheme) -> Iterator[Figure]:
    part, before = subject, ""
    if "period" in row:
        period = Period.parse(row["period"])
        before = period.name
        sheet = next((s for s in subject.get("periods", ()) if s["period"] == period.code), None)
        if sheet is None:
            yield Figure(f"{before}的月份表", "有", NONE)
            return
        part = sheet
    if "total" in row:
        yield Figure(f"{before}总分", row["total"], part["total"] or NONE)
    if "rank" in row:
        yield Figure("名次", str(row["rank"]), str(subject["rank"] or NONE))
    if "band" in row:
        yield Figure("等次", _rule_name(row["band"], scheme), _rule_name(subject["band"], scheme))
    names = {component.code: component.name for component in scheme.components}
    for code, value in row.get("components", {}).items():
        got = part["components"].get(code)
        yield Figure(f"{before}{names.get(code, code)}", value, NONE if got is None else _as_fine(got, value))
    if "total" in row and row["total"] != (part["total"] or NONE):
        # Of a total that is wrong, its other components tell where to look.
        for code, value in part["components"].items():
            if code not in row.get("components", {}):
                yield Figure(f"{before}{names.get(code, code)}", None, _as_fine(value, ""))
    for code, value in row.get("outcomes", {}).items():
        got = part["outcomes"].get(code)
        yield Figure(f"{before}{_rule_name(code, scheme)}", value or NONE, said_outcome(got))


def _as_fine(got: str, expected: str) -> str:
    """A component's exact value with as many decimals as were expected of it, two at least."""
    decimals = len(expected.partition(".")[2])
    return plain(rounded(fraction(got), max(decimals, SHOWN_DECIMALS)))


def said_outcome(value: Any) -> str:
    """An outcome as a text: 是 for a mark, sub-periods in a row, 无 where there is none."""
    if value is True:
        return "是"
    return "、".join(value) if isinstance(value, list) else value or NONE


def _rule_name(code: str | None, scheme: Scheme) -> str:
    """The rule's name; its code where the scheme has no such rule any more; 无 where there is none."""
    if code is None:
        return NONE
    return next((rule.name for rule in scheme.rules if rule.code == code), code)


def _lines(
    expected: Sequence[Document], got: Sequence[Document], scheme: Scheme
) -> tuple[list[LinePair], Iterator[LinePair]]:
    """The expected lines in their order; and those that nothing was said of."""
    pairs, said = [], set[int]()
    for line in expected:
        met = {
            place: other
            for place, other in enumerate(got)
            if (other["event"], other["item"]) == (line["event"], line["item"])
            and line.get("role") in (None, other["role"])
        }
        said |= met.keys()
        points = sum((fraction(other["points"]) for other in met.values()), Fraction(0))
        label = _label(line["event"], line["item"], line.get("role"), scheme)
        pairs.append(LinePair(label, line["points"], plain(points) if met else None))
    others = (
        LinePair(_label(other["event"], other["item"], other["role"], scheme), None, other["points"])
        for place, other in enumerate(got)
        if place not in said
    )
    return pairs, others


def _label(event: str, item: str, role: str | None, scheme: Scheme) -> str:
    name = _rule_name(item, scheme)
    # What a standing rule made has no event that anybody entered.
    happened = "按期评判" if event.startswith("@") else event
    words = [happened, item, "" if name == item else name, scheme.name_of("role", role) if role else ""]
    return " ".join(word for word in words if word)
