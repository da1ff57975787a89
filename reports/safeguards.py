"""What the database itself holds of the register: an issued paper's entry is added and read, nothing else."""

from ledger.safeguards import refusal
from units.triggers import declare


def declare_safeguards() -> None:
    """Adds the triggers of this room to those that every database must have."""
    from reports.models import IssuedPaper

    table = IssuedPaper._meta.db_table
    declare(refusal(table, "DELETE"), refusal(table, "UPDATE"))
