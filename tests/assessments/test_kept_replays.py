"""Results that versions of the software have found, reckoned again by today's: equal to the last digit."""

import datetime
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from assessments.replay import differences
from rulesets.engine.canonical import canonical, digest_of
from rulesets.engine.document import frames_from, inputs_digest, inputs_document, inputs_parts
from rulesets.engine.period import Period
from rulesets.engine.result import ResultInParts
from rulesets.engine.scheme import Scheme
from rulesets.reckoning import assessed

KEPT = Path(__file__).parents[1] / "replays"
FILES = sorted(KEPT.glob("*/*.json.gz"))


def read(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return document


def reckoned(kept: dict[str, Any]) -> ResultInParts:
    """The result of what is kept, by today's software."""
    day = datetime.date.fromisoformat(kept["as_of"])
    digest = digest_of(kept["snapshot"])
    scheme, frames = Scheme.from_snapshot(kept["snapshot"]), frames_from(kept["inputs"])
    return assessed(scheme, frames, Period.parse(kept["period"]), day, digest)


def test_all_five_schemes_are_kept() -> None:
    names = {file.name.partition(".")[0] for file in FILES}
    assert names == {"bureau", "community", "district", "street", "township"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.name.partition('.')[0]}")
def test_a_kept_result_is_found_again(file: Path) -> None:
    kept = read(file)
    again = reckoned(kept)
    document = again.document()
    assert list(differences(kept["result"], kept["result"] | document)) == []
    # What is written by columns is the canonical form, letter by letter.
    assert "".join(again.canonical_parts()) == canonical(document)
    assert "".join(ResultInParts.of(kept["result"]).canonical_parts()) == canonical(kept["result"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.name.partition('.')[0]}")
def test_kept_inputs_have_the_digest_that_the_result_names(file: Path) -> None:
    kept = read(file)
    frames = frames_from(kept["inputs"])
    assert "".join(inputs_parts(frames)) == canonical(inputs_document(frames))
    digests = {"scheme": digest_of(kept["snapshot"]), "inputs": inputs_digest(frames)}
    assert kept["result"]["digest"] == digest_of(digests)


def test_another_figure_in_the_inputs_gives_another_result() -> None:
    kept = read(KEPT / "0.1.0" / "bureau.json.gz")
    rows = kept["inputs"]["metrics"]["rows"]
    value = kept["inputs"]["metrics"]["columns"].index("value")
    for row in rows:
        row[value] = 0
    assert list(differences(kept["result"], kept["result"] | reckoned(kept).document())) != []


def test_a_further_outcome_is_a_difference() -> None:
    stored = {"outcomes": {"coefficient": "1"}}
    (found,) = differences(stored, {"outcomes": {"coefficient": "1", "recommend": True}})
    assert (found.path, found.stored, found.replayed) == ("outcomes/recommend", None, True)


def test_a_further_word_about_a_subject_is_none() -> None:
    assert list(differences({"no": "1001"}, {"no": "1001", "photograph": "a.jpg"})) == []
