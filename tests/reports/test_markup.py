"""The elements of papers, by the parser of XML: the same as by WeasyPrint's, and none the less for odd characters."""

import pytest

from reports import rendering, typesetting
from reports.forms.registry import FORMS
from reports.markup import tree_of
from tests.reports.papers import annual_paper, text_of
from tests.reports.test_form_pages import made
from tests.reports.test_seals import SEAL, sealed


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_well_formed(form: str) -> None:
    for paper in FORMS[form].papers(made(3), made(3).subjects):
        assert tree_of(paper.html) is not None


def test_a_paper_is_the_same_by_either_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = sealed(annual_paper(name="<b>&amp;\u3000陈 一</b>"), SEAL, None)
    assert tree_of(paper.html) is not None
    printed = rendering.rendered(paper)
    monkeypatch.setattr(typesetting, "tree_of", lambda html: None)
    assert rendering.rendered(paper) == printed


def test_a_control_character_in_a_name_is_left_to_the_parser_of_html() -> None:
    paper = annual_paper(name="陈\x0b一")
    assert tree_of(paper.html) is None
    assert "陈" in text_of(rendering.rendered(paper))
