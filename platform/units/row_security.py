"""Row-level security: which rows PostgreSQL shows and takes while units are within reach (units/reach.py).

A table whose rows have a unit is walled by it, one whose rows hang on a walled row by that row; both are found from
the models, so that a new table is walled with the migration that makes it. What is read or added more widely is
named here, with the reason. Made anew after migrations wherever it differs from what is declared; nothing is done
on SQLite.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from units.reach import EVERYWHERE, VARIABLE

# Legible to all and written within reach alone: units and roles because they say what is within reach, accounts
# because a sign-in comes before anybody is known.
LEGIBLE = frozenset({"units.Unit", "units.Membership", "units.Account"})
# Kept once under their digest, whichever units have them: a row is shown where a row within reach names it, and
# added by anybody, since it comes before what names it.
SHARED = frozenset({"assessments.Document"})
# Tables of other packages (sessions, theme, attempts to sign in) hold no record of a unit.
ROOMS = frozenset({"units", "rulesets", "ledger", "assessments", "reports", "jobs", "portal"})

_ANY_UNIT = f"(SELECT current_setting('{VARIABLE}', true) = '{EVERYWHERE}')"
_UNITS = (
    f"((SELECT string_to_array(NULLIF(NULLIF(current_setting('{VARIABLE}', true), '{EVERYWHERE}'), ''), ','))"
    "::bigint[])"
)
# An account is its unit's; one without a unit is its person's, or of the units in which it has a role. An
# operator's is written where all units are within reach.
_ACCOUNT = f"""{_ANY_UNIT} OR NOT "is_superuser" AND (
    "unit_id" = ANY ({_UNITS})
    OR "unit_id" IS NULL AND EXISTS (SELECT 1 FROM "units_person" AS own WHERE own."id" = "units_account"."person_id")
    OR "unit_id" IS NULL AND EXISTS (
        SELECT 1 FROM "units_membership" AS role
        WHERE role."account_id" = "units_account"."id" AND role."unit_id" = ANY ({_UNITS})
    )
)"""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of a table: for which command (ALL, SELECT, INSERT), and what must hold of a row."""

    table: str
    command: str
    condition: str

    @property
    def name(self) -> str:
        """Says what it holds, so that another condition is another policy."""
        digest = hashlib.sha256(f"{self.command} {self.condition}".encode()).hexdigest()
        return f"wall_{digest[:16]}"

    @property
    def statement(self) -> str:
        """What makes it."""
        asks = "WITH CHECK" if self.command == "INSERT" else "USING"
        return f'CREATE POLICY "{self.name}" ON "{self.table}" FOR {self.command} {asks} ({self.condition})'


def is_walled(model: type[models.Model]) -> bool:
    """Whether the model's rows are shown and taken within reach alone."""
    return _condition_on(model) is not None


def _condition_on(model: type[models.Model]) -> str | None:
    """What holds of a row within reach; None where nothing leads from the row to a unit."""
    options = model._meta
    if options.label == "units.Unit":
        return f'{_ANY_UNIT} OR "id" = ANY ({_UNITS})'
    if options.label == "units.Account":
        return _ACCOUNT
    if options.label in SHARED:
        return " OR ".join([_ANY_UNIT, *_named_by_others(options)])
    for name in ("of_unit", "unit"):
        try:
            field = options.get_field(name)
        except FieldDoesNotExist:
            continue
        held = f'{_ANY_UNIT} OR "{field.column}" = ANY ({_UNITS})'  # type: ignore[union-attr]
        # What belongs to no unit, such as the history of an operator's account, is nobody's secret from another.
        return f'{held} OR "{field.column}" IS NULL' if field.null else held  # type: ignore[union-attr]
    parent = parent_of(model)
    if parent is None:
        return None
    # The parent's own policy holds within the subquery.
    holder, column = parent.related_model._meta, parent.column
    return (
        f'{_ANY_UNIT} OR EXISTS (SELECT 1 FROM "{holder.db_table}" AS holder '
        f'WHERE holder."{holder.pk.column}" = "{options.db_table}"."{column}")'
    )


