"""The page on which an edition's texts for papers are written beside a preview."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from rulesets.drafts import copy_as_draft
from rulesets.models import Edition
from tests.reports.papers import text_of
from units.models import Account, Unit


@pytest.fixture
def draft(bureau: Unit) -> Edition:
    return copy_as_draft(Edition.objects.get(scheme__unit=bureau))


@pytest.fixture
def writer(client: Client, bureau: Unit, account_in: Callable[..., Account]) -> Client:
    """A client at which the scheme's administrator of 某局 is logged in."""
    client.force_login(account_in("writer", bureau, role="scheme_admin"))
    return client


def address(edition: Edition, name: str = "page", code: str = "notice") -> str:
    return reverse(f"admin:rulesets_wording_{name}", args=[edition.pk, code])


def texts(edition: Edition) -> dict[str, str]:
    return {wording.key: wording.text for wording in edition.wordings.all()}


def test_the_page_names_each_text_with_its_default(writer: Client, draft: Edition) -> None:
    page = writer.get(address(draft)).content.decode()
    assert "向谁反映" in page
    assert 'placeholder="{期间}考核结果公示"' in page


def test_what_is_saved_is_a_record_and_what_is_emptied_is_none(writer: Client, draft: Edition) -> None:
    writer.post(address(draft), {"notice_title": "关于{期间}考核结果的公示", "notice_order": "部门"})
    assert (
        texts(draft).items() >= {"notice_title": "关于{期间}考核结果的公示", "notice_order": "部门"}.items()
    )
    writer.post(address(draft), {"notice_title": "", "notice_order": "部门"})
    assert "notice_title" not in texts(draft)


def test_texts_of_other_papers_stay(writer: Client, draft: Edition) -> None:
    before = texts(draft)
    assert before == {"annual_form": "公务员"}
    writer.post(address(draft), {"notice_title": "公示"})
    assert texts(draft) == {**before, "notice_title": "公示"}


def test_a_text_with_a_fault_is_not_saved_and_told(writer: Client, draft: Edition) -> None:
    page = writer.post(address(draft), {"notice_order": "部门", "notice_title": "{单位名称}公示"})
    assert "花括号里可用的有" in page.content.decode()
    assert "notice_title" not in texts(draft)


def test_texts_of_a_published_edition_are_shown_and_not_taken(writer: Client, bureau: Unit) -> None:
    edition = Edition.objects.get(scheme__unit=bureau)
    assert "不能再改" in writer.get(address(edition)).content.decode()
    assert writer.post(address(edition), {"notice_title": "公示"}).status_code == 404


def test_who_may_only_read_cannot_write(
    client: Client, bureau: Unit, draft: Edition, account_in: Callable[..., Account]
) -> None:
    client.force_login(account_in("reader", bureau, role="recorder"))
    assert client.get(address(draft)).status_code == 200
    assert client.post(address(draft), {"notice_title": "公示"}).status_code == 404


@pytest.mark.parametrize("name", ["page", "preview", "document"])
def test_another_units_texts_are_not_there(
    client: Client, draft: Edition, other_unit: Unit, account_in: Callable[..., Account], name: str
) -> None:
    client.force_login(account_in("stranger", other_unit, role="scheme_admin"))
    ask: Any = client.post if name == "preview" else client.get
    assert ask(address(draft, name)).status_code == 404


def test_a_paper_that_there_is_not_is_not_found(writer: Client, draft: Edition) -> None:
    assert writer.get(address(draft, code="diploma")).status_code == 404


def test_the_preview_shows_texts_that_are_not_saved(writer: Client, draft: Edition) -> None:
    first = writer.post(address(draft, "preview"), {"notice_head": "某局"})
    other = writer.post(address(draft, "preview"), {"notice_head": "某局办公室"})
    assert first["X-Pages"] == "1"
    with Image.open(BytesIO(first.content)) as picture:
        assert picture.width == 1000
    assert first.content != other.content
    assert "notice_head" not in texts(draft)


def test_the_preview_tells_a_fault(writer: Client, draft: Edition) -> None:
    answer = writer.post(address(draft, "preview"), {"notice_order": "年龄"})
    assert answer.status_code == 422
    assert "按什么排列" in answer.json()["messages"][0]


def test_a_paper_that_does_not_apply_says_so_in_place_of_a_preview(writer: Client, draft: Edition) -> None:
    answer = writer.post(address(draft, "preview", "monthly"))
    assert (answer.status_code, answer.json()["messages"]) == (
        422,
        ["不能打印月度考核表：《内部量化考核工作方案》不按月考核。"],
    )


def test_the_saved_texts_make_a_pdf(writer: Client, draft: Edition) -> None:
    writer.post(address(draft), {"notice_signature": "某局考核委员会"})
    assert "某局考核委员会" in text_of(writer.get(address(draft, "document")).content)
