"""A new scheme begins with a copy: of a shipped one, of one that another unit shares, of a workbook."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from rulesets.drafts import copy_as_draft
from rulesets.engine.canonical import digest_of
from rulesets.families import REGISTRY
from rulesets.library import shipped, shipped_snapshot
from rulesets.models import Edition, Rule, Scheme
from rulesets.packs import load_pack
from rulesets.publication import publish
from rulesets.snapshots import snapshot_of
from rulesets.workbook import workbook_of
from tests.rulesets.test_workbook import rewritten
from units.models import Account, Unit

SCHEMES = Path(__file__).parents[2] / "fixtures/schemes"


@pytest.fixture
def clerk(client: Client, office: Unit, account_in: Callable[..., Account]) -> Client:
    """A client at which the scheme administrator of 某办 is signed in."""
    client.force_login(account_in("clerk", office, role="scheme_admin"))
    return client


def page(name: str, *args: Any) -> str:
    return reverse(f"admin:rulesets_{name}", args=args)


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


def file(content: bytes, name: str = "办法.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def shared(other_unit: Unit, small_pack: dict[str, Any]) -> Edition:
    """The small scheme, published in another unit that shares it."""
    edition, _ = load_pack(other_unit, {**small_pack, "document_number": "别发〔2025〕1号"})
    publish(edition, reason="测试")
    Scheme.objects.filter(pk=edition.scheme_id).update(is_shared=True)
    return Edition.objects.get(pk=edition.pk)


def asked(office: Unit, **changes: Any) -> dict[str, Any]:
    return {"unit": office.pk, "code": "ours", "name": "本办考核办法"} | changes


# ── the library ──


def test_every_shipped_scheme_stands_in_the_library_with_what_it_is_for() -> None:
    assert {scheme.code for scheme in shipped()} == {path.stem for path in SCHEMES.glob("*.yaml")}
    assert all(scheme.name and scheme.about and scheme.suits for scheme in shipped())


def test_the_list_of_schemes_leads_to_the_four_ways(clerk: Client) -> None:
    assert page("scheme_start") in text(clerk.get(page("scheme_changelist")))
    shown = text(clerk.get(page("scheme_start")))
    ways = [page("scheme_from_library", scheme.code) for scheme in shipped()]
    assert all(way in shown for way in (*ways, page("scheme_from_workbook"), page("scheme_add")))


def test_a_shipped_scheme_is_shown_by_its_sentences_before_it_is_copied(clerk: Client) -> None:
    assert "无故不参加集中学习" in text(clerk.get(page("scheme_from_library", "bureau")))


def test_a_shipped_scheme_is_copied_as_a_draft_under_the_units_own_name(clerk: Client, office: Unit) -> None:
    clerk.post(page("scheme_from_library", "bureau"), asked(office))
    draft = Edition.objects.get(scheme__unit=office)
    assert (draft.scheme.code, draft.scheme.name, draft.status) == ("ours", "本办考核办法", "draft")
    assert draft.origin == "照抄范本《内部量化考核工作方案》"
    expected = {**shipped_snapshot("bureau"), "code": "ours", "name": "本办考核办法"}
    assert digest_of(snapshot_of(draft)) == digest_of(expected)
    assert draft.origin in text(clerk.get(page("edition_change", draft.pk)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"code": "1x"}, "编码须以英文字母开头"), ({"name": ""}, "必填"), ({"unit": 0}, "选择一个有效的选项")],
)
def test_a_copy_needs_a_code_a_name_and_a_unit_of_ones_own(
    clerk: Client, office: Unit, changes: dict[str, Any], said: str
) -> None:
    assert said in text(clerk.post(page("scheme_from_library", "bureau"), asked(office, **changes)))
    assert not Scheme.objects.exists()


def test_a_code_that_the_unit_has_already_is_refused(clerk: Client, office: Unit, draft: Edition) -> None:
    said = text(clerk.post(page("scheme_from_library", "bureau"), asked(office, code="small")))
    assert "本单位已有编码为“small”的考核办法" in said
    assert Edition.objects.get() == draft


def test_items_whose_codes_another_scheme_of_the_unit_has_are_refused(
    clerk: Client, office: Unit, draft: Edition, shared: Edition
) -> None:
    said = text(clerk.post(page("scheme_from_shared", shared.pk), asked(office)))
    assert "计分项编码“A1”在本单位的《小办法》里已经使用" in said
    assert not Scheme.objects.filter(unit=office, code="ours").exists()


def test_there_is_no_scheme_in_the_library_but_those_shipped(clerk: Client) -> None:
    assert clerk.get(page("scheme_from_library", "library")).status_code == 404


def test_a_blank_scheme_begins_with_a_draft_whose_workbook_can_be_filled_in(
    clerk: Client, office: Unit
) -> None:
    response = clerk.post(page("scheme_add"), {"unit": office.pk, "code": "ours", "name": "本办考核办法"})
    draft = Edition.objects.get(scheme__code="ours")
    assert response["Location"] == page("edition_change", draft.pk)
    assert clerk.get(page("edition_workbook", draft.pk)).status_code == 200
    assert clerk.get(page("edition_from_workbook", draft.pk)).status_code == 200


# ── from another unit ──


def test_a_shared_scheme_is_offered_with_its_unit_and_number(clerk: Client, shared: Edition) -> None:
    shown = text(clerk.get(page("scheme_start")))
    assert page("scheme_from_shared", shared.pk) in shown
    assert "别处 · 第1版 · 别发〔2025〕1号" in shown


def test_a_shared_scheme_is_copied_and_nothing_leads_back(
    clerk: Client, office: Unit, shared: Edition
) -> None:
    clerk.post(page("scheme_from_shared", shared.pk), asked(office))
    draft = Edition.objects.get(scheme__unit=office)
    assert draft.origin == "照抄别处《小办法》第1版（别发〔2025〕1号）"
    copied, source = snapshot_of(draft), snapshot_of(shared)
    own = {"code": "ours", "name": "本办考核办法"}
    assert copied == {**{key: value for key, value in source.items() if key != "document_number"}, **own}
    assert not draft.rules.filter(targets__target_rule__edition=shared).exists()
    assert not Rule.objects.filter(edition=draft, component__edition=shared).exists()


def test_a_copy_stays_when_sharing_ends(clerk: Client, office: Unit, shared: Edition) -> None:
    clerk.post(page("scheme_from_shared", shared.pk), asked(office))
    Scheme.objects.filter(pk=shared.scheme_id).update(is_shared=False)
    assert clerk.get(page("scheme_from_shared", shared.pk)).status_code == 404
    assert page("scheme_from_shared", shared.pk) not in text(clerk.get(page("scheme_start")))
    assert Edition.objects.get(scheme__unit=office).rules.count() == 7


def test_what_is_not_shared_or_not_published_is_not_given_away(clerk: Client, shared: Edition) -> None:
    draft = copy_as_draft(shared)
    assert clerk.get(page("scheme_from_shared", draft.pk)).status_code == 404
    Scheme.objects.update(is_shared=False)
    answer = clerk.get(page("scheme_from_shared", shared.pk))
    assert (answer.status_code, "小办法" in text(answer)) == (404, False)


def test_sharing_opens_no_page_of_the_other_unit(clerk: Client, shared: Edition) -> None:
    assert clerk.get(page("edition_change", shared.pk)).status_code in (302, 404)
    assert clerk.get(page("edition_workbook", shared.pk)).status_code == 404
    assert "小办法" not in text(clerk.get(page("edition_changelist")))


def test_the_unit_itself_says_whether_it_shares(clerk: Client, draft: Edition) -> None:
    data = {"name": "小办法", "is_shared": "on"}
    clerk.post(page("scheme_change", draft.scheme_id), data)
    assert Scheme.objects.get().is_shared


@pytest.mark.parametrize("way", ["start", "from_workbook"])
def test_who_may_not_write_schemes_starts_none(
    client: Client, office: Unit, account_in: Callable[..., Account], way: str
) -> None:
    client.force_login(account_in("recorder", office, role="recorder"))
    assert client.get(page(f"scheme_{way}")).status_code == 403


# ── from a workbook ──


@pytest.fixture
def workbook(small_pack: dict[str, Any]) -> bytes:
    return workbook_of(small_pack, REGISTRY)


def token_of(response: Any) -> str:
    context = response.context
    form = context.get("confirm_form") or context["token"]
    token: str = form.initial["token"]
    return token


def test_a_new_scheme_begins_with_a_workbook(clerk: Client, office: Unit, workbook: bytes) -> None:
    preview = clerk.post(page("scheme_from_workbook"), {"file": file(workbook)})
    assert "国家级：每次+5分" in text(preview)
    assert not Scheme.objects.exists()
    clerk.post(page("scheme_workbook_confirm"), asked(office, token=token_of(preview)))
    assert Edition.objects.get().origin == "读自工作簿 办法.xlsx"


def test_the_name_is_asked_again_where_it_can_not_be_used(
    clerk: Client, office: Unit, workbook: bytes
) -> None:
    token = token_of(clerk.post(page("scheme_from_workbook"), {"file": file(workbook)}))
    again = clerk.post(page("scheme_workbook_confirm"), asked(office, token=token, code="a b"))
    assert "编码须以英文字母开头" in text(again)
    assert token in text(again)


def test_a_faulty_workbook_starts_nothing(clerk: Client, workbook: bytes) -> None:
    def change(book: Any) -> None:
        book["档次"]["C2"] = "省级"

    said = text(clerk.post(page("scheme_from_workbook"), {"file": file(rewritten(workbook, change))}))
    assert "工作表“档次”，第 2 行，列“级别”：没有“省级”这个级别" in said
    assert not Scheme.objects.exists()


def test_an_edition_goes_out_as_a_workbook(clerk: Client, draft: Edition, workbook: bytes) -> None:
    response = clerk.get(page("edition_workbook", draft.pk))
    assert response["Content-Disposition"] == 'attachment; filename="small-1.xlsx"'
    assert response.content == workbook


def test_a_workbook_shows_what_would_differ_and_becomes_a_new_draft(
    clerk: Client, draft: Edition, workbook: bytes
) -> None:
    def change(book: Any) -> None:
        book["构成部分"]["F2"] = 30

    changed = rewritten(workbook, change)
    preview = clerk.post(page("edition_from_workbook", draft.pk), {"file": file(changed)})
    ((section, (difference,)),) = preview.context["sections"]
    (value,) = difference.values
    assert (section, difference.code, value.label, value.before, value.after) == (
        *("构成部分", "work", "上限"),
        *("20", "30"),
    )
    assert "<del>20</del>" in text(preview)
    assert Edition.objects.count() == 1
    clerk.post(page("edition_workbook_confirm", draft.pk), {"token": token_of(preview)})
    new = Edition.objects.get(number=2)
    assert new.components.get().ceiling == 30
    assert Edition.objects.get(number=1).components.get().ceiling == 20


def test_the_same_workbook_makes_no_further_draft(clerk: Client, draft: Edition, workbook: bytes) -> None:
    preview = clerk.post(page("edition_from_workbook", draft.pk), {"file": file(workbook)})
    assert "内容完全一致" in text(preview)
    clerk.post(page("edition_workbook_confirm", draft.pk), {"token": token_of(preview)})
    assert Edition.objects.count() == 1


def test_a_workbook_of_another_scheme_is_refused(clerk: Client, draft: Edition, small_pack: Any) -> None:
    other = workbook_of({**small_pack, "code": "other"}, REGISTRY)
    said = text(clerk.post(page("edition_from_workbook", draft.pk), {"file": file(other)}))
    assert "工作簿里的办法编码是“other”，本办法是“small”" in said


@pytest.mark.parametrize("content", [b"", b"PK", b"x,y\n1,2\n"])
def test_what_is_no_workbook_is_refused_in_words(clerk: Client, draft: Edition, content: bytes) -> None:
    response = clerk.post(page("edition_from_workbook", draft.pk), {"file": file(content)})
    assert response.status_code == 200
    assert response.context.get("faults") or response.context["form"].errors


def test_what_was_previewed_is_confirmed_by_the_same_account_and_for_the_same_edition(
    clerk: Client, draft: Edition, workbook: bytes, office: Unit, account_in: Callable[..., Account]
) -> None:
    token = token_of(clerk.post(page("edition_from_workbook", draft.pk), {"file": file(workbook)}))
    second = copy_as_draft(draft)
    tries = [clerk.post(page("edition_workbook_confirm", second.pk), {"token": token})]
    tries.append(clerk.post(page("edition_workbook_confirm", draft.pk), {"token": token + "x"}))
    clerk.force_login(account_in("other", office, role="scheme_admin"))
    tries.append(clerk.post(page("edition_workbook_confirm", draft.pk), {"token": token}))
    assert all("预览已经失效" in text(response) for response in tries)
    assert Edition.objects.count() == 2


def test_a_reader_takes_the_workbook_away_and_brings_none_in(
    client: Client, office: Unit, draft: Edition, account_in: Callable[..., Account], workbook: bytes
) -> None:
    client.force_login(account_in("recorder", office, role="recorder"))
    assert client.get(page("edition_workbook", draft.pk)).status_code == 200
    assert client.post(page("edition_from_workbook", draft.pk), {"file": file(workbook)}).status_code == 403
    assert client.post(page("edition_workbook_confirm", draft.pk), {"token": "x"}).status_code == 403
