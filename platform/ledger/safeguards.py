"""What the database itself holds of the record: rows are added and read, nothing else.

A row that can be succeeded may turn from current to not current, once, with all else as it was.
"""

from units.triggers import Trigger, declare

_REFUSED_ON_SQLITE = """
CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" {when}
BEGIN SELECT RAISE(ABORT, '{table}: what is on record stays'); END
"""
_REFUSED_ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_ARGV[0] = 'succeeded' THEN
    IF OLD."is_current" AND NOT NEW."is_current"
       AND (to_jsonb(NEW) - 'is_current') = (to_jsonb(OLD) - 'is_current') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '%: what is on record stays', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def refusal(table: str, event: str, *, columns: tuple[str, ...] = ()) -> Trigger:
    """A trigger that refuses the event; where `columns` are given, all but the turn to not current.

    columns: every column of the table besides is_current.
    """
    name = f"{table}_stays_{event.lower()}"
    same = " AND ".join(f'OLD."{column}" IS NEW."{column}"' for column in columns)
    when = f'WHEN NOT (OLD."is_current" AND NOT NEW."is_current" AND {same})' if columns else ""
    manner = "succeeded" if columns else "fixed"
    return Trigger(
        name=name,
        table=table,
        sqlite=_REFUSED_ON_SQLITE.format(name=name, table=table, event=event, when=when),
        postgresql=[
            _REFUSED_ON_POSTGRESQL,
            f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION ledger_refuse('{manner}')",
        ],
    )


def declare_safeguards() -> None:
    """Adds the triggers of this room to those that every database must have."""
    from ledger.models import Ballot, Batch, Event, Exclusion, Metric, Participant

    for fixed in (Batch, Participant):
        table = fixed._meta.db_table
        declare(refusal(table, "DELETE"), refusal(table, "UPDATE"))
    for succeeded in (Event, Ballot, Metric, Exclusion):
        table = succeeded._meta.db_table
        fields = succeeded._meta.concrete_fields
        columns = tuple(field.attname for field in fields if field.name != "is_current")
        declare(refusal(table, "DELETE"), refusal(table, "UPDATE", columns=columns))
