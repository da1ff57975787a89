"""Which characters of names and texts no installed font has, told before anything is printed."""

from collections.abc import Iterator, Sequence
from itertools import islice

from reports.fonts import FontsUnknown, missing_characters
from reports.forms.source import Source, Subject

MOST_SHOWN = 10
ADVICE = (
    "在本机没有可靠的字形，表上可能是方框或别的字；请改用此字的标准编码，或安装含有此字的字库后重新打印。"
)


def unprintable(source: Source, subjects: Sequence[Subject], with_evidence: bool = False) -> Iterator[str]:
    """A warning for each character without a face: of a subject by name, else of the unit's and the scheme's words.

    Raises FontsUnknown.
    """
    result = source.result
    shared = [result["unit_name"], result["scheme_name"], *source.wordings.values()]
    yield from _warnings("单位名称、办法名称和文书用语", "".join(shared))
    for rule in source.scheme.rules:
        yield from _warnings(f"办法中的“{rule.name}”", rule.name)
    for subject in subjects:
        texts = [subject["name"], subject["department_name"] or "", subject["position"] or ""]
        if with_evidence:
            texts += source.evidence_of(subject["lines"]).values()
        yield from _warnings(f"{subject['name']}（{subject['no']}）", "".join(texts))


def first_unprintable(source: Source, subjects: Sequence[Subject]) -> list[str]:
    """The first warnings for a page to show; none where nothing can be said of this machine's fonts."""
    try:
        return list(islice(unprintable(source, subjects), MOST_SHOWN))
    except FontsUnknown:
        return []


def _warnings(about: str, text: str) -> Iterator[str]:
    for character in sorted(missing_characters(text)):
        yield f"{about}：“{character}”（U+{ord(character):04X}）{ADVICE}"
