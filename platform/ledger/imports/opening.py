"""What all importers do first: open the file as a table, and see that its texts fit the record."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from django.db.models import CharField, Model

from ledger.errors import FileMissing, NoVocabulary
from ledger.imports.labels import LabelContradicts, code_in
from rulesets.vocabulary import Vocabulary, vocabulary_of
from tabular import Column, Table, read_table
from units.models import Unit


def opened(source: Path | BinaryIO, columns: Sequence[Column], filename: str) -> Table:
    """The table of a file. Raises FileMissing, or TableRefused for what is no readable table."""
    try:
        return read_table(source, columns, filename=filename)
    except OSError as error:
        raise FileMissing(filename or str(source)) from error


def name_of(source: Path | BinaryIO, filename: str) -> str:
    """The name that people know the file by."""
    return filename or (source.name if isinstance(source, Path) else "")


def read_labels(table: Table, column: str, names: Mapping[str, str]) -> None:
    """Puts the code in the place of each label (`K01 第一科`) in a column; adds a fault where it contradicts itself.

    names: code → name. What is no label stays for the importer to judge.
    """
    for place, row in enumerate(table.rows):
        text = row[column]
        if text is None or text in names:
            continue
        try:
            code = code_in(text, names)
        except LabelContradicts as wrong:
            table.faults.add(row.number, column, str(wrong))
        else:
            table.rows[place] = row.with_value(column, code or text)


def vocabulary_needed(unit: Unit) -> Vocabulary:
    """The unit's words. Raises NoVocabulary where it has no scheme yet."""
    vocabulary = vocabulary_of(unit)
    if not vocabulary.schemes:
        raise NoVocabulary(unit.name)
    return vocabulary


def check_lengths(table: Table, model: type[Model], fields: Mapping[str, str]) -> None:
    """Adds a fault for each text that is longer than its field; `fields` is column code → field of the model."""
    limits = {}
    for code, name in fields.items():
        field = model._meta.get_field(name)
        assert isinstance(field, CharField) and field.max_length
        limits[code] = field.max_length
    for row in table.rows:
        for code, limit in limits.items():
            text = row[code]
            if text is not None and len(text) > limit:
                table.faults.add(row.number, code, f"共 {len(text)} 个字，过长；允许最多 {limit} 个字")
