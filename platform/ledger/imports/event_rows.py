"""Reads a row of an events file as one subject's part in an event, by the words of the unit's schemes."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ledger.entries import DEPARTMENT, PERSON, Participation
from ledger.imports.subjects import Subject, Subjects, SubjectUnknown
from ledger.imports.words import Words, WordUnknown
from rulesets.engine.numbers import LARGEST, SCALE, NumberTooFine, scaled
from rulesets.vocabulary import ItemWords, Vocabulary
from tabular import Row, Table

MOST_PLACES = 1_000_000


class EventRows:
    """Checks each row by itself and adds what is wrong to the table's faults (docs/SEMANTICS.md, 9, 10, 13)."""

    def __init__(self, table: Table, vocabulary: Vocabulary, subjects: Subjects) -> None:
        self.table = table
        self.vocabulary = vocabulary
        self.subjects = subjects
        self.items = Words("计分项", {code: item.name for code, item in vocabulary.items.items()})
        self.levels = Words("级别", vocabulary.levels)
        self.roles = Words("角色", {code: role.name for code, role in vocabulary.roles.items()})
        self.groups = Words("分组", vocabulary.groups)
        self.choices = {
            code: Words(attribute.name, attribute.choices)
            for code, attribute in vocabulary.attributes.items()
            if attribute.type == "choice"
        }

    def read(self, row: Row) -> Participation | None:
        """The row's part in its event; None where its item or subject can't be told.

        Whether the row is free of faults is known by the table's faults alone.
        """
        code, subject = self._word(row, "item", self.items), self._subject(row)
        role, level = self._word(row, "role", self.roles), self._word(row, "level", self.levels)
        if not code or subject is None:
            return None
        item = self.vocabulary.items[code]
        self._check_number(row)
        self._check_role(row, item, role)
        self._check_level(row, item, level)
        self._check_subject(row, item, subject)
        self._check_places(row, item)
        if item.evidence_needed and row["evidence"] is None:
            self._fault(row, "evidence", f"计分项 {item.code}（{item.name}）必须有依据；请填写文号等依据")
        return Participation(
            item=item.code,
            subject_kind=subject.kind,
            subject=subject.code,
            role=role,
            level=level,
            quantity=self._quantity(row, item),
            rank=row["rank"],
            out_of=row["out_of"],
            attributes=self._attributes(row, item),
            remark=row["remark"] or "",
        )

    def _fault(self, row: Row, column: str, problem: str) -> None:
        """Adds a fault unless the cell was refused already."""
        if column not in row.faulty:
            self.table.faults.add(row.number, column, problem)

    def _word(self, row: Row, column: str, words: Words) -> str:
        """The code in a column; empty where there is none or none that is known."""
        text = row[column]
        if text is None:
            return ""
        return self._found(row, column, words.code_of, text) or ""

    def _found(self, row: Row, column: str, find: Callable[[str], Any], text: str) -> Any:
        try:
            return find(text)
        except (WordUnknown, SubjectUnknown) as unknown:
            self._fault(row, column, str(unknown))
            return None

    def _subject(self, row: Row) -> Subject | None:
        text = row["subject"]
        return None if text is None else self._found(row, "subject", self.subjects.find, text)

    def _check_role(self, row: Row, item: ItemWords, role: str) -> None:
        if not role:
            if item.role_needed and row["role"] is None:
                self._fault(
                    row, "role", f"计分项 {item.code} 须填写角色；允许 {self.roles.listed(item.roles)}"
                )
        elif not item.roles:
            self._fault(row, "role", f"计分项 {item.code} 不分角色；请留空")
        elif role not in item.roles:
            allowed = self.roles.listed(item.roles)
            self._fault(
                row, "role", f"计分项 {item.code} 没有角色 {self.roles.listed([role])}；允许 {allowed}"
            )

    def _check_number(self, row: Row) -> None:
        """What standing rules make is numbered `@RULE:PERIOD`: an event must not look like it."""
        if (row["event_no"] or "").startswith("@"):
            self._fault(row, "event_no", "事件号不能以 @ 开头，这样的编号留给按期评判的明细；请改用其他编号")

    def _check_level(self, row: Row, item: ItemWords, level: str) -> None:
        if item.level_needed and row["level"] is None:
            allowed = self.levels.listed(self.vocabulary.levels)
            self._fault(row, "level", f"计分项 {item.code} 须填写级别；允许 {allowed}")

    def _check_subject(self, row: Row, item: ItemWords, subject: Subject) -> None:
        if subject.kind == DEPARTMENT:
            if item.subject == PERSON and not item.members:
                self._fault(
                    row, "subject", f"计分项 {item.code} 只能记在个人名下，不能填部门；允许人员的工号"
                )
            if item.subject == PERSON and row["role"] is not None:
                self._fault(row, "role", "部门的事项不填角色；担任角色的人请另起一行，填写其工号")
            return
        if item.subject == DEPARTMENT and not item.is_veto:
            self._fault(row, "subject", f"计分项 {item.code} 只能记在部门名下，不能填个人；允许部门编码")
        day = row["date"]
        if day is not None:
            self._check_post(row, item, subject.code, day)

    def _check_post(self, row: Row, item: ItemWords, number: str, day: datetime.date) -> None:
        if not self.subjects.is_appointed(number, day):
            self._fault(
                row, "date", f"人员 {number} 在 {day} 没有任职（兼任不算）；请核对日期，或先补充其任职"
            )
            return
        group = self.subjects.group_on(number, day)
        if item.groups and group not in item.groups:
            own = self.groups.listed([group]) if group else "未分组"
            allowed = self.groups.listed(item.groups)
            self._fault(
                row,
                "item",
                f"计分项 {item.code} 不适用于人员 {number} 当日的分组（{own}）；适用于 {allowed}",
            )

    def _check_places(self, row: Row, item: ItemWords) -> None:
        rank, out_of = row["rank"], row["out_of"]
        for column, number, needed in (
            ("rank", rank, item.rank_needed),
            ("out_of", out_of, item.out_of_needed),
        ):
            if number is None and needed:
                self._fault(row, column, f"计分项 {item.code} 须填写此列；允许 1 以上的整数")
            if number is not None and not 1 <= number <= MOST_PLACES:
                self._fault(row, column, f"“{number}”不合适；允许 1 至 {MOST_PLACES} 的整数")
        if rank is not None and out_of is not None and rank > out_of:
            self._fault(row, "rank", f"名次 {rank} 大于总数 {out_of}；名次不能超过总数")

    def _quantity(self, row: Row, item: ItemWords) -> int:
        """The quantity in units of 1/10000; an empty one is 1."""
        number: Decimal | None = row["quantity"]
        if number is None:
            return SCALE
        try:
            units = scaled(number)
        except NumberTooFine:
            self._fault(row, "quantity", f"“{number}”过大；允许绝对值不超过 {LARGEST // SCALE}")
            return SCALE
        if units < 0 and not item.quantity_signed:
            self._fault(row, "quantity", f"计分项 {item.code} 的数量不能为负数；允许 0 以上的数")
        if item.quantity_read:
            self._check_product(row, item, units)
        return units

    def _check_product(self, row: Row, item: ItemWords, units: int) -> None:
        products = [value * units for value in item.values]
        if any(product % SCALE for product in products):
            problem = f"“{row['quantity']}”与计分项 {item.code} 的分值相乘后小数超过 4 位；请减少小数位数"
            self._fault(row, "quantity", problem)
        elif any(abs(product) > LARGEST * SCALE for product in products):
            self._fault(row, "quantity", f"“{row['quantity']}”与计分项 {item.code} 的分值相乘后过大；请核对")

    def _attributes(self, row: Row, item: ItemWords) -> tuple[tuple[str, str], ...]:
        """The further attributes that the row fills in, as pairs of code and text."""
        pairs = []
        for code, attribute in sorted(self.vocabulary.attributes.items()):
            value = row[code]
            if value is None:
                if code in item.attributes:
                    allowed = self._allowed(item, code)
                    self._fault(row, code, f"计分项 {item.code} 须填写{attribute.name}；允许 {allowed}")
                continue
            if code in self.choices:
                value = self._word(row, code, self.choices[code])
                self._check_choice(row, item, code, value)
            pairs.append((code, text_of(value)))
        return tuple(pairs)

    def _check_choice(self, row: Row, item: ItemWords, code: str, choice: str) -> None:
        named = item.attributes.get(code)
        if choice and named and choice not in named:
            allowed = self._allowed(item, code)
            said = self.choices[code].listed([choice])
            self._fault(row, code, f"计分项 {item.code} 没有 {said} 这一档；允许 {allowed}")

    def _allowed(self, item: ItemWords, code: str) -> str:
        """What an item takes of an attribute, as it stands in a message."""
        named = item.attributes.get(code)
        return self.choices[code].listed(named) if named and code in self.choices else "与考核办法一致的内容"


def text_of(value: Any) -> str:
    """An attribute's value as the record keeps it: yes or no, 2025-05-01, a plain number, a code."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
