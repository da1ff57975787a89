"""Triggers make way for migrations and come back after them."""

import pytest
from django.db import connection
from django.db.models.signals import post_migrate, pre_migrate

from units.apps import UnitsConfig
from units.triggers import install_triggers, missing_triggers, remove_triggers


@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere tables are altered in place")
@pytest.mark.django_db
def test_triggers_make_way_where_there_is_something_to_migrate_and_come_back() -> None:
    remove_triggers(plan=[("a migration", False)])
    away = {trigger.name for trigger in missing_triggers()}
    install_triggers()
    assert "rulesets_term_frozen_insert" in away
    assert missing_triggers() == []


@pytest.mark.django_db
def test_triggers_stay_where_there_is_nothing_to_migrate() -> None:
    remove_triggers(plan=[])
    assert missing_triggers() == []


def test_both_are_connected() -> None:
    connected = [[receiver[0][0] for receiver in signal.receivers] for signal in (pre_migrate, post_migrate)]
    assert [UnitsConfig.name + ".triggers" in names for names in connected] == [True, True]
