"""The words that an importer may take, read from the bureau's pack and from small changes of the small one."""

from pathlib import Path
from typing import Any

from rulesets.engine.period import PeriodKind
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY
from rulesets.models import Edition
from rulesets.packs import load_pack, pack_from, read_pack
from rulesets.vocabulary import ItemWords, Vocabulary, vocabulary_from, vocabulary_of
from units.models import Unit

SCHEMES = Path(__file__).parents[2] / "fixtures/schemes"


def words_of(text: str) -> Vocabulary:
    return vocabulary_from([Scheme.from_snapshot(pack_from(text.encode(), "x.yaml"))], REGISTRY)


def test_an_item_says_what_a_row_needs(bureau: Unit) -> None:
    assert vocabulary_of(bureau).items["B204"] == ItemWords(
        code="B204",
        name="报表、月小结、月计划未按时按要求上报或未报",
        scheme_code="bureau",
        is_veto=False,
        subject="person",
        members=True,
        level_needed=False,
        roles=("in_charge",),
        role_needed=False,
        groups=(),
        attributes={"form": ("late", "missing")},
        evidence_needed=False,
        quantity_signed=False,
        quantity_read=False,
        values=(-10_000, -20_000),
        rank_needed=False,
        out_of_needed=False,
        once=None,
    )


def test_a_role_is_needed_where_every_tier_names_one(bureau: Unit) -> None:
    item = vocabulary_of(bureau).items["B405"]
    assert (item.role_needed, item.roles) == (True, ("duty_leader", "duty_member"))


def test_a_level_is_needed_where_tiers_name_one(bureau: Unit) -> None:
    items = vocabulary_of(bureau).items
    assert (items["B601"].level_needed, items["B101"].level_needed) == (True, False)


def test_a_veto_is_an_item(bureau: Unit) -> None:
    assert vocabulary_of(bureau).items["V1"].is_veto


def test_a_rule_that_no_event_names_is_no_item(bureau: Unit) -> None:
    assert "excellent" not in vocabulary_of(bureau).items


def test_the_figures_and_parts_that_rules_read_are_known(bureau: Unit) -> None:
    words = vocabulary_of(bureau)
    assert set(words.metrics) == {"notes", "reflections"}
    assert set(words.reviews) == {"democratic", "leader", "committee"}


def test_an_item_may_be_for_once_a_quarter() -> None:
    words = vocabulary_from([Scheme.from_snapshot(read_pack(SCHEMES / "community.yaml"))], REGISTRY)
    assert (words.items["C105"].once, words.items["C104"].once) == (PeriodKind.QUARTER, None)


def test_a_part_in_rounds_has_the_rater_groups_of_each() -> None:
    words = vocabulary_from([Scheme.from_snapshot(read_pack(SCHEMES / "street.yaml"))], REGISTRY)
    assert [(review.round, review.groups) for review in words.reviews["review"]] == [
        ("R1", ("leaders", "service_center", "heads", "deputies", "communities", "staff")),
        ("R2", ("leaders", "service_center", "heads", "staff")),
    ]


def test_a_quantity_is_read_by_an_item_counted_in_units(bureau: Unit) -> None:
    items = vocabulary_of(bureau).items
    assert (items["B403"].quantity_read, items["B402"].quantity_read) == (True, False)


def test_a_place_is_needed_where_tiers_are_ranges_of_it(small: str) -> None:
    text = small.replace(
        "params: {attribute: form}, tiers: [{choice: late,", "params: {number: rank}, tiers: [{high: 3,"
    )
    item = words_of(text).items["A2"]
    assert (item.rank_needed, item.out_of_needed) == (True, False)


def test_a_share_of_places_needs_the_place_and_the_number_of_places(small: str) -> None:
    text = small.replace(
        "params: {attribute: form}, tiers: [{choice: late,",
        "params: {number: place_share}, tiers: [{low: 0, high: 3,",
    )
    item = words_of(text).items["A2"]
    assert (item.rank_needed, item.out_of_needed) == (True, True)


def test_the_most_people_of_a_role_are_known(small: str) -> None:
    assert words_of(small).roles["lead"].most == 1


def test_the_choices_of_an_attribute_have_names(small: str) -> None:
    assert words_of(small).attributes["form"].choices == {"late": "迟报", "missing": "未报"}


def test_choices_of_two_schemes_are_put_together(small: str) -> None:
    other = small.replace("{code: missing, name: 未报}", "{code: lost, name: 遗失}")
    packs = [pack_from(text.encode(), "x.yaml") for text in (small, other)]
    words = vocabulary_from([Scheme.from_snapshot(pack) for pack in packs], REGISTRY)
    assert set(words.attributes["form"].choices) == {"late", "missing", "lost"}


def test_a_unit_without_schemes_has_no_words(office: Unit) -> None:
    words = vocabulary_of(office)
    assert (dict(words.items), words.schemes) == ({}, ())


def test_a_draft_speaks_until_something_is_published(draft: Edition, office: Unit) -> None:
    assert set(vocabulary_of(office).items) == {"A1", "A2", "A3", "V1"}


def test_the_schemes_of_another_unit_are_not_read(draft: Edition, small_pack: dict[str, Any]) -> None:
    other = Unit.objects.create(code="other", name="另一单位")
    load_pack(other, small_pack)
    assert vocabulary_of(other).schemes == ("small",)
