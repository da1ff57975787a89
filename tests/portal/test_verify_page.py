"""The public page that verifies papers: what it tells outsiders, and what those who may see the result."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from assessments.models import Run
from reports.issuing import Issue, digest_of_file, issues_of, register
from reports.models import IssuedPaper
from reports.printing import Order, prepared
from reports.rendering import rendered
from units.models import Account

pytestmark = pytest.mark.django_db
PAGE = "/verify/"


@pytest.fixture
def issued(run: Run) -> tuple[Issue, bytes]:
    """The form of 1002 李二, issued."""
    job = prepared(run.unit, Order("annual", "2025", nos=["1002"]))
    [issue] = issues_of(job)
    content = rendered(issue.paper)
    with transaction.atomic():
        register(job, [issue], [digest_of_file(content)])
    return issue, content


def of_code(issue: Issue) -> str:
    return reverse("portal:verify_code", args=[issue.code])


def upload(client: Client, content: bytes) -> str:
    return text(client.post(PAGE, {"file": SimpleUploadedFile("a.pdf", content)}))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def forged(issued: tuple[Issue, bytes]) -> bytes:
    paper = issued[0].paper
    return rendered(replace(paper, html=paper.html.replace("李二", "李三")))


def test_a_code_tells_what_is_on_the_paper_and_no_person(client: Client, issued: tuple[Issue, bytes]) -> None:
    page = text(client.get(of_code(issued[0])))
    for shown in ("某局", "2025年", "年度考核登记表", "尚未公布", issued[0].code, "李＊＊"):
        assert shown in page
    for hidden in ("李二", "1002", "总分"):
        assert hidden not in page


def test_who_may_see_the_result_sees_what_holds_today(
    client: Client, issued: tuple[Issue, bytes], run: Run, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("committee", run.unit))
    page = text(client.get(of_code(issued[0])))
    assert "李二（1002）" in page
    assert "现行结果：总分" in page


def test_who_is_of_another_unit_sees_no_more_than_an_outsider(
    client: Client, issued: tuple[Issue, bytes], neighbours_run: Run, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("scheme_admin", neighbours_run.unit))
    assert "李二" not in text(client.get(of_code(issued[0])))
    assert "李二" not in upload(client, forged(issued))


def test_a_typed_code_leads_to_its_page(client: Client, issued: tuple[Issue, bytes]) -> None:
    answer = client.post(PAGE, {"code": issued[0].code.lower().replace("-", "")})
    assert answer["Location"] == of_code(issued[0])


def test_an_unknown_code_is_told(client: Client) -> None:
    answer = client.get(reverse("portal:verify_code", args=["AAAA-AAAA-AAAA-AAAA"]))
    assert answer.status_code == 404
    assert "没有登记" in text(answer)


@pytest.mark.parametrize(
    ("given", "sentence"), [({}, "请填写表册上的核验编号"), ({"code": "1"}, "16 个字母和数字")]
)
def test_what_is_no_code_is_told(client: Client, given: dict[str, str], sentence: str) -> None:
    answer = client.post(PAGE, given)
    assert answer.status_code == 400
    assert sentence in text(answer)


def test_an_original_file_is_known_to_everybody(client: Client, issued: tuple[Issue, bytes]) -> None:
    page = upload(client, issued[1])
    assert "原件" in page
    assert "李二" not in page


def test_an_outsider_does_not_learn_from_a_forgery_what_was_issued(
    client: Client, issued: tuple[Issue, bytes]
) -> None:
    page = upload(client, forged(issued))
    assert "不是登记的原件" in page
    assert "李" not in page


def test_who_may_see_the_result_sees_where_a_forgery_departs(
    client: Client, issued: tuple[Issue, bytes], run: Run, visitor: Callable[..., Account]
) -> None:
    client.force_login(visitor("leader", run.unit))
    page = upload(client, forged(issued))
    assert "内容不符" in page
    assert "李三" in page


def test_what_is_no_pdf_is_told(client: Client, run: Run, visitor: Callable[..., Account]) -> None:
    assert "不是登记的原件" in upload(client, b"hello")
    client.force_login(visitor("leader", run.unit))
    assert "不是可以读取的 PDF" in upload(client, b"hello")


def test_the_register_shows_the_own_units_papers_in_the_admin(
    client: Client,
    issued: tuple[Issue, bytes],
    run: Run,
    neighbours_run: Run,
    visitor: Callable[..., Account],
) -> None:
    address = reverse("admin:reports_issuedpaper_changelist")
    client.force_login(visitor("scheme_admin", run.unit))
    assert issued[0].code in text(client.get(address))
    entry = reverse("admin:reports_issuedpaper_change", args=[IssuedPaper.objects.get().pk])
    assert "尚未公布" in text(client.get(entry))
    client.force_login(visitor("scheme_admin", neighbours_run.unit))
    assert issued[0].code not in text(client.get(address))
