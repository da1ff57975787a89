"""Pack → records → snapshot → YAML → pack: the digest stays the same."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulesets.checks import check_snapshot, errors_of
from rulesets.drafts import new_draft
from rulesets.families import REGISTRY
from rulesets.models import Edition, Scheme
from rulesets.packs import dump_pack, load_pack, pack_from, read_pack
from rulesets.publication import publish
from rulesets.shape import plain_decimal
from rulesets.snapshots import digest_of, snapshot_of
from tabular import fold
from units.models import Unit

SCHEMES = Path(__file__).parents[2] / "fixtures/schemes"
PACKS = sorted(path.name for path in SCHEMES.glob("*.yaml"))


@pytest.mark.parametrize("name", PACKS)
def test_the_records_of_a_pack_say_what_the_pack_says(office: Unit, name: str) -> None:
    pack = read_pack(SCHEMES / name)
    edition, _ = load_pack(office, pack)
    assert snapshot_of(edition) == pack


@pytest.mark.parametrize("name", PACKS)
def test_the_export_of_a_loaded_pack_has_its_digest(office: Unit, name: str) -> None:
    edition, _ = load_pack(office, read_pack(SCHEMES / name))
    exported = pack_from(dump_pack(snapshot_of(edition)).encode(), name)
    assert digest_of(exported) == digest_of(read_pack(SCHEMES / name))


@pytest.mark.parametrize("name", PACKS)
def test_a_published_pack_has_the_digest_of_its_draft(office: Unit, name: str) -> None:
    edition, _ = load_pack(office, read_pack(SCHEMES / name))
    assert publish(edition, reason="测试").digest == digest_of(read_pack(SCHEMES / name))


def test_the_same_pack_in_two_units_has_one_digest(office: Unit, small_pack: dict[str, Any]) -> None:
    other = Unit.objects.create(code="other", name="另一单位")
    editions = [load_pack(unit, small_pack)[0] for unit in (office, other)]
    assert len({digest_of(snapshot_of(edition)) for edition in editions}) == 1


def test_the_same_pack_twice_changes_nothing(office: Unit, small_pack: dict[str, Any]) -> None:
    first, _ = load_pack(office, small_pack)
    assert load_pack(office, small_pack) == (first, False)
    assert Edition.objects.count() == 1


def test_a_changed_pack_is_a_further_edition(office: Unit, small_pack: dict[str, Any]) -> None:
    load_pack(office, small_pack)
    edition, created = load_pack(office, {**small_pack, "decimals": 1})
    assert (edition.number, created) == (2, True)


codes = st.from_regex(r"\A[A-Za-z][A-Za-z0-9_]{0,9}\Z")
# Texts as people may paste them, and such as YAML could take for something else.
letters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
names = st.one_of(
    st.text(letters, min_size=1, max_size=20).map(str.strip).filter(fold),
    st.sampled_from(
        [
            "yes",
            "null",
            "~",
            "1e4",
            "007",
            "0.5",
            "- a",
            "a: b",
            "#1",
            "{x}",
            "2025-01-01",
            "'",
            '"',
            "=",
            "<<",
        ]
    ),
)
# In a text for papers, braces stand for what is filled in.
texts = names.filter(lambda text: not {"{", "}"} & set(text))
numbers = st.integers(-(10**12) + 1, 10**12 - 1).map(lambda units: plain_decimal(Decimal(units) / 10_000))


@st.composite
def schemes(draw: st.DrawFn) -> dict[str, Any]:
    """Small schemes in the form of a snapshot: some terms, components, items with tiers, bands."""
    levels = draw(st.lists(codes, max_size=4, unique=True))
    components = draw(st.lists(codes, min_size=1, max_size=3, unique=True))
    items = draw(st.lists(codes, max_size=4, unique=True))
    snapshot: dict[str, Any] = {
        "format": 1,
        "code": draw(codes),
        "name": draw(names),
        "components": [{"code": code, "name": draw(names)} for code in components],
    }
    if levels:
        snapshot["levels"] = [{"code": code, "name": draw(names)} for code in levels]
    if draw(st.booleans()):
        snapshot["wordings"] = {
            draw(st.sampled_from(["notice_intro", "ledger_footer"])): draw(texts) + "\n" + draw(texts)
        }
    rules = [_item(draw, code, levels, components) for code in items]
    return {**snapshot, "rules": rules} if rules else snapshot


def _item(draw: st.DrawFn, code: str, levels: list[str], components: list[str]) -> dict[str, Any]:
    item: dict[str, Any] = {
        "code": code,
        "component": draw(st.sampled_from(components)),
        "family": draw(st.sampled_from(["tiered", "quantity"])),
        "name": draw(names),
    }
    if assumed := draw(st.one_of(st.just(""), names)):
        item["assumed"] = assumed
    asked = draw(st.lists(st.sampled_from(levels), unique=True)) if levels else []
    tiers = [{"level": level, "value": draw(numbers)} for level in asked]
    if tiers:
        item["tiers"] = tiers
    if draw(st.booleans()):
        item["params"] = {"members": True}
    return item


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(schemes())
def test_any_scheme_comes_back_from_records_and_yaml_with_its_digest(
    office: Unit, scheme: dict[str, Any]
) -> None:
    assert not errors_of(check_snapshot(scheme, REGISTRY))
    Edition.objects.all().delete()
    Scheme.objects.all().delete()
    record = Scheme.objects.create(unit=office, code=scheme["code"], name=scheme["name"])
    stored = snapshot_of(Edition.objects.get(pk=new_draft(record, scheme).pk))
    assert digest_of(stored) == digest_of(scheme)
    assert digest_of(pack_from(dump_pack(stored).encode(), "x.yaml")) == digest_of(scheme)
