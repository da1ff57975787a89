"""The columns that lists of subjects may have, by the words in which a unit chooses them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports import wording
from reports.forms import scores
from reports.forms.form import Subjects
from reports.forms.layout import text_width
from reports.forms.source import Source, Subject
from rulesets.wordings import COLUMNS, ORDERS, SHOWN_NAMES
from tabular.writing import Written

# The usual family names of two characters.
COMPOUND_SURNAMES = frozenset(
    [
        *("欧阳", "上官", "司马", "诸葛", "尉迟", "皇甫", "东方", "慕容", "令狐", "司徒", "夏侯", "公孙"),
        *("长孙", "宇文", "端木", "轩辕", "独孤", "南宫", "澹台", "申屠", "闻人", "淳于", "单于", "赫连"),
    ]
)
MOST_STARS = 2
# A column of longer texts may be as narrow as this, and asks for no more than that; millimetres.
NARROWEST_TEXT, WIDEST_TEXT = 17.0, 58.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its text of a subject at a place (from 1).

    number: what a workbook holds instead of the text, where it is a number.
    """

    heading: str
    text: Callable[[int, Subject], str]
    is_text: bool = False
    number: Callable[[int, Subject], Written] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a list."""

    text: str
    is_text: bool


def columns_of(source: Source, codes: Iterable[str], names: str = "full") -> list[Column]:
    """The columns of these codes (`rulesets.wordings.COLUMNS`); “components” makes one of each component."""
    found: list[Column] = []
    for code in codes:
        found += component_columns(source) if code == "components" else [_column(source, code, names)]
    return found


def _column(source: Source, code: str, names: str) -> Column:
    departments = source.of_departments
    match code:
        case "place":
            return Column("序号", lambda place, _: str(place), number=lambda place, _: place)
        case "rank":
            return Column("名次", lambda _, s: scores.rank_of(s), number=lambda _, s: s["rank"])
        case "no":
            return Column("代码" if departments else "工号", lambda _, s: s["no"])
        case "name":
            return Column(
                "部门" if departments else "姓名", lambda _, s: shown_name(s["name"], names, departments)
            )
        case "department":
            return Column("部门", lambda _, s: wording.official(s["department_name"] or ""))
        case "position":
            return Column("职务", lambda _, s: wording.official(s["position"] or ""))
        case "group":
            return Column("分组", lambda _, s: s["group_name"] or "")
        case "total":
            return Column("总分", lambda _, s: scores.total_of(s), number=lambda _, s: _decimal(s["total"]))
        case "band":
            return Column("等次", lambda _, s: band_text(s))
    return Column("结果运用", lambda _, s: scores.outcome_words(source, s), is_text=True)


def component_columns(source: Source) -> list[Column]:
    """A column of each component, with two decimals."""

    def of(code: str, name: str) -> Column:
        return Column(
            wording.official(name),
            lambda _, s: (
                wording.two_decimals(s["components"][code]) if _is_reckoned(s, code) else wording.NOT_ANY
            ),
            number=lambda _, s: _decimal(s["components"][code]) if _is_reckoned(s, code) else None,
        )

    return [of(component["code"], component["name"]) for component in source.result["components"]]


def _is_reckoned(subject: Subject, code: str) -> bool:
    """Whether the subject has points in a component: not where the roster takes it out of the assessment."""
    return code in subject["components"] and "excluded" not in subject["flags"]


def band_text(subject: Subject) -> str:
    """The band, marked where the committee set another than the reckoned one."""
    return scores.band_of(subject) + ("（审定）" if scores.is_decided_otherwise(subject) else "")


def chosen_columns(source: Source, form: str) -> list[str]:
    """The codes of the columns that the edition chooses for a form; departments have none that only people have."""
    codes = [COLUMNS[item] for item in source.items(f"{form}_columns") if item in COLUMNS]
    if source.of_departments:
        codes = [
            "name" if code == "department" else code for code in codes if code not in ("position", "group")
        ]
    return list(dict.fromkeys(codes))


def ordered(source: Source, subjects: Subjects, order: str) -> list[Subject]:
    """The subjects by rank (those without one last), number, department or name."""

    def by_rank(subject: Subject) -> tuple[bool, int]:
        return subject["rank"] is None, subject["rank"] or 0

    match ORDERS.get(order):
        case "no":
            return sorted(subjects, key=lambda s: s["no"])
        case "department":
            return sorted(subjects, key=lambda s: (s["department"] or "", *by_rank(s), s["no"]))
        case "name":
            return sorted(subjects, key=lambda s: (_spelled(s["name"]), s["no"]))
    return sorted(subjects, key=lambda s: (*by_rank(s), s["no"]))


def _spelled(name: str) -> str:
    """A name as dictionaries order it."""
    from pypinyin import lazy_pinyin

    return " ".join(lazy_pinyin(name))


def shown_name(name: str, style: str, is_department: bool = False) -> str:
    """The name as the unit wants it shown: in full, or the family name alone, the rest as stars: 张**, 欧阳*."""
    if is_department or SHOWN_NAMES.get(style, style) == "full" or len(name) < 2:
        return name
    kept = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:kept] + "*" * min(len(name) - kept, MOST_STARS)


def rows_of(columns: Sequence[Column], subjects: Subjects) -> list[list[Cell]]:
    """The cells of a list."""
    return [
        [Cell(column.text(place, subject), column.is_text) for column in columns]
        for place, subject in enumerate(subjects, start=1)
    ]


def without_empty(columns: Sequence[Column], subjects: Subjects) -> list[Column]:
    """The columns in which somebody has something."""
    nothing = ("", wording.NOT_ANY)
    return [
        column for column in columns if any(column.text(1, subject) not in nothing for subject in subjects)
    ]


def fitted_widths(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], room: float, em: float, beside: float = 1.0
) -> list[float] | None:
    """Widths in millimetres that fill the room, as the texts need them; None where the columns don't fit.

    em: the size of a character; beside: the room beside a heading in its cell. Longer texts may wrap; numbers and
    short words may not.
    """
    natural, least = [], []
    for place, column in enumerate(columns):
        widest = max((text_width(row[place].text) for row in rows), default=0) * em + 2.2
        # A heading may stand in three lines of at least two characters.
        heading = max(2, -(-text_width(column.heading) // 3)) * em + beside
        wanted = max(min(widest, WIDEST_TEXT), heading)
        natural.append(wanted)
        least.append(max(min(wanted, NARROWEST_TEXT), heading) if wanted > NARROWEST_TEXT else wanted)
    if sum(least) > room:
        return None
    if sum(natural) <= room:
        spare = (room - sum(natural)) / max(len(natural), 1)
        return [round(width + spare, 2) for width in natural]
    share = (room - sum(least)) / (sum(natural) - sum(least))
    return [round(low + (high - low) * share, 2) for low, high in zip(least, natural, strict=True)]


def split_rows(
    rows: Sequence[list[Cell]], kept: int = 3
) -> tuple[Sequence[list[Cell]], Sequence[list[Cell]]]:
    """The rows, and the last ones that stay together so that none stands alone on a page."""
    at = max(len(rows) - kept, 0)
    return rows[:at], rows[at:]


def _decimal(number: str | None) -> Decimal | None:
    return None if number is None else Decimal(number)


@dataclass(frozen=True, slots=True)
class Table:
    """A list as the template draws it: headings with widths in millimetres; rows, the last ones kept together."""

    columns: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[Cell]]
    last: Sequence[Sequence[Cell]]
    caption: str = ""
    nothing: str = "没有考核对象。"


def list_table(
    columns: Sequence[Column],
    subjects: Subjects,
    room: float,
    em: float,
    caption: str = "",
    nothing: str = "",
    sums: Sequence[Cell] = (),
) -> Table:
    """A list of these columns, as wide as the room in millimetres; columns that don't fit wrap.

    sums: a last row that stands under those of the subjects; none where it is empty.
    """
    rows = [*rows_of(columns, subjects), *([list(sums)] if sums else [])]
    widths = fitted_widths(columns, rows, room, em) or [room / len(columns)] * len(columns)
    headings = [(balanced(c.heading, w - 1, em), w) for c, w in zip(columns, widths, strict=True)]
    return Table(headings, *split_rows(rows), caption, nothing or "没有考核对象。")


def split_columns(
    head: Sequence[Column],
    parts: Sequence[Column],
    closing: Sequence[Column],
    subjects: Subjects,
    room: float,
    last_room: float,
    em: float,
) -> list[list[Column]]:
    """The columns of one list where all fit, else of several: the head and as many parts as fit, the closing ones last.

    room: the width of a list in millimetres; last_room: that of the last.
    """

    def fit(columns: Sequence[Column], width: float) -> bool:
        return fitted_widths(columns, rows_of(columns, subjects), width, em) is not None

    split, rest = [], list(parts)
    while rest and not fit([*head, *rest, *closing], last_room):
        many = max((n for n in range(1, len(rest) + 1) if fit([*head, *rest[:n]], room)), default=1)
        split.append([*head, *rest[:many]])
        rest = rest[many:]
    return [*split, [*head, *rest, *closing]]


def balanced(heading: str, width: float, em: float) -> str:
    """A heading in lines of equal length, where one is too long for its column: 业务工作 → 业务, 工作."""
    needed = int(-(-text_width(heading) * em // max(width, em)))
    if needed <= 1:
        return heading
    lines = [heading]
    for count in range(needed, len(heading) + 1):
        size = -(-len(heading) // count)
        lines = [heading[start : start + size] for start in range(0, len(heading), size)]
        if max(map(text_width, lines)) * em <= width:
            break
    return "\n".join(lines)
