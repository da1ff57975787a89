"""A published edition stays as it is: by the models, by the querysets, and by the database itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from rulesets.drafts import copy_as_draft
from rulesets.engine.document import inputs_document
from rulesets.engine.frames import Frames
from rulesets.freezing import EditionFrozen
from rulesets.models import Component, Edition, Rule, RuleTarget, Scenario, Term, Tier, Wording
from rulesets.publication import publish
from units.triggers import check_triggers, install_triggers

RECORDS = [Term, Component, Rule, Tier, RuleTarget, Wording, Scenario]


@pytest.fixture
def published(draft: Edition) -> Edition:
    Wording.objects.create(edition=draft, key="annual_title", text="考核登记表")
    new_record(Scenario, draft).save()
    return publish(draft)


def record_of(model: Any) -> Any:
    return model.objects.first()


def new_record(model: type[Any], edition: Edition) -> Any:
    rule, other = edition.rules.all()[:2]
    made = {
        Term: lambda: Term(edition=edition, kind="level", code="new", name="新"),
        Component: lambda: Component(edition=edition, code="new", name="新"),
        Rule: lambda: Rule(edition=edition, family="tiered", code="new", name="新"),
        Tier: lambda: Tier(rule=rule, value=1),
        RuleTarget: lambda: RuleTarget(rule=rule, purpose="items", target_rule=other),
        Wording: lambda: Wording(edition=edition, key="new", text="新"),
        Scenario: lambda: Scenario(
            edition=edition,
            name=f"用例{edition.scenarios.count()}",
            period="2025",
            inputs=inputs_document(Frames()),
            expected={"results": [], "lines": []},
        ),
    }
    return made[model]()


@pytest.mark.parametrize("model", RECORDS)
def test_a_record_of_a_published_edition_is_not_saved(published: Edition, model: Any) -> None:
    with pytest.raises(EditionFrozen, match="请复制为新草稿"):
        record_of(model).save()


@pytest.mark.parametrize("model", RECORDS)
def test_a_record_of_a_published_edition_is_not_deleted(published: Edition, model: Any) -> None:
    with pytest.raises(EditionFrozen):
        record_of(model).delete()


@pytest.mark.parametrize("model", RECORDS)
def test_a_form_over_a_published_edition_is_refused(published: Edition, model: Any) -> None:
    with pytest.raises(ValidationError, match="已经发布"):
        record_of(model).full_clean()


@pytest.mark.parametrize("model", RECORDS)
def test_a_queryset_updates_no_published_edition(published: Edition, model: Any) -> None:
    field = model._meta.pk.name
    with pytest.raises(EditionFrozen):
        model.objects.all().update(**{field: 1})


@pytest.mark.parametrize("model", RECORDS)
def test_a_queryset_deletes_no_published_edition(published: Edition, model: Any) -> None:
    with pytest.raises(EditionFrozen):
        model.objects.all().delete()


@pytest.mark.parametrize("model", RECORDS)
def test_nothing_is_added_in_bulk_to_a_published_edition(published: Edition, model: Any) -> None:
    with pytest.raises(EditionFrozen):
        model.objects.bulk_create([new_record(model, published)])


@pytest.mark.parametrize("model", RECORDS)
def test_nothing_is_changed_in_bulk_in_a_published_edition(published: Edition, model: Any) -> None:
    field = next(f.name for f in model._meta.concrete_fields if not f.primary_key)
    with pytest.raises(EditionFrozen):
        model.objects.bulk_update([record_of(model)], [field])


def test_get_or_create_adds_nothing_to_a_published_edition(published: Edition) -> None:
    with pytest.raises(EditionFrozen):
        Term.objects.get_or_create(edition=published, kind="level", code="new", defaults={"name": "新"})


def test_a_draft_beside_a_published_edition_can_be_edited(published: Edition) -> None:
    draft = copy_as_draft(published)
    draft.rules.filter(code="A1").update(name="改过的名称")
    assert draft.rules.get(code="A1").name == "改过的名称"


def test_a_published_edition_is_not_saved(published: Edition) -> None:
    published.document_number = "某发〔2025〕1号"
    with pytest.raises(EditionFrozen):
        published.save()


def test_a_published_edition_is_not_deleted(published: Edition) -> None:
    with pytest.raises(EditionFrozen):
        published.delete()


def test_a_queryset_changes_no_published_edition(published: Edition) -> None:
    with pytest.raises(EditionFrozen):
        Edition.objects.filter(pk=published.pk).update(digest="0" * 64)


def refused_by_the_database(statement: str, *values: Any) -> bool:
    with pytest.raises(DatabaseError, match="已经发布"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return True


@pytest.mark.parametrize("model", RECORDS)
def test_the_database_refuses_to_change_a_record(published: Edition, model: Any) -> None:
    table, pk = model._meta.db_table, record_of(model).pk
    assert refused_by_the_database(f"UPDATE {table} SET id = id WHERE id = %s", pk)


@pytest.mark.parametrize("model", RECORDS)
def test_the_database_refuses_to_delete_a_record(published: Edition, model: Any) -> None:
    assert refused_by_the_database(f"DELETE FROM {model._meta.db_table} WHERE id = %s", record_of(model).pk)


@pytest.mark.parametrize("model", RECORDS)
def test_the_database_refuses_to_add_a_record(published: Edition, model: Any) -> None:
    # Django's own insert, without the model and the queryset that would refuse first.
    with pytest.raises(DatabaseError, match="已经发布"), transaction.atomic():
        super(type(model.objects.all()), model.objects.all()).bulk_create([new_record(model, published)])


def test_the_database_refuses_to_move_a_record_into_a_published_edition(published: Edition) -> None:
    draft = copy_as_draft(published)
    term = draft.terms.first()
    assert term is not None
    assert refused_by_the_database(
        f"UPDATE {Term._meta.db_table} SET edition_id = %s, code = 'moved' WHERE id = %s",
        published.pk,
        term.pk,
    )


@pytest.mark.parametrize(
    "change",
    [
        "snapshot = '{}'",
        "digest = 'x'",
        "status = 'draft'",
        "document_number = 'x'",
        "effective_to = '2030-01-01'",
    ],
)
def test_the_database_refuses_to_change_a_published_edition(published: Edition, change: str) -> None:
    assert refused_by_the_database(
        f"UPDATE {Edition._meta.db_table} SET {change} WHERE id = %s", published.pk
    )


def test_the_database_refuses_to_delete_a_published_edition(published: Edition) -> None:
    assert refused_by_the_database(f"DELETE FROM {Edition._meta.db_table} WHERE id = %s", published.pk)


def test_the_database_lets_a_published_edition_retire(published: Edition) -> None:
    Edition.objects.filter(pk=published.pk).retire(timezone.now())
    published.refresh_from_db()
    assert published.status == Edition.Status.RETIRED


def test_the_database_refuses_to_bring_a_retired_edition_back(published: Edition) -> None:
    Edition.objects.filter(pk=published.pk).retire(timezone.now())
    table = Edition._meta.db_table
    assert refused_by_the_database(f"UPDATE {table} SET status = 'published' WHERE id = %s", published.pk)


@pytest.fixture
def lost_trigger(db: None) -> str:
    """A trigger that was dropped, as Django's rebuild of a table on SQLite does without a word."""
    name, table = "rulesets_tier_frozen_update", Tier._meta.db_table
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{on_table}")
    return name


def test_a_lost_trigger_is_named_by_the_check(lost_trigger: str) -> None:
    (error,) = check_triggers(["default"])
    assert lost_trigger in error.msg


def test_a_lost_trigger_comes_back_with_the_next_migration(lost_trigger: str) -> None:
    install_triggers()
    assert check_triggers(["default"]) == []


def test_migrating_makes_the_triggers_anew(lost_trigger: str, capsys: Callable[[], Any]) -> None:
    call_command("migrate", verbosity=0)
    assert check_triggers(["default"]) == []
