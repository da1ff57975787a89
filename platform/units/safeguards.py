"""What the database itself holds of units and people: appointments that don't overlap, numbers that stay."""

from units.triggers import Trigger, declare

_OVERLAP_ON_SQLITE = """
CREATE TRIGGER "{name}" BEFORE {event} ON "units_appointment"
WHEN NOT NEW."is_secondary" AND EXISTS (
  SELECT 1 FROM "units_appointment" AS other
  WHERE other."person_id" = NEW."person_id" AND NOT other."is_secondary" AND other."id" IS NOT NEW."id"
    AND other."start" <= COALESCE(NEW."end", '9999-12-31')
    AND COALESCE(other."end", '9999-12-31') >= NEW."start")
BEGIN SELECT RAISE(ABORT, 'a person has one main appointment at a time'); END
"""
# The person's row is locked first: two transactions that appoint the same person at once wait for each other.
_OVERLAP_ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION units_appointment_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."is_secondary" THEN RETURN NEW; END IF;
  PERFORM 1 FROM "units_person" WHERE "id" = NEW."person_id" FOR UPDATE;
  IF EXISTS (
    SELECT 1 FROM "units_appointment" AS other
    WHERE other."person_id" = NEW."person_id" AND NOT other."is_secondary" AND other."id" <> NEW."id"
      AND daterange(other."start", other."end", '[]') && daterange(NEW."start", NEW."end", '[]')
  ) THEN
    RAISE EXCEPTION 'a person has one main appointment at a time'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
"""
_FIXED_ON_SQLITE = """
CREATE TRIGGER "{name}" BEFORE UPDATE ON "{table}"
WHEN {changed}
BEGIN SELECT RAISE(ABORT, '{table}: {columns} stay as they are'); END
"""
_FIXED_ON_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{table}: {columns} stay as they are' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _appointments_alone(event: str) -> Trigger:
    name = f"units_appointment_alone_{event.lower()}"
    return Trigger(
        name=name,
        table="units_appointment",
        sqlite=_OVERLAP_ON_SQLITE.format(name=name, event=event),
        postgresql=[
            _OVERLAP_ON_POSTGRESQL,
            f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {event} ON "units_appointment" '
            "FOR EACH ROW EXECUTE FUNCTION units_appointment_alone()",
        ],
    )


def _fixed(table: str, *columns: str) -> Trigger:
    """A trigger that refuses a change of columns by which files and the hash chain name a row."""
    words = {"name": f"{table}_fixed", "table": table, "columns": ", ".join(columns)}
    changed = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)
    differs = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)
    return Trigger(
        name=words["name"],
        table=table,
        sqlite=_FIXED_ON_SQLITE.format(changed=changed, **words),
        postgresql=[
            _FIXED_ON_POSTGRESQL.format(**words),
            f'CREATE OR REPLACE TRIGGER "{words["name"]}" BEFORE UPDATE ON "{table}" '
            f"FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION {words['name']}()",
        ],
    )


def declare_safeguards() -> None:
    """Adds the triggers of this room to those that every database must have."""
    declare(
        _appointments_alone("INSERT"),
        _appointments_alone("UPDATE"),
        _fixed("units_unit", "code"),
        _fixed("units_department", "unit_id", "code"),
        _fixed("units_person", "unit_id", "no"),
    )
