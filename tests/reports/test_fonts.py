"""Rare characters have faces; what has none is told."""

import logging
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from reports import fonts
from reports.forms.unprintable import MOST_SHOWN, first_unprintable, unprintable
from reports.rendering import rendered
from tests.reports.papers import annual_paper, result, source, text_of

RARE_NAME = "䶮㛃𬀩𫖯喆堃赟〇·𠮷"
# Not assigned to anything, so that no font has it.
WITHOUT_FACE = "\U0002fff0"


@pytest.fixture(autouse=True)
def fresh_coverage() -> Iterator[None]:
    """Each test reads the installed fonts anew."""
    fonts._covered.cache_clear()
    yield
    fonts._covered.cache_clear()


def test_characters_of_rare_names_have_an_installed_face() -> None:
    assert fonts.missing_characters(RARE_NAME) == set()


def test_a_character_without_a_face_is_told() -> None:
    assert fonts.missing_characters(f"陈{WITHOUT_FACE}") == {WITHOUT_FACE}


def test_a_private_use_character_counts_as_missing_whatever_fonts_draw_for_it() -> None:
    assert fonts.missing_characters("陈\ue123") == {"\ue123"}


def test_spaces_and_line_ends_need_no_face() -> None:
    assert fonts.missing_characters("陈　一\n\t\u200b") == set()


def test_the_warning_names_the_person_and_the_character() -> None:
    made = source(result(name=f"陈{WITHOUT_FACE}"))
    (warning,) = unprintable(made, made.subjects)
    assert warning.startswith(f"陈{WITHOUT_FACE}（1001）：")
    assert "U+2FFF0" in warning


def test_a_page_shows_the_first_warnings_and_none_where_fonts_are_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = source(result(name=WITHOUT_FACE))
    assert len(first_unprintable(made, [*made.subjects] * 20)) == MOST_SHOWN
    fonts._covered.cache_clear()
    monkeypatch.setenv("PATH", "")
    assert first_unprintable(made, made.subjects) == []


def missing_when_printed(name: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What WeasyPrint says of glyphs that stand for missing characters."""
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        rendered(annual_paper(name=name))
    return [message for message in caplog.messages if ".notdef" in message]


def test_a_rare_name_prints_without_boxes(caplog: pytest.LogCaptureFixture) -> None:
    assert missing_when_printed(RARE_NAME, caplog) == []
    assert RARE_NAME in text_of(rendered(annual_paper(name=RARE_NAME)))


def test_a_character_without_a_face_prints_as_a_box(caplog: pytest.LogCaptureFixture) -> None:
    assert len(missing_when_printed(f"陈{WITHOUT_FACE}", caplog)) == 1


def test_ranges_of_several_fonts_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    def listed(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 0, "41-43 61\n44 4e00-4e10\n", "")

    monkeypatch.setattr(subprocess, "run", listed)
    assert fonts.missing_characters("ABCDEa一丁龥") == {"E", "龥"}


def test_every_stack_ends_with_the_faces_for_rare_characters() -> None:
    assert all(tuple(stack[-len(fonts.RARE) :]) == fonts.RARE for stack in fonts.STACKS.values())
