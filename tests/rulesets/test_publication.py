"""Publishing: what is frozen, what retires, what is refused."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from rulesets.drafts import copy_as_draft
from rulesets.models import Component, Edition, Rule, Scheme, Tier
from rulesets.packs import ItemCodeTaken, load_pack
from rulesets.publication import PublicationRefused, ReasonMissing, publish
from rulesets.snapshots import canonical, digest_of, snapshot_of
from units.models import Account, Unit


def refusal_of(draft: Edition) -> str:
    with pytest.raises(PublicationRefused) as refused:
        publish(draft)
    draft.refresh_from_db()
    assert draft.status == Edition.Status.DRAFT
    return "\n".join(refused.value.messages)


def test_a_published_edition_keeps_its_snapshot_and_digest(draft: Edition) -> None:
    before = snapshot_of(draft)
    edition = publish(draft)
    assert edition.snapshot == canonical(before)
    assert edition.digest == digest_of(before)


def test_who_published_and_why_is_kept(draft: Edition) -> None:
    account = Account.objects.create_user("lin", password="a-long-password")
    edition = publish(draft, account, "经党组会研究")
    assert (edition.published_by, edition.published_reason) == (account, "经党组会研究")


def test_the_former_edition_retires(draft: Edition) -> None:
    first = publish(draft)
    second = publish(copy_as_draft(first))
    first.refresh_from_db()
    assert (first.status, second.status) == (Edition.Status.RETIRED, Edition.Status.PUBLISHED)
    assert first.retired_at == second.published_at


def test_an_edition_is_not_published_twice(draft: Edition) -> None:
    edition = publish(draft)
    with pytest.raises(PublicationRefused, match="已经发布过"):
        publish(edition)


def test_the_snapshot_of_a_published_edition_outlives_its_schemes_name(draft: Edition) -> None:
    edition = publish(draft)
    Scheme.objects.filter(pk=edition.scheme_id).update(name="新名称")
    assert snapshot_of(Edition.objects.get(pk=edition.pk))["name"] == "小办法"


def test_a_draft_with_an_error_is_refused_by_its_record(draft: Edition) -> None:
    draft.rules.filter(code="A2").update(params={})
    assert "规则 A2 第1档" in refusal_of(draft)


def test_a_rule_that_says_too_much_for_the_rules_engine_is_refused_by_name(draft: Edition) -> None:
    long_text = {"field": "matter", "is": "eq", "value": "事" * 30_000}
    draft.rules.filter(code="A3").update(condition=long_text)
    message = refusal_of(draft)
    assert "规则 A3 第1档：不能编入规则引擎" in message
    assert "文字太长" in message


def test_a_number_that_the_rules_engine_cannot_hold_is_refused_by_name(draft: Edition) -> None:
    draft.rules.filter(code="A3").update(condition={"field": "quantity", "is": "gt", "value": 2**63})
    assert "规则 A3：不能编入规则引擎" in refusal_of(draft)


def test_a_condition_with_too_many_alternatives_is_refused_by_name(draft: Edition) -> None:
    pairs = [
        {"any": [{"field": "quantity", "is": "gt", "value": n}, {"field": "rank", "is": "lt", "value": n}]}
        for n in range(9)
    ]
    draft.rules.filter(code="A3").update(condition={"all": pairs})
    assert "“A3”的适用条件展开后超过 200 种情形" in refusal_of(draft)


def test_conditions_that_one_case_meets_too_often_are_refused_by_name(draft: Edition) -> None:
    # All hold together for a large quantity; the engine's stack has room for 64.
    many = [{"field": "quantity", "is": "gt", "value": n} for n in range(70)]
    draft.rules.filter(code="A3").update(condition={"any": many})
    message = refusal_of(draft)
    assert "规则 A3" in message
    assert "同时满足" in message


def test_an_item_code_of_another_scheme_of_the_unit_is_refused(
    draft: Edition, office: Unit, small_pack: dict[str, Any]
) -> None:
    with pytest.raises(ItemCodeTaken, match="A1"):
        load_pack(office, {**small_pack, "code": "other", "name": "别的办法"})


def test_a_draft_is_in_force_on_no_day(draft: Edition) -> None:
    assert not Edition.objects.in_force(draft.scheme, datetime.date(2025, 1, 1)).exists()


def test_an_edition_is_in_force_within_its_dates_also_when_it_has_retired(draft: Edition) -> None:
    draft.effective_from, draft.effective_to = datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)
    draft.save()
    first = publish(draft)
    later = copy_as_draft(first)
    later.effective_from, later.effective_to = datetime.date(2025, 1, 1), None
    later.save()
    second = publish(later)
    found = [
        Edition.objects.in_force(draft.scheme, day).first()
        for day in (datetime.date(2023, 12, 31), datetime.date(2024, 6, 1), datetime.date(2026, 1, 1))
    ]
    assert found == [None, first, second]


def test_of_two_editions_in_force_the_one_published_last_comes_first(draft: Edition) -> None:
    first = publish(draft)
    second = publish(copy_as_draft(first))
    assert list(Edition.objects.in_force(draft.scheme, datetime.date(2025, 1, 1))) == [second, first]


def test_a_unit_speaks_by_its_published_edition_rather_than_by_a_newer_draft(
    draft: Edition, office: Unit
) -> None:
    first = publish(draft)
    copy_as_draft(first)
    assert Edition.objects.spoken_in(office) == [first]


def test_a_unit_without_a_published_edition_speaks_by_its_newest_draft(draft: Edition, office: Unit) -> None:
    newer = copy_as_draft(draft)
    assert Edition.objects.spoken_in(office) == [newer]


def test_editions_are_numbered_by_scheme(draft: Edition) -> None:
    assert (draft.number, copy_as_draft(draft).number) == (1, 2)


def refused_by_constraint(record: Any) -> bool:
    with pytest.raises(IntegrityError), transaction.atomic():
        record.save()
    return True


def test_the_database_keeps_rule_codes_apart(draft: Edition) -> None:
    assert refused_by_constraint(Rule(edition=draft, family="tiered", code="A1", name="又一个"))


def test_the_database_keeps_component_codes_apart(draft: Edition) -> None:
    assert refused_by_constraint(Component(edition=draft, code="work", name="又一个"))


def test_the_database_keeps_a_floor_below_its_ceiling(draft: Edition) -> None:
    assert refused_by_constraint(Component(edition=draft, code="new", name="新", floor=3, ceiling=2))


def test_the_database_keeps_a_weight_within_one(draft: Edition) -> None:
    assert refused_by_constraint(Component(edition=draft, code="new", name="新", weight=2))


def test_the_database_keeps_a_range_in_order(draft: Edition) -> None:
    rule = draft.rules.get(code="good")
    assert refused_by_constraint(Tier(rule=rule, low=3, high=3))


def test_the_database_keeps_one_published_edition_a_scheme(draft: Edition) -> None:
    first = publish(draft)
    other = Edition(scheme=first.scheme, number=9, status="published", snapshot="{}", digest="0" * 64)
    other.published_at = first.published_at
    assert refused_by_constraint(other)


def test_standing_warnings_need_a_reason(draft: Edition) -> None:
    draft.rules.filter(code="A1").update(assumed="原文缺失")
    with pytest.raises(ReasonMissing, match=r"还有1处提醒.*\n规则 A1：含有假定"):
        publish(draft, reason=" ")


def test_standing_warnings_do_not_stop_who_gives_a_reason(draft: Edition) -> None:
    draft.rules.filter(code="A1").update(assumed="原文缺失")
    assert publish(draft, reason="已向制定单位核实").published_reason == "已向制定单位核实"
