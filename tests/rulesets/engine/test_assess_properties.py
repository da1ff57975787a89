"""What holds of every assessment, whatever the events (hypothesis on the bureau's own scheme)."""

import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rulesets.engine.assess import Assessment, assess
from rulesets.engine.canonical import digest_of
from rulesets.engine.document import frames_from, inputs_document, result_document
from rulesets.engine.frames import (
    APPOINTMENTS,
    BALLOTS,
    DEPARTMENTS,
    EVENTS,
    METRICS,
    PEOPLE,
    Frames,
)
from rulesets.engine.numbers import SCALE, fraction, rounded, unscaled
from rulesets.engine.period import Period
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY


class TextNumbers(yaml.SafeLoader):
    """YAML with numbers as they are written."""


for tag in ("int", "float"):
    TextNumbers.add_constructor(f"tag:yaml.org,2002:{tag}", lambda loader, node: node.value)

PACK = Path(__file__).parents[3] / "fixtures/schemes/bureau.yaml"
SNAPSHOT = yaml.load(PACK.read_text(encoding="utf-8"), TextNumbers)
SCHEME = Scheme.from_snapshot(SNAPSHOT)
DIGEST = digest_of(SNAPSHOT)
YEAR = Period.parse("2025")
PEOPLE_NUMBERS = ["1001", "1002", "1003", "1004", "1005", "1006"]
EVENT_SCHEMA = EVENTS | {"attribute_form": pl.String}

# (item, role, level, form) of rows that the bureau's importer lets through.
MERITS = [("B601", None, level, None) for level in ("national", "provincial", "municipal", "county")]
MERITS += [
    ("B602", None, "municipal", None),
    ("B603", None, "county", None),
    ("B603", None, "provincial", None),
]
FAULTS = [
    ("B101", None, None, None), ("B102", None, None, None), ("B201", "in_charge", None, None),
    ("B203", "handler", None, None), ("B204", None, None, "missing"), ("B304", None, None, None),
    ("B401", None, None, "late"), ("B403", None, None, None), ("B405", "duty_leader", None, None),
    ("B408", None, None, None), ("V1", None, None, None),
]  # fmt: skip


