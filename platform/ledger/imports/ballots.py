"""Imports review ballots. A later ballot of the same key replaces the earlier, in the file and on record."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from ledger.chain import Source, lock
from ledger.closing import refuse_closed
from ledger.entries import PERSON, BallotEntry, Change, changes_of
from ledger.imports.doubts import doubted_periods
from ledger.imports.opening import check_lengths, name_of, opened, read_labels, vocabulary_needed
from ledger.imports.records import keep_record
from ledger.imports.report import ImportReport
from ledger.imports.rows import period_of, report_of, subject_of, units_of_number
from ledger.imports.subjects import Subject, Subjects
from ledger.imports.words import Words, WordUnknown
from ledger.imports.writing import write_ballots
from ledger.models import Ballot, ImportRecord
from ledger.raters import fingerprint_of
from ledger.stored import recorded_ballots
from rulesets.engine.numbers import SCALE, plain_points
from rulesets.engine.period import PERIOD_KIND_NAMES, Period, PeriodKind
from rulesets.names import CodeNames, called, names_of
from rulesets.vocabulary import ReviewWords, Vocabulary
from tabular import Column, Row, Table
from units.models import Account, Unit

COLUMNS = (
    Column("period", "期间", "code", required=True),
    Column("round", "轮次", "code"),
    Column("part", "部分", "code", required=True),
    Column("rater_group", "评议组", "code"),
    Column("rater", "评议人", "code", required=True),
    Column("rater_department", "评议人部门", "code"),
    Column("subject", "对象", "code", required=True),
    Column("score", "分数", "decimal", required=True),
)
TEXTS = {"round": "round", "rater_group": "rater_group", "rater": "rater"}
HIGHEST = 100


@transaction.atomic
def import_ballots(
    unit: Unit,
    source: Path | BinaryIO,
    *,
    filename: str = "",
    account: Account | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Adds the file's ballots to the record, as one batch; the same file twice changes nothing.

    Who cast a ballot is kept as a fingerprint only, and named in no message.
    Raises FileMissing, NoVocabulary, or TableRefused with every fault by row and column.
    """
    vocabulary = vocabulary_needed(unit)
    table = opened(source, COLUMNS, filename)
    subjects = Subjects.of_unit(unit)
    read_labels(table, "rater_department", subjects.department_names)
    read_group_names(table, names_of(unit.pk).rater_groups)
    check_lengths(table, Ballot, TEXTS)
    entries = [ballot_entry(table, row, unit, vocabulary, subjects) for row in table.rows]
    table.raise_if_faulty()
    last = {entry.key: entry for entry in entries if entry is not None}
    lock(unit)
    recorded = recorded_ballots(unit, {entry.period for entry in last.values()})
    changes = changes_of(last.values(), recorded)
    refuse_closed(unit, table, changes, "period", ["period", "subject", "part"])
    names = names_of(unit.pk)
    doubts = doubted_periods(table, changes, entries)
    lines = [_line(change, names, subjects.names) for change in changes]
    report = report_of(len(last), changes, lines, doubts)
    if changes and not dry_run:
        origin = Source(name_of(source, filename), table.sha256, account)
        batch = write_ballots(unit, changes, subjects, origin)
        keep_record(unit, ImportRecord.Kind.BALLOTS, origin, report, batch)
    return report


def read_group_names(table: Table, names: Mapping[str, str]) -> None:
    """Puts the code in the place of each name of a rater group; what names none stays to be judged as a code."""
    words = Words("评议组", names)
    for place, row in enumerate(table.rows):
        text = row["rater_group"]
        if text is None or not names:
            continue
        with suppress(WordUnknown):
            table.rows[place] = row.with_value("rater_group", words.code_of(text))


