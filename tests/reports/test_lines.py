"""Subjects that wait for their papers: lighter, and the same."""

from typing import Any

from reports.forms.lines import PackedLines, Packer, unpacked
from tests.reports.papers import line, result


def test_a_packed_subject_is_the_same_when_it_is_unpacked() -> None:
    subject: dict[str, Any] = dict(result(lines=[line(1), line(2)])["subjects"][0])
    light = Packer()(dict(subject))
    assert isinstance(light["lines"], PackedLines)
    assert (len(light["lines"]), light["lines"][1]) == (2, subject["lines"][1])
    assert unpacked(light) == subject


def test_equal_texts_of_several_subjects_are_one() -> None:
    packer = Packer()
    first, second = (packer({"name": "".join(["王", "某"]), "lines": []}) for _ in range(2))
    assert first["name"] is second["name"]
    assert unpacked(first) == {"name": "王某", "lines": []}
