"""The form field of a rule's condition: rows in groups on the page, the stored tree behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from rulesets.condition_rows import (
    JOINS,
    Builder,
    ConditionRow,
    Group,
    RowsFaulty,
    Subject,
    builder_of,
    subjects_of,
    tree_of,
)
from rulesets.condition_text import ConditionWords, write_condition
from rulesets.engine.conditions import ConditionMalformed, ConditionTooBroad, alternatives, parse_condition

MOST_GROUPS = 20
MOST_ROWS = 50
TOP_JOINS = (("all", "各组都要满足"), ("any", "满足任一组即可"))


class ConditionWidget(forms.Widget):
    """Draws the rows; `stored_text` is shown instead where the stored condition can't be taken apart."""

    template_name = "rulesets/condition.html"

    def __init__(self, subjects: Mapping[str, Subject], stored_text: str = "") -> None:
        super().__init__()
        self.subjects = subjects
        self.stored_text = stored_text

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Builder | None:
        """The rows that were sent; None where the condition is to stay as it is."""
        if f"{name}-join" not in data or (self.stored_text and data.get(f"{name}-anew") != "on"):
            return None
        groups = []
        for group in range(MOST_GROUPS):
            if f"{name}-g{group}-join" not in data:
                continue
            prefixes = [f"{name}-g{group}-r{row}" for row in range(MOST_ROWS)]
            rows = [_row_from(data, prefix) for prefix in prefixes if f"{prefix}-field" in data]
            groups.append(Group(data[f"{name}-g{group}-join"], [row for row in rows if not row.is_blank]))
        return Builder(data[f"{name}-join"], [group for group in groups if group.rows])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        builder = value if isinstance(value, Builder) else Builder()
        groups = builder.groups or [Group()]
        drawn = [
            {
                "prefix": f"{name}-g{place}",
                "join": group.join,
                "rows": self._rows([*group.rows, ConditionRow()]),
            }
            for place, group in enumerate(groups)
        ]
        return super().get_context(name, value, attrs) | {
            "join": builder.join,
            "top_joins": TOP_JOINS,
            "joins": JOINS,
            "groups": drawn,
            "blanks": self._rows([ConditionRow()]),
            "subjects": list(self.subjects.values()),
            "stored_text": self.stored_text,
            "several": len(groups) > 1,
            "offered": {
                code: {"values": subject.values, "operators": subject.operators}
                for code, subject in self.subjects.items()
            },
        }

    def _rows(self, rows: list[ConditionRow]) -> list[dict[str, Any]]:
        everything = {operator for subject in self.subjects.values() for operator in subject.operators}
        return [
            {
                "place": place,
                "row": row,
                "values": self.subjects[row.field].values if row.field in self.subjects else (),
                "operators": self.subjects[row.field].operators
                if row.field in self.subjects
                else sorted(everything, key=lambda pair: pair[0] != "eq"),
                "asks_presence": row.operator in ("missing", "present"),
            }
            for place, row in enumerate(rows)
        ]


def _row_from(data: Any, prefix: str) -> ConditionRow:
    field, operator, value = (data.get(f"{prefix}-{part}", "") for part in ("field", "is", "value"))
    return ConditionRow(field, operator, value.strip())


class ConditionField(forms.Field):
    """A rule's condition. What isn't changed on the page keeps its stored form to the letter."""

    widget: ConditionWidget

    def __init__(self, stored: Mapping[str, Any] | None, snapshot: Mapping[str, Any], **options: Any) -> None:
        self.stored = stored
        self.subjects = subjects_of(snapshot)
        self.built = builder_of(stored, self.subjects)
        text = write_condition(stored, ConditionWords.of(snapshot)) if stored and self.built is None else ""
        super().__init__(required=False, widget=ConditionWidget(self.subjects, text), **options)

    def prepare_value(self, value: Any) -> Any:
        """The rows: those that were sent, or those of the stored condition."""
        return value if isinstance(value, Builder) else self.built

    def clean(self, value: Builder | None) -> Any:
        if value is None or value == self.built:
            return self.stored
        try:
            tree = tree_of(value, self.subjects)
            alternatives(parse_condition(tree, "本规则"), "本规则")
        except RowsFaulty as faulty:
            raise ValidationError(list(faulty.faults)) from None
        except (ConditionMalformed, ConditionTooBroad) as fault:
            raise ValidationError(f"{fault}。") from None
        return tree

    def has_changed(self, initial: Any, data: Any) -> bool:
        return data is not None and data != self.built
