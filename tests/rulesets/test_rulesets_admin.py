"""The admin pages of schemes: drafts are edited without JSON, frozen editions only shown, walls kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rulesets.drafts import copy_as_draft
from rulesets.models import Component, Edition, Rule, Scheme, Term, Tier
from rulesets.packs import load_pack, pack_from
from rulesets.publication import publish
from rulesets.snapshots import digest_of, snapshot_of
from units.models import Account, Unit

MODELS = ("scheme", "edition", "component", "rule", "term", "tier", "ruletarget", "wording")
ALL = tuple(f"{verb}_{model}" for verb in ("view", "add", "change", "delete") for model in MODELS)


@pytest.fixture
def clerk(client: Client, office: Unit, account_in: Callable[..., Account]) -> Client:
    """A client at which somebody of 某办 is logged in, who may write schemes and publish them."""
    client.force_login(account_in("clerk", office, permissions=(*ALL, "publish_edition")))
    return client


@pytest.fixture
def writer(client: Client, office: Unit, account_in: Callable[..., Account]) -> Client:
    """The same at which somebody is logged in who reads schemes and may not publish them."""
    client.force_login(account_in("writer", office, role="recorder"))
    return client


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:rulesets_{name}", args=args)


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def rule_post(rule: Rule, **changes: Any) -> dict[str, Any]:
    """What the page of the rule A1 sends when nothing but the changes is changed."""
    tiers = list(rule.tiers.all())
    data: dict[str, Any] = {
        "code": rule.code, "name": rule.name, "clause": "", "assumed": "", "order": rule.order,
        "component": rule.component_id or "",
        "tiers-TOTAL_FORMS": len(tiers), "tiers-INITIAL_FORMS": len(tiers),
    }  # fmt: skip
    for place, tier in enumerate(tiers):
        values = {"id": tier.pk, "rule": rule.pk, "level": tier.level_id, "value": tier.value, "order": place}
        data |= {f"tiers-{place}-{key}": value for key, value in values.items()}
        data[f"tiers-{place}-low_included"] = "on"
    return data | changes


def new_rule(edition: Edition, family: str, code: str) -> dict[str, Any]:
    """What the page for a new rule sends."""
    component = edition.components.get().pk
    return {"edition": edition.pk, "component": component, "family": family, "code": code, "name": "新规则"}


@pytest.mark.parametrize("model", ["scheme", "edition", "component", "rule"])
def test_each_list_is_shown(clerk: Client, draft: Edition, model: str) -> None:
    assert "小办法" in shown(clerk, page(f"{model}_changelist")) or "A1" in shown(
        clerk, page(f"{model}_changelist")
    )


@pytest.mark.parametrize("model", ["scheme", "edition", "component", "rule"])
def test_each_form_for_a_new_record_is_shown(clerk: Client, draft: Edition, model: str) -> None:
    assert shown(clerk, page(f"{model}_add"))


def test_the_page_of_a_scheme_leads_to_its_editions(clerk: Client, draft: Edition) -> None:
    assert page("edition_change", draft.pk) in shown(clerk, page("scheme_change", draft.scheme_id))


def test_the_page_of_an_edition_leads_to_the_items_of_its_components_and_to_its_other_rules(
    clerk: Client, draft: Edition
) -> None:
    text = shown(clerk, page("edition_change", draft.pk))
    assert page("component_items", draft.components.get().pk) in text
    assert page("rule_change", draft.rules.get(code="good").pk) in text


def test_components_dragged_into_another_order_stay_in_it(clerk: Client, draft: Edition) -> None:
    first = draft.components.get()
    second = Component.objects.create(edition=draft, code="rest", name="其他", order=1)
    data = {f"{rows}-{count}_FORMS": 0 for rows in ("terms", "wordings") for count in ("TOTAL", "INITIAL")}
    data |= {"components-TOTAL_FORMS": 2, "components-INITIAL_FORMS": 2}
    for place, (component, order) in enumerate([(first, 2), (second, 1)]):
        own = {"id": component.pk, "edition": draft.pk, "code": component.code, "name": component.name}
        own |= {"base": component.base, "floor": component.floor or "", "ceiling": component.ceiling or ""}
        data |= {f"components-{place}-{key}": value for key, value in (own | {"order": order}).items()}
    data |= {"subject": "person", "decimals": 2, "periods": ["year"], "document_number": ""}
    assert clerk.post(page("edition_change", draft.pk), data).status_code == 302
    assert [part["code"] for part in snapshot_of(draft)["components"]] == ["rest", "work"]


def test_the_page_of_an_edition_asks_the_database_no_more_often_for_more_words_and_components(
    clerk: Client, draft: Edition, django_assert_max_num_queries: Any
) -> None:
    Term.objects.bulk_create(
        Term(edition=draft, kind="level", code=f"l{n}", name="级", order=n) for n in range(20)
    )
    Component.objects.bulk_create(
        Component(edition=draft, code=f"c{n}", name="部分", order=n) for n in range(20)
    )
    with django_assert_max_num_queries(25):
        shown(clerk, page("edition_change", draft.pk))


def test_the_page_of_a_component_leads_to_its_rules(clerk: Client, draft: Edition) -> None:
    rule = draft.rules.get(code="A1")
    assert page("rule_change", rule.pk) in shown(clerk, page("component_change", draft.components.get().pk))


@pytest.mark.parametrize("code", ["A1", "A2", "A3", "good", "V1"])
def test_the_page_of_each_rule_is_shown(clerk: Client, draft: Edition, code: str) -> None:
    assert shown(clerk, page("rule_change", draft.rules.get(code=code).pk))


def test_the_page_of_a_rule_says_what_it_means(clerk: Client, draft: Edition) -> None:
    assert "国家级：每次+5分" in shown(clerk, page("rule_change", draft.rules.get(code="A1").pk))


def test_the_page_of_an_unfinished_rule_says_what_is_missing(clerk: Client, draft: Edition) -> None:
    draft.rules.filter(code="A2").update(params={})
    assert "填写完整后显示" in shown(clerk, page("rule_change", draft.rules.get(code="A2").pk))


def test_a_condition_is_shown_as_a_sentence(clerk: Client, draft: Edition) -> None:
    draft.rules.filter(code="A3").update(condition={"field": "level", "is": "eq", "value": "national"})
    assert "级别为国家级" in shown(clerk, page("rule_change", draft.rules.get(code="A3").pk))


def test_a_clerk_sees_form_fields_and_no_json(clerk: Client, draft: Edition) -> None:
    text = shown(clerk, page("rule_change", draft.rules.get(code="A2").pk))
    assert 'name="param_members"' in text
    assert 'name="params"' not in text


def test_the_tiers_have_only_the_axes_of_the_family(clerk: Client, draft: Edition) -> None:
    text = shown(clerk, page("rule_change", draft.rules.get(code="A3").pk))
    assert 'name="tiers-0-role"' in text
    assert 'name="tiers-0-low"' not in text


def test_what_a_clerk_fills_in_stands_in_the_snapshot(clerk: Client, draft: Edition) -> None:
    rule = draft.rules.get(code="A1")
    data = rule_post(rule, param_members="on", param_roles=["lead"], **{"tiers-0-value": "6.50"})
    assert clerk.post(page("rule_change", rule.pk), data).status_code == 302
    stored = snapshot_of(draft)["rules"][0]
    assert stored["params"] == {"members": True, "roles": ["lead"]}
    assert stored["tiers"][0]["value"] == "6.5"


def test_saving_a_rule_unchanged_keeps_the_digest(clerk: Client, draft: Edition) -> None:
    before = digest_of(snapshot_of(draft))
    rule = draft.rules.get(code="A1")
    assert clerk.post(page("rule_change", rule.pk), rule_post(rule)).status_code == 302
    assert digest_of(snapshot_of(draft)) == before


def test_a_level_of_another_edition_is_not_accepted(
    clerk: Client, draft: Edition, small_pack: dict[str, Any]
) -> None:
    newer, _ = load_pack(draft.scheme.unit, {**small_pack, "decimals": 1})
    foreign = newer.terms.filter(kind="level").first()
    assert foreign is not None
    rule = draft.rules.get(code="A1")
    data = rule_post(rule, **{"tiers-0-level": foreign.pk})
    assert clerk.post(page("rule_change", rule.pk), data).status_code == 200
    assert digest_of(snapshot_of(draft)) == digest_of(small_pack)


def test_a_new_rule_begins_with_its_family(clerk: Client, draft: Edition) -> None:
    data = {
        "edition": draft.pk,
        "component": draft.components.get().pk,
        "family": "limit",
        "code": "L1",
        "name": "限额",
    }
    clerk.post(page("rule_add"), data | {"_continue": "1"})
    assert 'name="param_most"' in shown(clerk, page("rule_change", Rule.objects.get(code="L1").pk))


def test_the_component_chosen_for_a_rule_that_counts_into_one_is_not_asked_for_again(
    clerk: Client, draft: Edition
) -> None:
    clerk.post(page("rule_add"), new_rule(draft, "inherit", "H1"))
    rule = Rule.objects.get(code="H1")
    target = rule.targets.get()
    assert (rule.component, target.purpose, target.target_component) == (
        None,
        "component",
        draft.components.get(),
    )


def test_a_new_rule_leads_on_to_the_page_where_its_contents_are_filled_in(
    clerk: Client, draft: Edition
) -> None:
    response = clerk.post(page("rule_add"), new_rule(draft, "tiered", "N1"))
    assert response.headers["Location"] == page("rule_change", Rule.objects.get(code="N1").pk)


def test_a_new_rule_comes_after_the_others(clerk: Client, draft: Edition) -> None:
    clerk.post(page("rule_add"), new_rule(draft, "tiered", "N1"))
    assert list(draft.rules.values_list("code", flat=True))[-1] == "N1"


def test_a_changed_rule_leads_back_to_the_items_of_its_component(clerk: Client, draft: Edition) -> None:
    rule = draft.rules.get(code="A1")
    response = clerk.post(page("rule_change", rule.pk), rule_post(rule))
    assert response.headers["Location"] == page("component_items", rule.component_id)


def test_a_new_rule_is_not_offered_a_published_edition(clerk: Client, draft: Edition) -> None:
    copy = copy_as_draft(publish(draft))
    offered = clerk.get(page("rule_add")).context["adminform"].form.fields["edition"].queryset
    assert list(offered) == [copy]


def test_a_new_rule_of_one_draft_is_offered_the_components_of_that_draft_alone(
    clerk: Client, draft: Edition
) -> None:
    copy = copy_as_draft(draft)
    response = clerk.get(page("rule_add"), {"edition": copy.pk})
    offered = response.context["adminform"].form.fields["component"].queryset
    assert list(offered) == list(copy.components.all())


def test_components_of_several_drafts_are_told_apart(clerk: Client, draft: Edition) -> None:
    copy = copy_as_draft(draft)
    text = shown(clerk, page("rule_add"))
    assert {f"{edition}：" in text for edition in (draft, copy)} == {True}


def test_a_code_given_twice_is_refused_in_chinese(clerk: Client, draft: Edition) -> None:
    data = {
        "edition": draft.pk,
        "component": draft.components.get().pk,
        "family": "tiered",
        "code": "A1",
        "name": "又一个",
    }
    assert "本版已有这个编码的规则" in clerk.post(page("rule_add"), data).content.decode()


@pytest.mark.parametrize("code", ["A1", "A2", "A3", "good", "V1"])
def test_a_rule_of_a_published_edition_is_shown_and_can_not_be_changed(
    clerk: Client, draft: Edition, code: str
) -> None:
    publish(draft)
    address = page("rule_change", Rule.objects.get(code=code).pk)
    text = shown(clerk, address)
    assert 'name="name"' not in text
    assert clerk.post(address, {"name": "改"}).status_code == 403


def test_the_page_of_a_published_edition_has_no_inputs(clerk: Client, draft: Edition) -> None:
    publish(draft)
    address = page("edition_change", draft.pk)
    assert 'name="decimals"' not in shown(clerk, address)
    assert clerk.post(address, {"decimals": 3}).status_code == 403


def test_a_component_of_a_published_edition_can_not_be_changed(clerk: Client, draft: Edition) -> None:
    publish(draft)
    address = page("component_change", Component.objects.get().pk)
    assert 'name="base"' not in shown(clerk, address)
    assert clerk.post(address, {"base": 3}).status_code == 403


def test_a_published_edition_is_not_deleted_by_the_action_of_its_list(clerk: Client, draft: Edition) -> None:
    publish(draft)
    data = {"action": "delete_selected", "_selected_action": [draft.pk], "post": "yes"}
    clerk.post(page("edition_changelist"), data)
    assert Edition.objects.filter(pk=draft.pk).exists()


def test_a_draft_is_deleted_with_all_its_records(clerk: Client, draft: Edition) -> None:
    clerk.post(page("edition_delete", draft.pk), {"post": "yes"})
    assert (Edition.objects.count(), Rule.objects.count(), Tier.objects.count()) == (0, 0, 0)


def test_the_figures_of_a_draft_are_edited_on_its_page(clerk: Client, draft: Edition) -> None:
    none = {f"components-{count}_FORMS": 0 for count in ("TOTAL", "INITIAL")}
    own = {
        "subject": "person",
        "decimals": 1,
        "periods": ["year", "half"],
        "document_number": "某发〔2025〕1号",
    }
    assert clerk.post(page("edition_change", draft.pk), none | own).status_code == 302
    stored = snapshot_of(Edition.objects.get(pk=draft.pk))
    assert (stored["decimals"], stored["periods"]) == (1, ["year", "half"])


def test_a_copy_is_a_new_draft_that_says_the_same(clerk: Client, draft: Edition) -> None:
    published = publish(draft)
    clerk.post(page("edition_copy", draft.pk))
    copy = Edition.objects.get(number=2)
    assert copy.status == Edition.Status.DRAFT
    assert digest_of(snapshot_of(copy)) == published.digest


def test_the_exported_pack_has_the_digest_of_the_edition(clerk: Client, draft: Edition) -> None:
    exported = clerk.get(page("edition_export", draft.pk)).content
    assert digest_of(pack_from(exported, "x.yaml")) == digest_of(snapshot_of(draft))


def test_the_structure_of_packs_can_be_downloaded(clerk: Client, office: Unit) -> None:
    assert clerk.get(page("edition_structure")).json()["title"] == "考核办法"


@pytest.fixture
def foreign(other_unit: Unit, small_pack: dict[str, Any]) -> Edition:
    """The same scheme in a unit that the clerk has nothing to do with."""
    edition, _ = load_pack(other_unit, small_pack)
    return edition


def test_the_pages_of_another_unit_are_closed(clerk: Client, foreign: Edition) -> None:
    addresses = [page(f"edition_{name}", foreign.pk) for name in ("check", "export")]
    assert [clerk.get(address).status_code for address in addresses] == [404, 404]
    posts = [page(f"edition_{name}", foreign.pk) for name in ("publish", "copy")]
    assert [clerk.post(address, {"reason": "x"}).status_code for address in posts] == [404, 404]


@pytest.mark.parametrize("model", [Scheme, Edition, Component, Rule])
def test_the_records_of_another_unit_are_not_shown(clerk: Client, foreign: Edition, model: Any) -> None:
    record = model.objects.first()
    response = clerk.get(page(f"{model._meta.model_name}_change", record.pk))
    assert response.status_code == 302


def test_a_rule_is_not_added_to_another_units_edition(clerk: Client, foreign: Edition) -> None:
    data = {
        "edition": foreign.pk,
        "component": foreign.components.get().pk,
        "family": "tiered",
        "code": "N1",
        "name": "新",
    }
    clerk.post(page("rule_add"), data)
    assert not Rule.objects.filter(code="N1").exists()


def test_the_page_that_deletes_a_draft_counts_what_goes_with_it(clerk: Client, draft: Edition) -> None:
    tiers = Tier.objects.filter(rule__edition=draft).count()
    assert f"<li>档次 {tiers} 条</li>" in shown(clerk, page("edition_delete", draft.pk))
    clerk.post(page("edition_delete", draft.pk), {"post": "yes"})
    assert not Edition.objects.filter(pk=draft.pk).exists()
