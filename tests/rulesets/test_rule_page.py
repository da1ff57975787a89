"""The page of a rule: its meaning while it is typed, its condition in rows, what it speaks of ticked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rulesets.admin.known import known_names
from rulesets.families import REGISTRY
from rulesets.models import Edition, Rule, RuleTarget, Scheme
from rulesets.packs import load_pack
from rulesets.publication import publish
from rulesets.snapshots import digest_of, snapshot_of
from units.models import Account, Membership, Unit

HIGH = {"field": "level", "is": "eq", "value": "national"}
DEEP = {"all": [HIGH, {"any": [HIGH, {"all": [HIGH, {"field": "role", "is": "missing"}]}]}]}


@pytest.fixture
def clerk(client: Client, office: Unit, account_in: Callable[..., Account]) -> Client:
    client.force_login(account_in("clerk", office, role=Membership.Role.SCHEME_ADMIN))
    return client


@pytest.fixture
def limit(draft: Edition) -> Rule:
    """“A1每年加分最多5分”."""
    rule = Rule.objects.create(
        edition=draft, family="limit", code="L1", name="限额", order=50,
        params={"each": "year", "side": "gain", "most": "5"},
    )  # fmt: skip
    RuleTarget.objects.create(rule=rule, purpose="items", target_rule=draft.rules.get(code="A1"))
    return rule


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:rulesets_rule_{name}", args=args)


def form_of(client: Client, rule: Rule, **changes: Any) -> dict[str, Any]:
    """What the page sends when nothing but the changes is changed."""
    context = client.get(page("change", rule.pk)).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    data: dict[str, Any] = {}
    for form in forms:
        for field in form:
            left_out = field.value() is None or field.value() is False
            if field.name != "condition_rows" and not left_out:
                data[field.html_name] = field.value()
    return data | changes


def rows(*comparisons: tuple[str, str, str], join: str = "all") -> dict[str, str]:
    """A condition of one group, as its rows are sent."""
    sent = {"condition_rows-join": "all", "condition_rows-g0-join": join}
    for place, parts in enumerate(comparisons):
        named = zip(("field", "is", "value"), parts, strict=True)
        sent |= {f"condition_rows-g0-r{place}-{name}": part for name, part in named}
    return sent


def said(client: Client, rule: Rule, **changes: Any) -> Any:
    response = client.post(page("say", rule.pk), form_of(client, rule, **changes))
    assert response.status_code == 200
    return response.json()


def test_the_meaning_follows_what_is_typed_and_nothing_is_stored(clerk: Client, limit: Rule) -> None:
    before = digest_of(snapshot_of(limit.edition))
    other = limit.edition.rules.get(code="A3")
    answer = said(clerk, limit, param_most="7.5", target_items=[str(other.pk)])
    assert answer == {"sentence": "A3 值班：每年加分最多7.5分。", "faults": []}
    assert digest_of(snapshot_of(limit.edition)) == before


def test_the_meaning_follows_the_tiers(clerk: Client, draft: Edition) -> None:
    rule = draft.rules.get(code="A1")
    answer = said(clerk, rule, **{"tiers-0-value": "6", "tiers-1-DELETE": "on"})
    assert answer["sentence"] == "国家级：每次+6分。"


def test_the_meaning_follows_the_condition(clerk: Client, draft: Edition) -> None:
    answer = said(clerk, draft.rules.get(code="A3"), **rows(("quantity", "gt", "2")))
    assert answer["sentence"].endswith("仅适用于：数量大于 2。")


def test_the_columns_of_ranges_are_named_by_what_is_chosen(clerk: Client, draft: Edition) -> None:
    prize = Rule.objects.create(
        edition=draft, family="payout", code="P1", name="奖金", order=50, params={"kind": "number"}
    )
    assert said(clerk, prize)["titles"] == {"low": "名次从", "high": "名次到"}
    assert said(clerk, prize, param_number="total")["titles"] == {"low": "总分从", "high": "总分到"}


@pytest.fixture
def inherited(draft: Edition) -> Rule:
    """“所在部门在办法street中的结果按20%计入工作”."""
    rule = Rule.objects.create(
        edition=draft, family="inherit", code="H1", name="部门得分", order=50,
        params={"source": "street", "whose": "department", "effect": "weight", "percent": "20"},
    )  # fmt: skip
    home = draft.components.get(code="work")
    RuleTarget.objects.create(rule=rule, purpose="component", target_component=home)
    return rule


def test_another_scheme_is_chosen_by_its_name_and_stored_by_its_code(clerk: Client, inherited: Rule) -> None:
    office = inherited.edition.scheme.unit
    Scheme.objects.create(unit=office, code="departments", name="部门考核办法")
    sent = form_of(clerk, inherited, param_source="部门考核办法")
    assert clerk.post(page("change", inherited.pk), sent).status_code == 302
    inherited.refresh_from_db()
    assert inherited.params["source"] == "departments"
    shown = clerk.get(page("change", inherited.pk))
    assert shown.context["adminform"].form["param_source"].value() == "部门考核办法"
    assert "办法“部门考核办法”中的结果" in shown.context["sentence"]


def test_a_scheme_that_is_not_there_yet_is_named_by_its_code(clerk: Client, inherited: Rule) -> None:
    assert clerk.post(page("change", inherited.pk), form_of(clerk, inherited)).status_code == 302
    inherited.refresh_from_db()
    assert inherited.params["source"] == "street"


def test_schemes_of_units_above_are_offered_once_they_are_published_and_no_others(
    clerk: Client, inherited: Rule, other_unit: Unit, small_pack: dict[str, Any]
) -> None:
    office = inherited.edition.scheme.unit
    field = next(f for f in REGISTRY.newest()["inherit"].fields if f.code == "source")
    above, _ = load_pack(other_unit, small_pack | {"code": "above", "name": "上级办法"})
    publish(above, reason="测试")
    Scheme.objects.create(unit=other_unit, code="planned", name="尚未公布")
    last_year = {"last_year": "本办法上一年度"}
    assert known_names(field, inherited.edition) == last_year
    office.parent = other_unit
    office.save()
    inherited.edition.scheme.unit = office
    assert known_names(field, inherited.edition) == last_year | {"above": f"{other_unit.name}：上级办法"}


def test_the_part_of_a_review_is_chosen_by_the_name_of_the_review_that_has_it(
    clerk: Client, draft: Edition
) -> None:
    first = {"part": "democratic", "round": "R1", "points": "10"}
    Rule.objects.create(edition=draft, family="review", code="M1", name="民主测评", order=50, params=first)
    home = draft.components.get(code="work")
    second = Rule.objects.create(
        edition=draft, component=home, family="review", code="M2", name="第二轮", order=51,
        params={"part": "x", "points": "10"},
    )  # fmt: skip
    sent = form_of(clerk, second, param_part="民主测评", param_round="R2")
    assert clerk.post(page("change", second.pk), sent).status_code == 302
    second.refresh_from_db()
    assert (second.params["part"], second.params["round"]) == ("democratic", "R2")


def test_a_fault_of_the_family_is_said_at_the_field_that_it_names(clerk: Client, limit: Rule) -> None:
    answer = said(clerk, limit, param_most="-1")
    assert answer == {
        "sentence": "",
        "faults": [{"field": "param_most", "text": "“最多几分”须为0或以上，扣分也填正数。"}],
    }


def test_what_is_not_filled_in_yet_is_said_at_its_field(clerk: Client, limit: Rule) -> None:
    answer = said(clerk, limit, param_most="", target_items=[])
    assert [fault["field"] for fault in answer["faults"]] == ["param_most", "target_items"]


def test_a_wrong_tier_is_named_by_its_place(clerk: Client, draft: Edition) -> None:
    answer = said(clerk, draft.rules.get(code="A1"), **{"tiers-1-value": "两分"})
    assert [fault["text"][:4] for fault in answer["faults"]] == ["第2档："]


def test_meanings_are_asked_for_by_post_alone(clerk: Client, limit: Rule) -> None:
    assert clerk.get(page("say", limit.pk)).status_code == 405


def test_the_meaning_of_a_frozen_rule_is_not_tried_out(clerk: Client, draft: Edition) -> None:
    rule = draft.rules.get(code="A1")
    publish(draft)
    assert clerk.post(page("say", rule.pk), {}).status_code == 403


def test_the_meaning_of_another_units_rule_is_not_said(
    clerk: Client, other_unit: Unit, small_pack: dict[str, Any]
) -> None:
    foreign, _ = load_pack(other_unit, small_pack)
    assert clerk.post(page("say", foreign.rules.get(code="A1").pk), {}).status_code == 404


def test_who_only_reads_tries_nothing_out(
    client: Client, office: Unit, limit: Rule, account_in: Callable[..., Account]
) -> None:
    client.force_login(account_in("reader", office, role=Membership.Role.AUDITOR))
    assert client.post(page("say", limit.pk), {}).status_code == 403


def test_saving_a_rule_unchanged_keeps_the_digest(clerk: Client, draft: Edition, limit: Rule) -> None:
    draft.rules.filter(code="A1").update(condition={"all": [HIGH]})
    before = digest_of(snapshot_of(draft))
    for rule in draft.rules.all():
        response = clerk.post(page("change", rule.pk), form_of(clerk, rule))
        assert response.status_code == 302, response.context["errors"]
    assert digest_of(snapshot_of(draft)) == before


def test_a_condition_is_built_of_rows(clerk: Client, draft: Edition) -> None:
    rule = draft.rules.get(code="A1")
    sent = rows(("level", "eq", "national"), ("quantity", "gte", "1.5"), ("", "eq", ""), join="any")
    clerk.post(page("change", rule.pk), form_of(clerk, rule, **sent))
    rule.refresh_from_db()
    assert rule.condition == {"any": [HIGH, {"field": "quantity", "is": "gte", "value": "1.5"}]}


def test_a_condition_without_rows_is_none(clerk: Client, draft: Edition) -> None:
    draft.rules.filter(code="A1").update(condition=HIGH)
    rule = draft.rules.get(code="A1")
    clerk.post(page("change", rule.pk), form_of(clerk, rule, **rows(("", "eq", ""))))
    rule.refresh_from_db()
    assert rule.condition is None


def test_a_wrong_row_comes_back_as_it_was_typed_with_the_reason(clerk: Client, draft: Edition) -> None:
    rule = draft.rules.get(code="A1")
    data = form_of(clerk, rule, **rows(("quantity", "gt", "很多")))
    text = clerk.post(page("change", rule.pk), data).content.decode()
    assert "第1行：“数量”只能与数字比较" in text
    assert 'value="很多"' in text


def test_a_condition_that_rows_can_not_say_is_shown_and_kept(clerk: Client, draft: Edition) -> None:
    draft.rules.filter(code="A1").update(condition=DEEP)
    rule = draft.rules.get(code="A1")
    text = clerk.get(page("change", rule.pk)).content.decode()
    assert "级别 为 国家级 且 （" in text
    clerk.post(page("change", rule.pk), form_of(clerk, rule, **rows(("", "eq", "")), name="改名"))
    rule.refresh_from_db()
    assert (rule.name, rule.condition) == ("改名", DEEP)


def test_such_a_condition_is_given_up_on_request(clerk: Client, draft: Edition) -> None:
    draft.rules.filter(code="A1").update(condition=DEEP)
    rule = draft.rules.get(code="A1")
    sent = rows(("level", "eq", "national")) | {"condition_rows-anew": "on"}
    clerk.post(page("change", rule.pk), form_of(clerk, rule, **sent))
    rule.refresh_from_db()
    assert rule.condition == HIGH


def test_what_a_rule_speaks_of_is_ticked(clerk: Client, limit: Rule) -> None:
    other = limit.edition.rules.get(code="A3")
    first = limit.targets.get().target_rule_id
    clerk.post(page("change", limit.pk), form_of(clerk, limit, target_items=[str(other.pk), str(first)]))
    assert snapshot_of(limit.edition)["rules"][-1]["targets"] == {"items": ["A1", "A3"]}


def test_a_rule_of_another_edition_is_not_accepted_as_a_target(
    clerk: Client, limit: Rule, other_unit: Unit, small_pack: dict[str, Any]
) -> None:
    foreign, _ = load_pack(other_unit, small_pack)
    data = form_of(clerk, limit, target_items=[str(foreign.rules.get(code="A1").pk)])
    assert clerk.post(page("change", limit.pk), data).status_code == 200
    assert limit.targets.get().target_rule == limit.edition.rules.get(code="A1")


def test_every_family_is_offered_with_a_line_and_an_example(clerk: Client, draft: Edition) -> None:
    text = clerk.get(page("add"), {"edition": draft.pk}).content.decode()
    missing = [
        family.code
        for family in REGISTRY.newest().values()
        if family.about not in text or family.examples[0].title not in text
    ]
    assert missing == []


def test_a_family_of_a_component_asks_for_one(clerk: Client, draft: Edition) -> None:
    data = {"edition": draft.pk, "component": "", "family": "tiered", "code": "N1", "name": "新"}
    assert "“按档计分”须属于一个构成部分" in clerk.post(page("add"), data).content.decode()


def test_a_family_of_no_component_drops_the_one_that_was_chosen(clerk: Client, draft: Edition) -> None:
    data = {"edition": draft.pk, "component": draft.components.get().pk, "code": "N1", "name": "新"}
    clerk.post(page("add"), data | {"family": "limit"})
    assert Rule.objects.get(code="N1").component is None


def test_the_page_of_a_rule_asks_the_database_no_more_often_for_more_rules(
    clerk: Client, draft: Edition, limit: Rule, django_assert_max_num_queries: Any
) -> None:
    own = {"edition": draft, "component": draft.components.get(), "family": "tiered", "name": "项"}
    further = Rule.objects.bulk_create(Rule(**own, code=f"X{n}", order=100 + n) for n in range(60))
    RuleTarget.objects.bulk_create(
        RuleTarget(rule=limit, purpose="items", target_rule=rule) for rule in further
    )
    for rule in (limit, draft.rules.get(code="A1")):
        with django_assert_max_num_queries(25):
            clerk.get(page("change", rule.pk))
