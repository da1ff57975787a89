"""What the database itself holds of results: documents stay as they were kept."""

from ledger.safeguards import refusal
from units.triggers import declare


def declare_safeguards() -> None:
    """Adds the triggers of this room to those that every database must have."""
    from assessments.models import Document

    table = Document._meta.db_table
    declare(refusal(table, "DELETE"), refusal(table, "UPDATE"))
