"""How many places a band has, and how many hold it after the committee's decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.wording import flag_kind
from rulesets.engine.scheme import Rule, Scheme
from rulesets.families.share import places_of

# Selections that a result's document doesn't tell: places in them are not counted here.
UNTOLD = ("each", "within_department", "without_direct_led")


@dataclass(frozen=True, slots=True)
class BandPlaces:
    """A band that only so many may have. held: how many do, those included whom the committee set there."""

    name: str
    places: int
    held: int

    @property
    def over(self) -> int:
        return max(0, self.held - self.places)

    @property
    def free(self) -> int:
        return max(0, self.places - self.held)


def band_places(result: Mapping[str, Any], scheme: Scheme) -> Sequence[BandPlaces]:
    """The bands of a result whose places are a share of everybody who is ranked, in the scheme's order."""
    shares = {rule.code: rule for rule in scheme.rules if rule.family == "share"}
    codes = {band["code"] for band in result["bands"]}
    found = []
    for band in (rule for rule in scheme.rules if rule.family == "band" and rule.code in codes):
        share = next((shares[code] for code in band.targets.get("within", ())), None)
        if share is None or share.params["side"] != "top" or any(map(share.params.get, UNTOLD)):
            continue
        counted = [subject for subject in result["subjects"] if not _is_uncounted(share, subject)]
        held = sum(subject["band"] == band.code for subject in counted)
        found.append(BandPlaces(band.name, places_of(share, _selected(share, result)), held))
    return found


def _selected(share: Rule, result: Mapping[str, Any]) -> int:
    """How many stand in the ranking that the share is taken of."""
    ranked = [subject for subject in result["subjects"] if subject["rank"] is not None]
    if share.params.get("without_vetoed"):
        ranked = [subject for subject in ranked if "vetoed" not in map(flag_kind, subject["flags"])]
    if share.params.get("uncounted_apart"):
        ranked = [subject for subject in ranked if not _is_uncounted(share, subject)]
    return len(ranked)


def _is_uncounted(share: Rule, subject: Mapping[str, Any]) -> bool:
    """Whether the subject takes none of the share's places."""
    return f"uncounted:{share.code}" in subject["flags"]
