"""Results that build on published ones: of last year, of another scheme, of a unit above."""

from io import BytesIO
from typing import Any

import pytest

from assessments.decisions import DecisionEntry, decide
from assessments.models import Run
from assessments.publication import publish_run
from assessments.reckoning import read_frames, reckon
from assessments.results import subject_of
from ledger.imports.events import import_events
from rulesets.engine.explain import flag_sentence
from rulesets.engine.period import Period
from rulesets.engine.scheme import Scheme
from rulesets.packs import load_pack, pack_from
from rulesets.publication import publish
from units.models import Person, Unit

pytestmark = pytest.mark.django_db

OWN = """
format: 1
code: own
name: 本单位办法
components:
  - {code: work, name: 工作, base: 50}
rules:
  - {code: H1, family: inherit, name: 年度得分,
     params: {source: bureau, whose: own, effect: weight, percent: 10}, targets: {component: [work]}}
  - {code: good, family: band, name: 好, tiers: [{low: 55}]}
  - {code: fair, family: band, name: 中, tiers: [{high: 55}]}
  - {code: twice, family: payout, name: 连续两年为中, params: {kind: flag},
     tiers: [{band: fair, value: 1}], targets: {last_year: [fair]}}
"""


def rows_of(unit: Unit, pack: dict[str, Any], period: str) -> list[tuple[Any, ...]]:
    """What an assessment of the period inherits: source, subject, total, band."""
    parsed = Period.parse(period)
    return read_frames(unit, Scheme.from_snapshot(pack), parsed, parsed.end).inherited.rows()


@pytest.fixture
def own_pack() -> dict[str, Any]:
    return pack_from(OWN.encode(), "own.yaml")


@pytest.fixture
def bureau_run(bureau: Unit, bureau_people: dict[str, Person]) -> Run:
    """The year 2025 of 某局: four persons, of whom 1002 missed a session."""
    import_events(
        bureau, BytesIO("事件号,日期,事项,对象\nE1,2025-05-05,B102,1002\n".encode()), filename="e.csv"
    )
    return reckon(bureau, "2025")


def test_what_is_not_published_is_not_inherited(bureau_run: Run, own_pack: dict[str, Any]) -> None:
    assert rows_of(bureau_run.unit, own_pack, "2025") == []


def test_what_lacks_a_published_result_is_not_asked_for_a_figure(own_pack: dict[str, Any]) -> None:
    said = flag_sentence("figure_missing:H1", Scheme.from_snapshot(own_pack))
    assert said == "要沿用的结果还没有公布，未计分：年度得分（H1）"


def test_a_published_result_of_another_scheme_is_inherited(bureau_run: Run, own_pack: dict[str, Any]) -> None:
    publish_run(bureau_run)
    rows = rows_of(bureau_run.unit, own_pack, "2025")
    subjects = bureau_run.result["subjects"]
    assert rows == [("bureau", s["no"], s["total"], s["band"]) for s in subjects]


def test_a_decided_band_is_the_one_that_is_inherited(bureau_run: Run, own_pack: dict[str, Any]) -> None:
    decide(bureau_run, [DecisionEntry("1002", "incompetent", "理由", "纪要")])
    publish_run(bureau_run)
    bands = {row[1]: row[3] for row in rows_of(bureau_run.unit, own_pack, "2025")}
    assert bands["1002"] == "incompetent"


def test_a_result_is_inherited_from_the_unit_above(
    bureau_run: Run, other_unit: Unit, own_pack: dict[str, Any]
) -> None:
    publish_run(bureau_run)
    other_unit.parent = bureau_run.unit
    assert len(rows_of(other_unit, own_pack, "2025")) == len(bureau_run.result["subjects"])


def test_a_result_of_a_unit_elsewhere_is_not_inherited(
    bureau_run: Run, other_unit: Unit, own_pack: dict[str, Any]
) -> None:
    publish_run(bureau_run)
    assert rows_of(other_unit, own_pack, "2025") == []


def test_a_scheme_reads_its_own_result_of_the_year_before_and_not_of_this(
    bureau_run: Run, bureau_pack: dict[str, Any]
) -> None:
    publish_run(bureau_run)
    twice = {"code": "twice", "family": "payout", "name": "连续两年", "params": {"kind": "flag"}}
    pack = bureau_pack | {"rules": [*bureau_pack["rules"], twice | {"targets": {"last_year": ["basic"]}}]}
    assert {row[0] for row in rows_of(bureau_run.unit, pack, "2026")} == {"last_year"}
    assert rows_of(bureau_run.unit, pack, "2025") == []


def test_a_scheme_reads_its_own_results_of_as_many_years_as_a_share_asks_for(
    bureau_run: Run, bureau_pack: dict[str, Any]
) -> None:
    publish_run(bureau_run)
    top = {
        "code": "top", "family": "share", "name": "前列",
        "params": {"side": "top", "count": 1, "uncounted_years": 2}, "targets": {"uncounted_bands": ["basic"]},
    }  # fmt: skip
    pack = bureau_pack | {"rules": [*bureau_pack["rules"], top]}
    assert {row[0] for row in rows_of(bureau_run.unit, pack, "2027")} == {"2_years_back"}
    assert {row[0] for row in rows_of(bureau_run.unit, pack, "2026")} == {"last_year"}
    assert rows_of(bureau_run.unit, pack, "2028") == []


def test_an_inherited_result_enters_the_total(bureau_run: Run, own_pack: dict[str, Any]) -> None:
    publish_run(bureau_run)
    edition, _ = load_pack(bureau_run.unit, own_pack)
    publish(edition, reason="测试")
    result = reckon(bureau_run.unit, "2025", scheme_code="own").result
    before = subject_of(bureau_run.result, "1002")
    assert before["total"] == "79"
    assert subject_of(result, "1002")["total"] == "57.9"