def _named_by_others(options: Any) -> Iterator[str]:
    """For each column that names the rows: that a row which does is shown, by the policies of its own table."""
    table, key = options.db_table, options.pk.column
    # Those without a name back, as all of these are, count as hidden.
    for relation in options.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        column, holder = relation.field.column, relation.related_model._meta.db_table
        yield f'EXISTS (SELECT 1 FROM "{holder}" AS holder WHERE holder."{column}" = "{table}"."{key}")'


def parent_of(model: type[models.Model]) -> Any:
    """The first relation by which every row of the model hangs on one walled row; None where there is none."""
    for field in model._meta.concrete_fields:
        related: Any = field.related_model
        if not isinstance(field, models.ForeignKey) or field.null or related is model:
            continue
        if related._meta.label not in LEGIBLE | SHARED and is_walled(related):
            return field
    return None


def policies() -> Iterator[Policy]:
    """Every policy that a PostgreSQL of the product must have."""
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS or not is_walled(model):
            continue
        condition = _condition_on(model)
        assert condition is not None
        table = model._meta.db_table
        yield Policy(table, "ALL", condition)
        if model._meta.label in LEGIBLE:
            yield Policy(table, "SELECT", "true")
        if model._meta.label in SHARED:
            yield Policy(table, "INSERT", "true")


def _standing(connection: Any) -> tuple[set[str], set[tuple[str, str]]]:
    """The tables under forced row security, and the walls' policies by table and name, as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relrowsecurity AND relforcerowsecurity"
        )
        forced = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies"
            " WHERE schemaname = current_schema() AND policyname LIKE 'wall\\_%'"
        )
        return forced, set(cursor.fetchall())


def missing_policies(using: str = DEFAULT_DB_ALIAS) -> list[Policy]:
    """Declared policies that the database lacks, or doesn't force, though it has their table. None on SQLite."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return []
    tables = set(connection.introspection.table_names())
    forced, present = _standing(connection)
    return [
        policy
        for policy in policies()
        if policy.table in tables
        and (policy.table not in forced or (policy.table, policy.name) not in present)
    ]


def install_policies(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Brings the database's policies to what is declared, where they differ. Connected to post_migrate."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    declared = {(policy.table, policy.name) for policy in policies()}
    stale = sorted(_standing(connection)[1] - declared)
    missing = missing_policies(using)
    with transaction.atomic(using), connection.cursor() as cursor:
        for policy in missing:
            cursor.execute(
                f'ALTER TABLE "{policy.table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'
            )
            cursor.execute(f'DROP POLICY IF EXISTS "{policy.name}" ON "{policy.table}"')
            cursor.execute(policy.statement)
        for table, name in stale:
            cursor.execute(f'DROP POLICY "{name}" ON "{table}"')


def outranks_the_wall(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the database passes the role by which the product signs in past every policy. No on SQLite."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


@register("database")
def check_policies(databases: Sequence[str] | None = None, **_: Any) -> list[Error]:
    """`manage.py check --database default` names the tables whose walls are missing."""
    tables = sorted({policy.table for using in databases or () for policy in missing_policies(using)})
    return [
        Error(
            f"数据库没有按单位隔离表 {table}。",
            hint="请运行 manage.py migrate --skip-checks，隔离规则会随之重建。",
            id="units.E003",
        )
        for table in tables
    ]


@register("security", deploy=True)
def check_role(**_: Any) -> list[Error]:
    """`manage.py check --deploy` refuses a role for which no policy holds."""
    if not outranks_the_wall():
        return []
    user = connections[DEFAULT_DB_ALIAS].settings_dict["USER"]
    return [
        Error(
            f"连接数据库用的角色“{user}”是超级用户或带有 BYPASSRLS 权限，数据库按单位隔离的规则对它不起作用。",
            hint="请另建普通角色并用它连接：CREATE ROLE gongguo LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS; "
            "再把数据库和其中的表改由它拥有，并修改 DATABASE_URL。步骤见 docs/README.zh-CN.md“使用 PostgreSQL”一节。",
            id="units.E004",
        )
    ]
