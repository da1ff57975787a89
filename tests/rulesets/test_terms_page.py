"""The page of an edition's words: rows saved together, choices with their attribute, nothing typed lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rulesets.models import Edition, Term
from rulesets.publication import publish
from rulesets.snapshots import digest_of, snapshot_of, vocabulary_of
from units.models import Account, Membership, Unit

Words = dict[str, Any]


@pytest.fixture
def clerk(client: Client, office: Unit, account_in: Callable[..., Account]) -> Client:
    client.force_login(account_in("clerk", office, role=Membership.Role.SCHEME_ADMIN))
    return client


def address(edition: Edition) -> str:
    return reverse("admin:rulesets_edition_terms", args=[edition.pk])


def form_of(client: Client, edition: Edition) -> tuple[Words, dict[str, list[int]]]:
    """What the page sends when nothing is changed, and the numbers of the blank rows of each kind."""
    context = client.get(address(edition)).context
    data: Words = {"stamp": context["stamp"], "rows": context["row_count"], "save": "1"}
    blank: dict[str, list[int]] = {}
    for section in context["sections"]:
        for row, cells in section.lines:
            data |= {f"t{row.number}-id": row.term.pk or "", f"t{row.number}-kind": row.kind}
            data |= {cell.name: cell.text for cell in cells}
            if row.is_new:
                blank.setdefault(row.kind, []).append(row.number)
    return data, blank


def number_of(data: Words, name: str) -> str:
    """The beginning of the names of a word's inputs."""
    return next(key for key, text in data.items() if key.endswith("-name") and text == name)[: -len("-name")]


def test_the_page_of_the_edition_says_its_words_a_line_a_kind(clerk: Client, draft: Edition) -> None:
    page = clerk.get(reverse("admin:rulesets_edition_change", args=[draft.pk])).content.decode()
    names = "、".join(draft.terms.filter(kind=Term.Kind.LEVEL).values_list("name", flat=True))
    assert names and f"<div>级别：{names}</div>" in page


def test_saving_without_a_change_writes_nothing(clerk: Client, draft: Edition) -> None:
    data, _ = form_of(clerk, draft)
    before, kept = digest_of(snapshot_of(draft)), Term.history.count()
    assert "没有改动" in clerk.post(address(draft), data, follow=True).content.decode()
    assert digest_of(snapshot_of(draft)) == before and Term.history.count() == kept


def test_an_attribute_and_its_choices_are_saved_in_one_step_with_codes_of_their_names(
    clerk: Client, draft: Edition
) -> None:
    data, blank = form_of(clerk, draft)
    data |= {f"t{blank['attribute'][0]}-name": "功次"}
    for number, name in zip(blank["choice"], ("一等功", "二等功"), strict=True):
        data |= {f"t{number}-parent": "功次", f"t{number}-name": name}
    data |= {f"t{blank['role'][0]}-name": "协助人员", f"t{blank['role'][0]}-most": "３"}
    assert clerk.post(address(draft), data | {"change_reason": "补记功"}).status_code == 302
    words = vocabulary_of(draft)
    assert words["attributes"][1] == {
        "code": "gc", "name": "功次", "type": "choice",
        "choices": [{"code": "ydg", "name": "一等功"}, {"code": "edg", "name": "二等功"}],
    }  # fmt: skip
    assert words["roles"][1] == {"code": "xzry", "name": "协助人员", "most": 3}
    assert Term.history.filter(history_change_reason="补记功").count() == 4


def test_words_stand_in_the_order_of_their_numbers(clerk: Client, draft: Edition) -> None:
    data, blank = form_of(clerk, draft)
    data |= {f"t{blank['level'][0]}-name": "省级", f"t{blank['level'][0]}-order": "1"}
    data |= {f"{number_of(data, '国家级')}-order": "3", f"{number_of(data, '市级')}-order": "2"}
    clerk.post(address(draft), data)
    assert [level["name"] for level in vocabulary_of(draft)["levels"]] == ["省级", "市级", "国家级"]


def test_what_cannot_be_saved_comes_back_as_it_was_typed_with_the_reason_at_its_cell(
    clerk: Client, draft: Edition
) -> None:
    data, blank = form_of(clerk, draft)
    wrong = {
        f"t{blank['role'][0]}-name": "协助",
        f"t{blank['role'][0]}-most": "三人",
        f"t{blank['choice'][0]}-parent": "没有的",
        f"t{blank['choice'][0]}-name": "一等功",
        f"t{blank['level'][0]}-code": "national",
        f"t{blank['attribute'][0]}-name": "日子",
        f"t{blank['attribute'][0]}-attribute_type": "时间",
        f"t{blank['group'][0]}-name": "新的分组",
    }
    before = draft.terms.count()
    response = clerk.post(address(draft), data | wrong)
    text = response.content.decode()
    assert {f'value="{typed}"' in text for typed in wrong.values()} == {True}
    said = {label: message for _, label, message in response.context["faults"]}
    assert said["角色 协助：每件事项最多人数"] == "“三人”不是1或以上的整数，请改正；不限的不填"
    assert said["情形 一等功：所属情形项"] == "没有叫“没有的”的情形项，可填：情形、日子"
    assert said["情形项 日子：填写方式"].startswith("没有“时间”这种填写方式，可填选择、数字")
    assert "级别 national：名称" in said and "aria-invalid" in text
    assert draft.terms.count() == before


def test_a_code_that_is_taken_is_told_at_the_code(clerk: Client, draft: Edition) -> None:
    data, blank = form_of(clerk, draft)
    data |= {f"t{blank['level'][0]}-name": "全国", f"t{blank['level'][0]}-code": "national"}
    ((name, _, message),) = clerk.post(address(draft), data).context["faults"]
    assert name.endswith("-code") and "已有这个编码" in message


def test_an_attribute_goes_with_its_choices_unless_tiers_use_them(clerk: Client, draft: Edition) -> None:
    data, _ = form_of(clerk, draft)
    gone = {f"{number_of(data, '情形')}-delete": "on"}
    (fault,) = clerk.post(address(draft), data | gone).context["faults"]
    assert "规则 A2 迟报 的档次用到了“情形”，不能删除" in fault[2]
    draft.rules.get(code="A2").delete()
    clerk.post(address(draft), data | gone)
    assert not draft.terms.filter(kind__in=("attribute", "choice")).exists()


def test_words_changed_elsewhere_meanwhile_are_told_before_anything_is_written(
    clerk: Client, draft: Edition
) -> None:
    data, _ = form_of(clerk, draft)
    draft.terms.filter(code="staff").update(name="职工")
    response = clerk.post(address(draft), data | {f"{number_of(data, '干部')}-name": "全体干部"})
    assert "用语已在别处改动过" in response.content.decode() and "全体干部" in response.content.decode()
    assert draft.terms.get(code="staff").name == "职工"


def test_the_words_of_a_published_edition_are_shown_and_not_taken(clerk: Client, draft: Edition) -> None:
    data, _ = form_of(clerk, draft)
    publish(draft)
    assert "只能查看" in clerk.get(address(draft)).content.decode()
    assert clerk.post(address(draft), data).status_code == 403


def test_further_rows_are_added_without_saving(clerk: Client, draft: Edition) -> None:
    data, blank = form_of(clerk, draft)
    del data["save"]
    data |= {f"t{blank['level'][0]}-name": "县级", "add": "level"}
    text = clerk.post(address(draft), data).content.decode()
    assert 'value="县级"' in text and not draft.terms.filter(name="县级").exists()
