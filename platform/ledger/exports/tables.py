"""Tables of the record for spreadsheets: they have the columns of the imports, and come in again as unchanged."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from ledger.imports import metrics, roster
from ledger.imports.event_columns import event_columns
from ledger.imports.labels import LabelContradicts, code_in, label_of
from ledger.imports.words import Words
from ledger.models import Metric, Participant
from rulesets.vocabulary import AttributeWords, vocabulary_of
from tabular import Sheet
from tabular.writing import Written
from units.models import Appointment, Department, Person, Unit

# Never leaves by a table: it is shown to nobody as a whole.
SECRET = frozenset({"citizen_number"})


class Labels:
    """Codes with their names, each made once. One that would not be read back as its code stays a code."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self._made: dict[str, str] = {}

    def of(self, code: str | None) -> str | None:
        if code is None or code not in self.names:
            return code
        if code not in self._made:
            label = label_of(code, self.names[code])
            self._made[code] = label if label == code or self._is_read(label, code) else code
        return self._made[code]

    def _is_read(self, label: str, code: str) -> bool:
        try:
            return label not in self.names and code_in(label, self.names) == code
        except LabelContradicts:
            return False


def events_sheet(unit: Unit, events: QuerySet[Any]) -> Sheet:
    """Those of the events that count, a row a participant, in the order of event numbers."""
    words = vocabulary_of(unit)
    columns = [column for column in event_columns(words) if not column.tolerated_when_empty]
    items = Labels({code: item.name for code, item in words.items.items()})
    roles = Words("角色", {code: role.name for code, role in words.roles.items()})
    levels = Words("级别", words.levels)
    subjects = subject_labels_of(unit)
    attributes = [_attribute_reader(attribute) for attribute in words.attributes.values()]
    counting = events.filter(is_current=True, withdrawal_reason="").order_by()
    rows = (
        Participant.objects.filter(event__unit=unit, event__in=counting.values("pk"))
        .order_by("event__event_no", "pk")
        .values_list(
            *("event__event_no", "event__date", "item", "person__no", "department__code", "role", "level"),
            *("quantity", "rank", "out_of", "event__matter", "event__evidence", "remark", "attributes"),
        )
    )
    return Sheet(
        "事项",
        [column.name for column in columns],
        [
            (
                *(number, day, items.of(item), subjects.of(person or department)),
                *(_word(roles, role), _word(levels, level), plain_decimal(quantity), rank, out_of),
                *(matter or None, evidence or None, remark or None),
                *(read(further) for read in attributes),
            )
            for number, day, item, person, department, role, level, quantity, rank, out_of, matter, evidence,
            remark, further in rows.iterator()
        ],
    )  # fmt: skip


def people_sheet(unit: Unit, people: QuerySet[Any]) -> Sheet:
    """The appointments of these people, a row each; a person without any is not among them."""
    columns = [column for column in roster.COLUMNS if column.code not in SECRET]
    rows = (
        Appointment.objects.filter(unit=unit, person__in=people.order_by().values("pk"))
        .order_by("person__no", "start", "pk")
        .values_list(
            *("person__no", "person__name", "department__code", "department__name", "group", "position"),
            *("start", "end", "person__gender", "person__birth", "person__politics"),
            *("department__direct_led", "is_secondary"),
        )
    )
    table = [tuple(None if value == "" else value for value in row) for row in rows]
    return Sheet("人员", [column.name for column in columns], table)


def metrics_sheet(unit: Unit, figures: QuerySet[Any]) -> Sheet:
    """Those of the figures that count."""
    subjects = subject_labels_of(unit)
    rows = Metric.objects.filter(
        unit=unit, pk__in=figures.filter(is_current=True, withdrawal_reason="").order_by().values("pk")
    ).order_by("metric", "period", "pk")
    values = rows.values_list("metric", "period", "person__no", "department__code", "value")
    return Sheet(
        "指标数据",
        [column.name for column in metrics.COLUMNS],
        [
            (metric, period, subjects.of(person or department), plain_decimal(value))
            for metric, period, person, department, value in values.iterator()
        ],
    )


def subject_labels_of(unit: Unit) -> Labels:
    """Labels of the unit's people and departments."""
    names = dict(Department.objects.filter(unit=unit).values_list("code", "name"))
    return Labels(names | dict(Person.objects.filter(unit=unit).values_list("no", "name")))


def plain_decimal(number: Decimal | None) -> Decimal | None:
    """The number without trailing zeros, which a column of fixed places adds."""
    if number is None:
        return None
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def _word(words: Words, code: str) -> str | None:
    """How a list shows the code; a code that no scheme of today knows stays as it is."""
    return (words.label(code) if code in words.names else code) or None


def _attribute_reader(attribute: AttributeWords) -> Callable[[dict[str, str]], Written]:
    """Gives a further attribute of a row as its column is filled in."""
    choices = Words(attribute.name, attribute.choices)
    readers: dict[str, Callable[[str], Written]] = {
        "choice": lambda text: _word(choices, text),
        "boolean": lambda text: text == "true",
        "number": lambda text: plain_decimal(Decimal(text)),
        "date": datetime.date.fromisoformat,
    }
    read = readers[attribute.type]

    def reader(further: dict[str, str]) -> Written:
        text = further.get(attribute.code)
        return None if text is None else read(text)

    return reader