def ballot_entry(
    table: Table, row: Row, unit: Unit, vocabulary: Vocabulary, subjects: Subjects
) -> BallotEntry | None:
    """The row's ballot; None, with faults, where it can't be told."""
    period, subject = period_of(table, row), subject_of(table, row, subjects)
    score = units_of_number(table, row, "score")
    if score is not None and not 0 <= score <= HIGHEST * SCALE:
        table.faults.add(row.number, "score", f"“{row['score']}”超出范围；允许 0 至 {HIGHEST}")
    _check_words(table, row, vocabulary, subjects)
    if reviews := vocabulary.reviews.get(row["part"] or ""):
        _check_reach(table, row, reviews, period, subject)
    if not (period and subject and row["part"] and row["rater"]) or score is None:
        return None
    return BallotEntry(
        period=period,
        round=row["round"] or "",
        part=row["part"],
        rater_group=row["rater_group"] or "",
        rater=fingerprint_of(unit, row["rater"]),
        subject_kind=subject.kind,
        subject=subject.code,
        rater_department=row["rater_department"] or "",
        score=score,
    )


def _check_reach(
    table: Table, row: Row, reviews: Sequence[ReviewWords], period: str | None, subject: Subject | None
) -> None:
    """A ballot that no review would read is refused: one of another kind of period, or of another kind of subject."""
    kinds = {kind for review in reviews for kind in review.kinds}
    if period is not None and Period.parse(period).kind not in kinds:
        allowed = "、".join(PERIOD_KIND_NAMES[kind] for kind in PeriodKind if kind in kinds)
        problem = f"部分 {row['part']} 不按{PERIOD_KIND_NAMES[Period.parse(period).kind]}测评；允许的期间：{allowed}"
        table.faults.add(row.number, "period", problem)
    if subject is not None and subject.kind not in {review.subject for review in reviews}:
        allowed = "部门编码" if subject.kind == PERSON else "工号"
        table.faults.add(row.number, "subject", f"部分 {row['part']} 不测评“{subject.code}”；允许{allowed}")


def _check_words(table: Table, row: Row, vocabulary: Vocabulary, subjects: Subjects) -> None:
    part, department = row["part"], row["rater_department"]
    if part is not None and part not in vocabulary.reviews:
        allowed = "、".join(sorted(vocabulary.reviews)) or "（本单位的考核办法没有测评部分）"
        table.faults.add(row.number, "part", f"没有部分“{part}”；允许 {allowed}")
    elif part is not None:
        _check_review(table, row, vocabulary.reviews[part])
    if department is not None and department not in subjects.departments:
        problem = f"没有部门“{department}”；允许本单位的部门编码，外单位人员请留空"
        table.faults.add(row.number, "rater_department", problem)


def _check_review(table: Table, row: Row, reviews: Sequence[ReviewWords]) -> None:
    """A part in rounds takes ballots of its rounds alone, and a round in rater groups of its groups alone."""
    part, turn, group = row["part"], row["round"], row["rater_group"]
    rounds = [review.round for review in reviews]
    held = [review for review in reviews if review.round in (None, turn)]
    if not held:
        allowed = "、".join(code for code in dict.fromkeys(rounds) if code)
        problem = f"部分 {part} 没有轮次“{turn}”" if turn else f"部分 {part} 须填写轮次"
        table.faults.add(row.number, "round", f"{problem}；允许 {allowed}")
        return
    groups = dict.fromkeys(code for review in held for code in review.groups)
    if group in groups or not all(review.groups for review in held):
        return
    about = f"部分 {part} 的轮次 {turn}" if turn in rounds else f"部分 {part}"
    problem = f"{about} 没有评议组“{group}”" if group else f"{about} 须填写评议组"
    table.faults.add(row.number, "rater_group", f"{problem}；允许 {'、'.join(groups)}")


def _line(change: Change, names: CodeNames, subjects: Mapping[str, str]) -> str:
    entry = change.entry
    assert isinstance(entry, BallotEntry)
    told = (
        Period.parse(entry.period).name,
        called(entry.round, names.rounds),
        called(entry.part, names.parts),
        called(entry.rater_group, names.rater_groups),
        f"{subjects[entry.subject]}（{entry.subject}）",
    )
    about = " ".join(text for text in told if text)
    if change.before is None:
        return f"新增 测评票 {about}：{plain_points(entry.score)} 分"
    assert isinstance(change.before.entry, BallotEntry)
    before, after = plain_points(change.before.entry.score), plain_points(entry.score)
    return f"变更 测评票 {about}：{before} 分 → {after} 分"
