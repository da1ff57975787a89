"""The history of a scheme's records: of a draft made by copy, changed, published."""

import pytest

from rulesets.drafts import copy_as_draft
from rulesets.models import Edition, Rule, Tier
from units.models import Unit
from units.past import entries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(bureau: Unit) -> Edition:
    return copy_as_draft(Edition.objects.get(scheme__unit=bureau))


def test_every_record_of_a_copied_draft_has_its_beginning(draft: Edition, bureau: Unit) -> None:
    rules = draft.rules.count()
    assert (
        rules and Rule.history.filter(edition=draft.pk, history_type="+", of_unit=bureau.pk).count() == rules
    )
    tiers = Tier.objects.filter(rule__edition=draft)
    assert Tier.history.filter(id__in=tiers.values("pk"), of_unit=bureau.pk).count() == tiers.count()


def test_a_changed_tier_tells_both_values(draft: Edition) -> None:
    tier = Tier.objects.filter(rule__edition=draft, value__isnull=False).first()
    assert tier is not None
    before, tier.value = tier.value, 99
    tier.save()
    [change] = entries_of(tier, 1)[0].changes
    assert change.before.startswith(str(before)[:1]) and change.after.startswith("99")


def test_a_deleted_draft_stays_in_the_history(draft: Edition) -> None:
    key, rules = draft.pk, draft.rules.count()
    draft.delete()
    assert Rule.history.filter(edition=key, history_type="-").count() == rules
