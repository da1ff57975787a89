"""What a check of a scheme finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # the edition can't be published
    WARNING = "warning"  # to be looked at by a person; publishing over it asks for a reason
    INFORMATION = "information"  # worth knowing, nothing to do


@dataclass(frozen=True, slots=True)
class Finding:
    """`record` names what it is about, such as “规则 B601 第2档”; `message` says what is wrong and what to do.

    `field` is the code of what in the record is meant, where it is one field: messages call it by its label alone.
    """

    record: str
    severity: Severity
    message: str
    field: str = ""

    def __str__(self) -> str:
        return f"{self.record}：{self.message}"


def error(record: str, message: str, field: str = "") -> Finding:
    return Finding(record, Severity.ERROR, message, field)


def warning(record: str, message: str) -> Finding:
    return Finding(record, Severity.WARNING, message)


def information(record: str, message: str) -> Finding:
    return Finding(record, Severity.INFORMATION, message)


def warnings_of(findings: Iterable[Finding]) -> list[Finding]:
    """Those that ask whoever publishes for a reason."""
    return [finding for finding in findings if finding.severity is Severity.WARNING]


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Those that stand in the way of publishing."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
