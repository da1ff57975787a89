"""What the database itself holds of results: documents, decisions and publications stay as they were kept."""

from ledger.safeguards import refusal
from units.triggers import declare


def declare_safeguards() -> None:
    """Adds the triggers of this room to those that every database must have."""
    from assessments.models import Decision, Document, Publication

    table = Document._meta.db_table
    declare(refusal(table, "DELETE"), refusal(table, "UPDATE"))
    for succeeded in (Decision, Publication):
        table = succeeded._meta.db_table
        fields = succeeded._meta.concrete_fields
        columns = tuple(field.attname for field in fields if field.name != "is_current")
        declare(refusal(table, "DELETE"), refusal(table, "UPDATE", columns=columns))
