"""Scores, lines, bands and outcomes of a subject as papers write them; the same on all forms."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from reports import wording
from reports.forms.source import Source, Subject
from rulesets.engine.period import Period

# What stands for the event number where a standing rule made the line, not an event.
STANDING = "按期评判"
# Where the column of a text points to the row under the line.
BELOW = "见下行"
SUM_DIFFERS = "各部分得分各保留两位小数，总分按未舍入的数值相加后舍入一次，故与上列各部分之和略有不同。"
FACTOR_OF_EACH = "有折算系数的，总分为各部分得分之和乘以其系数。"
FACTOR = "总分为各部分得分之和乘以系数{}。"


@dataclass(frozen=True, slots=True)
class Line:
    """An award line as papers show it; all are texts, `about` is role and level, `why` the reasons.

    further: what stands below the line, over the whole width, as it would make its cell as high as a page.
    """

    date: str
    event: str
    name: str
    about: str
    clause: str
    evidence: str
    raw: str
    points: str
    why: str
    further: str = ""


def line_of(line: Mapping[str, Any], evidence: str = "") -> Line:
    """A line of a result in words, with the evidence of its event where the paper shows it."""
    about = [line[key] for key in ("role_name", "level_name") if line[key]]
    is_standing = line["event"].startswith("@")
    return Line(
        date=wording.month_and_day(datetime.date.fromisoformat(line["date"])),
        event=STANDING if is_standing else line["event"],
        name=wording.official(line["name"]),
        about="、".join(about),
        clause=wording.official(line["clause"]),
        evidence=wording.official(evidence),
        raw=wording.signed(line["raw"]),
        points=wording.signed(line["points"]),
        why="；".join(wording.reason_words(reason) for reason in line["reasons"]),
    )


def with_room(line: Line, longest_clause: int, longest_evidence: int = 0) -> Line:
    """The line with a clause or evidence of more characters moved below it; no evidence is where none is shown."""
    further = []
    if len(line.clause) > longest_clause:
        further.append(f"依据条款：{line.clause}")
        line = replace(line, clause=BELOW)
    if len(line.evidence) > longest_evidence:
        further.append(f"依据材料：{line.evidence}")
        line = replace(line, evidence=BELOW)
    return replace(line, further=f"（{line.event}）{'　'.join(further)}") if further else line


def total_of(subject: Subject) -> str:
    """The total with two decimals, more where the scheme has them; dashes for who is not ranked."""
    return wording.NOT_ANY if subject["total"] is None else wording.padded(subject["total"])


def rank_of(subject: Subject) -> str:
    return wording.NOT_ANY if subject["rank"] is None else str(subject["rank"])


def band_of(subject: Subject) -> str:
    """The name of the band that holds, as decided where it was decided."""
    return wording.official(subject["band_name"] or wording.NOT_ANY)


def is_decided_otherwise(subject: Subject) -> bool:
    """Whether the committee set another band than the reckoned one."""
    return "band_reckoned" in subject


def decision_sentence(subject: Subject, with_reason: bool = True) -> str | None:
    """What the committee decided, beside what was reckoned; None where it decided nothing on the subject."""
    if "decision" not in subject:
        return None
    decision = subject["decision"]
    minutes = f"（会议纪要：{wording.official(decision['minutes'])}）" if decision["minutes"] else ""
    reason = f"，理由：{wording.official(decision['reason'])}" if with_reason and decision["reason"] else ""
    if is_decided_otherwise(subject):
        reckoned = wording.official(subject["band_reckoned_name"] or "无等次")
        return f"核算等次为{reckoned}，经考核委员会审定为{band_of(subject)}{minutes}{reason}。"
    return f"等次经考核委员会审定{minutes}{reason}。"


def flag_sentences(source: Source, subject: Subject) -> list[str]:
    return [wording.flag_sentence(flag, source.names) for flag in subject["flags"]]


def sum_note(subject: Subject) -> str | None:
    """Why the components as shown do not make the total as shown; None where they do."""
    if subject["total"] is None:
        return None
    if "factor" in subject:
        return FACTOR.format(subject["factor"])
    shown = sum(Decimal(wording.two_decimals(value)) for value in subject["components"].values())
    return SUM_DIFFERS if shown != Decimal(subject["total"]) else None


def outcomes_of(source: Source, subject: Subject) -> list[tuple[str, str]]:
    """The outcomes by name in the scheme's order, with a figure, the sub-periods that they are for, or nothing."""
    order = {rule.code: place for place, rule in enumerate(source.scheme.rules)}
    codes = sorted(subject["outcomes"], key=lambda code: (order.get(code, len(order)), code))
    return [
        (wording.official(source.names.get(code, code)), _outcome_value(subject["outcomes"][code]))
        for code in codes
    ]


def outcomes_by_code(subject: Subject) -> dict[str, str]:
    """Each outcome in words; a flag-like one is 是."""
    return {code: _outcome_value(value) or "是" for code, value in subject["outcomes"].items()}


def outcome_words(source: Source, subject: Subject) -> str:
    """The outcomes in one text: “奖金系数1；约谈”."""
    return "；".join(f"{name}：{value}" if value else name for name, value in outcomes_of(source, subject))


def _outcome_value(value: Any) -> str:
    if value is True:
        return ""
    if isinstance(value, list):
        return "、".join(Period.parse(code).name for code in value)
    return str(value)