@st.composite
def event_rows(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    rows = []
    for number in range(draw(st.integers(0, 25))):
        item, role, level, form = draw(st.sampled_from(MERITS + FAULTS))
        day = datetime.date(2025, 1, 1) + datetime.timedelta(days=draw(st.integers(0, 364)))
        quantity = draw(st.sampled_from([SCALE, SCALE // 2, 3 * SCALE]))
        matter = draw(st.sampled_from([None, "M1", "M2"]))
        shared = item in ("B601", "B602") and draw(st.booleans())
        subject = "K01" if shared else draw(st.sampled_from(PEOPLE_NUMBERS))
        kind = "department" if shared else "person"
        rows.append(
            (f"E{number}", day, item, subject, kind, role, level, quantity, None, None, matter, None, form)
        )
    return rows


def frames_of(rows: list[tuple[Any, ...]], ballots: list[tuple[Any, ...]] = []) -> Frames:  # noqa: B006
    start = datetime.date(2020, 1, 1)
    posts = [
        (no, "K01" if place % 2 else "K02", "section" if place < 2 else "staff", "干部", start, None, False)
        for place, no in enumerate(PEOPLE_NUMBERS)
    ]
    return Frames(
        people=pl.DataFrame([(no, f"人{no}") for no in PEOPLE_NUMBERS], schema=PEOPLE, orient="row"),
        departments=pl.DataFrame(
            [("K01", "一科", False), ("K02", "二科", False)], schema=DEPARTMENTS, orient="row"
        ),
        appointments=pl.DataFrame(posts, schema=APPOINTMENTS, orient="row"),
        events=pl.DataFrame(rows, schema=EVENT_SCHEMA, orient="row"),
        ballots=pl.DataFrame(ballots, schema=BALLOTS, orient="row"),
        metrics=pl.DataFrame([("notes", "2025", "1001", 9000 * SCALE)], schema=METRICS, orient="row"),
    )


def assessed(frames: Frames) -> Assessment:
    return assess(
        SCHEME, frames, period=YEAR, as_of=YEAR.end, registry=REGISTRY, digest=DIGEST, shadow_sample=None
    )


def document(frames: Frames) -> dict[str, Any]:
    return result_document(assessed(frames), SCHEME, frames)


@settings(deadline=None, max_examples=30)
@given(event_rows(), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(rows: list[tuple[Any, ...]], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert document(frames_of(shuffled)) == document(frames_of(rows))
    assert inputs_document(frames_of(shuffled)) == inputs_document(frames_of(rows))


@settings(deadline=None, max_examples=30)
@given(event_rows())
def test_lines_add_up_to_components_and_components_to_the_total(rows: list[tuple[Any, ...]]) -> None:
    assessment = assessed(frames_of(rows))
    for standing in assessment.standings:
        own = assessment.lines.filter(pl.col("subject") == standing.subject)
        for code, value in standing.components.items():
            if code == "review":
                continue
            points = own.filter(pl.col("component") == code)["points"].sum()
            assert fraction(SCHEME.component(code).base) + unscaled(points) == value
        assert standing.total == rounded(sum(standing.components.values(), Fraction(0)), 2)


@settings(deadline=None, max_examples=30)
@given(event_rows())
def test_limits_are_never_crossed(rows: list[tuple[Any, ...]]) -> None:
    for standing in assessed(frames_of(rows)).standings:
        for code, value in standing.components.items():
            component = SCHEME.component(code)
            assert component.floor is None or value >= fraction(component.floor)
            assert component.ceiling is None or value <= fraction(component.ceiling)


@settings(deadline=None, max_examples=30)
@given(event_rows())
def test_a_line_keeps_its_raw_points_and_loses_only_with_a_reason(rows: list[tuple[Any, ...]]) -> None:
    for line in assessed(frames_of(rows)).lines.iter_rows(named=True):
        assert abs(line["points"]) <= abs(line["raw"])
        assert line["points"] * line["raw"] >= 0
        assert line["points"] == line["raw"] or line["reasons"]


@settings(deadline=None, max_examples=30)
@given(event_rows(), st.sampled_from(MERITS), st.sampled_from(PEOPLE_NUMBERS), st.sampled_from([None, "M1"]))
def test_more_merit_never_lowers_a_total(
    rows: list[tuple[Any, ...]], merit: tuple[Any, ...], subject: str, matter: str | None
) -> None:
    item, role, level, form = merit
    day = datetime.date(2025, 6, 1)
    more = [*rows, ("E999", day, item, subject, "person", role, level, SCALE, None, None, matter, None, form)]
    before = {s.subject: s.total for s in assessed(frames_of(rows)).standings}
    after = {s.subject: s.total for s in assessed(frames_of(more)).standings}
    assert after[subject] >= before[subject]
    assert {no: total for no, total in after.items() if no != subject} == {
        no: total for no, total in before.items() if no != subject
    }


@settings(deadline=None, max_examples=30)
@given(event_rows())
def test_a_tie_shares_its_rank_and_its_band_unless_vetoed(rows: list[tuple[Any, ...]]) -> None:
    standings = assessed(frames_of(rows)).standings
    for one in standings:
        for other in standings:
            if one.total == other.total:
                assert one.rank == other.rank
                if not one.vetoes and not other.vetoes:
                    assert one.band == other.band


@settings(deadline=None, max_examples=20)
@given(event_rows())
def test_inputs_read_back_from_their_document_give_the_same_result(rows: list[tuple[Any, ...]]) -> None:
    frames = frames_of(rows)
    assert document(frames_from(inputs_document(frames))) == document(frames)


def test_a_mean_of_ballots_stays_exact_up_to_the_one_rounding() -> None:
    ballots = [
        ("2025", "Y", "democratic", "democratic", None, "1001", score * SCALE) for score in (95, 92, 90)
    ]
    (first,) = [s for s in assessed(frames_of([], ballots)).standings if s.subject == "1001"]
    assert first.components["review"] == Fraction(277, 30)


def test_a_half_has_no_review_no_bands_and_no_yearly_figure() -> None:
    half = Period.parse("2025H1")
    assessment = assess(
        SCHEME,
        frames_of([]),
        period=half,
        as_of=half.end,
        registry=REGISTRY,
        digest=DIGEST,
        shadow_sample=None,
    )
    (first,) = [s for s in assessment.standings if s.subject == "1001"]
    assert first.total == 80
    assert list(first.components) == ["study", "business", "central", "daily", "bonus"]
    assert first.band is None
    assert first.flags == {"figure_missing:B104"}
    assert first.outcomes == {}
