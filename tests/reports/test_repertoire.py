"""Small fonts for some papers: the same shapes as the whole faces, made once, kept, licences respected."""

import os
import re
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from reports import faces, repertoire, subsetting, typesetting
from reports.repertoire import characters_of, prepared
from reports.subsetting import FaceNotSubset, subset_face, subset_glyphs
from tests.reports.papers import annual_paper

TEMPLATES = Path(repertoire.__file__).parent / "templates"
# What an inline SVG holds is no HTML element, and takes no style of elements.
DRAWN = {"svg", "rect", "line", "path", "title", "text", "g", "tspan", "circle", "polyline", "polygon"}


def face_named(family: str) -> faces.Face:
    return next(face for face in faces.installed_faces() if family in face.families and face.is_upright)


def shapes(font: Path) -> set[str]:
    return {chr(point) for point in TTFont(font).getBestCmap()}


def test_entities_are_characters_and_line_ends_are_none() -> None:
    found = characters_of(["<p>&#x4dae;&amp;\n陈　</p>"], ["— ", "“"])
    assert {"䶮", "陈", "　", "—", "“"} <= found
    assert "\n" not in found


def test_a_small_face_has_the_characters_that_were_asked_for(tmp_path: Path) -> None:
    face = face_named("Noto Serif CJK SC")
    (tmp_path / "small.otf").write_bytes(subset_face(face.file, face.index, {"陈", "一"}))
    assert {"陈", "一"} <= shapes(tmp_path / "small.otf")
    assert "龥" not in shapes(tmp_path / "small.otf")
    assert (tmp_path / "small.otf").stat().st_size < 10_000


def test_a_small_face_keeps_its_chinese_name(tmp_path: Path) -> None:
    face = face_named("花園明朝A")
    (tmp_path / "small.ttf").write_bytes(subset_face(face.file, face.index, {"陈"}))
    assert "花園明朝A" in {str(name) for name in TTFont(tmp_path / "small.ttf")["name"].names}


@pytest.mark.parametrize(("fs_type", "allowed"), [(0, True), (8, True), (2, False), (0x104, False)])
def test_a_licence_that_forbids_subsetting_is_respected(fs_type: int, allowed: bool) -> None:
    table = bytes(8) + fs_type.to_bytes(2, "big") + bytes(80)
    assert subsetting._may_be_subset(table) == allowed


def test_a_face_that_may_not_be_cut_down_is_used_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subsetting, "_may_be_subset", lambda table: False)
    configuration = prepared({"陈"}, tmp_path)
    fonts = [path for path in configuration.parent.iterdir() if path.is_symlink()]
    assert face_named("Noto Serif CJK SC").file in {str(font.readlink()) for font in fonts}


def test_a_file_that_is_no_font_is_told(tmp_path: Path) -> None:
    with pytest.raises(FaceNotSubset):
        subset_face(str(tmp_path / "nothing.otf"), 0, {"陈"})


def test_a_character_that_no_face_of_the_stacks_has_comes_from_another_face(tmp_path: Path) -> None:
    arrow = "\u27a4"
    configuration = prepared({"陈", arrow}, tmp_path)
    fonts = [path for path in configuration.parent.iterdir() if path.suffix == ".otf"]
    assert any(arrow in shapes(font) for font in fonts)


def test_the_same_characters_are_made_once(tmp_path: Path) -> None:
    first = prepared({"陈"}, tmp_path)
    made = first.stat().st_mtime_ns
    assert prepared({"陈"}, tmp_path) == first
    assert first.stat().st_mtime_ns == made
    assert prepared({"陈", "一"}, tmp_path) != first


def test_a_changed_font_file_makes_new_small_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    face = face_named("Noto Serif CJK SC")
    other = tmp_path / "face.ttc"
    other.write_bytes(Path(face.file).read_bytes())
    monkeypatch.setattr(repertoire, "installed_faces", lambda: (replace(face, file=str(other)),))
    first = prepared({"陈"}, tmp_path / "store")
    os.utime(other, ns=(1, 1))
    assert prepared({"陈"}, tmp_path / "store") != first


def test_the_least_used_fonts_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repertoire, "KEPT", 1)
    old = prepared({"陈"}, tmp_path).parent
    long_ago = time.time() - 2 * repertoire.IN_USE
    os.utime(old, (long_ago, long_ago))
    new = prepared({"一"}, tmp_path).parent
    assert not old.exists()
    assert new.exists()


def test_an_interrupted_making_leaves_nothing_that_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(repertoire, "_put", broken)
    with pytest.raises(OSError, match="disk full"):
        prepared({"陈"}, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_form_is_a_third_of_what_whole_faces_make_it(data_folder: Path) -> None:
    paper = annual_paper()
    pdf = typesetting.rendered(paper, typesetting.fonts_for([paper], data_folder / "fonts"))
    assert len(pdf) < 110_000


def test_every_element_of_the_templates_has_its_display() -> None:
    known = set(re.findall(r"[a-z]+[0-9]?", (typesetting.STYLES / typesetting.ELEMENTS).read_text("utf-8")))
    inline = {"span", "svg"}
    used = {
        tag
        for page in (TEMPLATES / "reports").rglob("*.html")
        for tag in re.findall(r"<([a-z]+[0-9]?)", page.read_text())
    }
    assert used - known - inline - DRAWN == set()


def test_glyphs_that_are_left_keep_their_numbers() -> None:
    face = face_named("Noto Serif CJK SC")
    small = subset_face(face.file, face.index, {"陈", "一", "二"})
    numbers = TTFont(BytesIO(small)).getBestCmap()
    kept = TTFont(BytesIO(small)).getGlyphID(numbers[ord("二")])
    least = TTFont(BytesIO(subset_glyphs(small, [kept])))
    assert least.getGlyphID(least.getBestCmap()[ord("二")]) == kept
    assert ord("陈") not in least.getBestCmap()
