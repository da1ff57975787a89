"""Triggers by which the database itself keeps a published or retired edition as it is."""

from collections.abc import Iterator

from django.db.models import Model

from rulesets.models import Component, Edition, Rule, RuleTarget, Scenario, Term, Tier, Wording
from units.triggers import Trigger, declare

MESSAGE = "本版考核办法已经发布，内容不能再改动"
OWNED_BY_EDITION: tuple[type[Model], ...] = (Term, Component, Rule, Wording, Scenario)
OWNED_BY_RULE: tuple[type[Model], ...] = (Tier, RuleTarget)
# The states of the row that a statement touches.
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
EDITIONS = Edition._meta.db_table
RULES = Rule._meta.db_table
# What retiring changes; everything else of a published edition stays.
RETIRING = ("status", "retired_at")


def declare_frozen_triggers() -> None:
    """Adds the triggers of all tables of an edition to those that every database must have."""
    declare(*_record_triggers(), *_edition_triggers())


def _record_triggers() -> Iterator[Trigger]:
    for model in (*OWNED_BY_EDITION, *OWNED_BY_RULE):
        for operation, rows in ROWS.items():
            owners = [_owner(model, row) for row in rows]
            yield _trigger(model._meta.db_table, operation, _frozen_sqlite(owners), _lock_postgresql(owners))


def _owner(model: type[Model], row: str) -> str:
    """SQL for the edition that a row belongs to."""
    if model in OWNED_BY_EDITION:
        return f"{row}.edition_id"
    return f"(SELECT edition_id FROM {RULES} WHERE id = {row}.rule_id)"


def _frozen_sqlite(owners: list[str]) -> str:
    return f"EXISTS (SELECT 1 FROM {EDITIONS} WHERE id IN ({', '.join(owners)}) AND status <> 'draft')"


def _lock_postgresql(owners: list[str]) -> str:
    """As `_frozen_sqlite`; the lock makes a change wait for a publication under way, and it for the change."""
    return (
        "EXISTS (SELECT 1 FROM (SELECT status FROM "
        f"{EDITIONS} WHERE id IN ({', '.join(owners)}) FOR KEY SHARE) AS owner WHERE status <> 'draft')"
    )


def _edition_triggers() -> Iterator[Trigger]:
    frozen = "OLD.status <> 'draft'"
    yield _trigger(EDITIONS, "DELETE", frozen, frozen)
    kept = [field.column for field in Edition._meta.concrete_fields if field.column not in RETIRING]
    retires = "OLD.status = 'published' AND NEW.status = 'retired' AND NEW.retired_at IS NOT NULL"
    same_sqlite = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in kept)
    # Two JSON values of PostgreSQL compare as jsonb, which is what Django's JSONField makes.
    same_postgresql = " AND ".join(f'NEW."{column}" IS NOT DISTINCT FROM OLD."{column}"' for column in kept)
    yield _trigger(
        EDITIONS,
        "UPDATE",
        f"{frozen} AND NOT ({retires} AND {same_sqlite})",
        f"{frozen} AND NOT ({retires} AND {same_postgresql})",
    )


def _trigger(table: str, operation: str, forbidden_sqlite: str, forbidden_postgresql: str) -> Trigger:
    """A trigger before an operation on the table that refuses it where the condition holds."""
    name = f"{table}_frozen_{operation.lower()}"
    # Returning NULL from a trigger before a deletion would skip it without a word.
    row = "OLD" if operation == "DELETE" else "NEW"
    return Trigger(
        name=name,
        table=table,
        sqlite=(
            f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW WHEN {forbidden_sqlite} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        ),
        postgresql=(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {forbidden_postgresql} THEN RAISE EXCEPTION '{MESSAGE}' "
            f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$",
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {operation} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()",
        ),
    )
