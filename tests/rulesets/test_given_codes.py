"""Codes for records whose code nobody typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rulesets.codes import code_after, code_from
from rulesets.models import Edition, Rule, Scheme
from units.models import Account, Membership, Unit


@pytest.fixture
def clerk(client: Client, office: Unit, account_in: Callable[..., Account]) -> Client:
    client.force_login(account_in("clerk", office, role=Membership.Role.SCHEME_ADMIN))
    return client


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("加分项", (), "jfx"),
        ("加分项", ("JFX", "jfx2"), "jfx3"),
        ("市厅级（含）", (), "stjh"),
        ("2025年度重点", (), "x2025ndzd"),
        ("“！”", (), "x"),
        ("GDP 增长", (), "gdpzz"),
        ("中" * 60, (), "z" * 20),
    ],
)
def test_a_code_is_made_of_the_initials(name: str, taken: tuple[str, ...], code: str) -> None:
    assert code_from(name, taken) == code


@pytest.mark.parametrize(
    ("before", "taken", "code"),
    [
        ("B609", (), "B610"),
        ("B601", ("b602", "B603"), "B604"),
        ("D1", (), "D2"),
        ("lead", (), None),
        ("", (), None),
    ],
)
def test_a_code_follows_the_one_before(before: str, taken: tuple[str, ...], code: str | None) -> None:
    assert code_after(before, taken) == code


def test_rows_of_an_edition_that_share_initials_are_given_different_codes(
    clerk: Client, draft: Edition
) -> None:
    data: dict[str, Any] = {"components-TOTAL_FORMS": 2, "components-INITIAL_FORMS": 0}
    data |= {"subject": "person", "decimals": 2, "periods": ["year"]}
    for place, name in enumerate(("其他", "群体")):
        data |= {f"components-{place}-name": name, f"components-{place}-base": 0}
    response = clerk.post(reverse("admin:rulesets_edition_change", args=[draft.pk]), data)
    assert response.status_code == 302
    assert set(draft.components.values_list("code", flat=True)) > {"qt", "qt2"}


def test_an_item_is_given_the_code_after_the_one_above(clerk: Client, draft: Edition) -> None:
    component = draft.components.get()
    address = reverse("admin:rulesets_component_items", args=[component.pk])
    stamp = clerk.get(address).context["stamp"]
    a3 = draft.rules.get(code="A3")
    existing = {"r0-id": a3.pk, "r0-order": 0, "r0-shown": "role", "r0-code": "A3", "r0-name": "值班"}
    new = {"r1-id": "", "r1-order": 1, "r1-family": "tiered", "r1-name": "新的", "r1-c": "1", "r1-shown": ""}
    clerk.post(address, {"stamp": stamp, "rows": 2, "save": "1"} | existing | new)
    assert Rule.objects.get(name="新的").code == "A4"


def test_a_rule_is_given_a_code_of_its_name(clerk: Client, draft: Edition) -> None:
    data = {"edition": draft.pk, "component": "", "family": "limit", "code": "", "name": "每年限额"}
    clerk.post(reverse("admin:rulesets_rule_add"), data)
    assert Rule.objects.get(name="每年限额").code == "mnxe"


def test_a_blank_scheme_begins_with_a_draft(clerk: Client, office: Unit) -> None:
    data = {"unit": office.pk, "code": "", "name": "新办法"}
    response = clerk.post(reverse("admin:rulesets_scheme_add"), data)
    draft = Scheme.objects.get(code="xbf").editions.get()
    assert response.headers["Location"] == reverse("admin:rulesets_edition_change", args=[draft.pk])
