"""What a unit's codes are called, for lists that show them by the hundred."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rulesets.models import Edition
from rulesets.snapshots import snapshot_of
from rulesets.wordings import RATER_GROUPS, table_of


@dataclass(frozen=True, slots=True)
class CodeNames:
    """Code → name: of items, of groups, of figures (the rule that reads it), of parts and rounds of reviews.

    rater_groups: as the edition's texts for papers name them.
    """

    items: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    rounds: Mapping[str, str] = field(default_factory=dict)
    rater_groups: Mapping[str, str] = field(default_factory=dict)


def names_of(unit: int) -> CodeNames:
    """The names in the unit of this key, by its schemes' published editions, else by their newest drafts.

    A published edition is read once a process, since it does not change.
    """
    rows = Edition.objects.filter(scheme__unit=unit).exclude(status=Edition.Status.RETIRED)
    chosen: dict[int, tuple[int, str]] = {}
    # "published" sorts after "draft".
    ordered = rows.order_by("scheme__code", "-status", "-number").values_list("scheme", "pk", "digest")
    for scheme, edition, digest in ordered:
        chosen.setdefault(scheme, (edition, digest))
    found = [_published(*key) if key[1] else _names(_snapshot(key[0])) for key in chosen.values()]
    merged: dict[str, dict[str, str]] = {name: {} for name in CodeNames.__slots__}
    for names in reversed(found):
        for name in merged:
            merged[name] |= getattr(names, name)
    return CodeNames(**merged)


def called(code: str, names: Mapping[str, str]) -> str:
    """The name, with its code where another one is called the same; the code where nobody named it."""
    name = names.get(code)
    if not name:
        return code
    return name if list(names.values()).count(name) == 1 else f"{name}（{code}）"


def _snapshot(edition: int) -> Mapping[str, Any]:
    return snapshot_of(Edition.objects.get(pk=edition))


@lru_cache(maxsize=64)
def _published(edition: int, digest: str) -> CodeNames:
    return _names(json.loads(Edition.objects.values_list("snapshot", flat=True).get(pk=edition)))


def _names(snapshot: Mapping[str, Any]) -> CodeNames:
    rules = snapshot.get("rules", ())
    reviews = [rule for rule in rules if "part" in rule.get("params", {})]
    figures: dict[str, list[str]] = {}
    for rule in rules:
        for key in ("metric", "target_metric"):
            if key in rule.get("params", {}):
                figures.setdefault(rule["params"][key], []).append(rule["name"])
    return CodeNames(
        items={rule["code"]: rule["name"] for rule in rules},
        groups={group["code"]: group["name"] for group in snapshot.get("groups", ())},
        figures={code: names[0] for code, names in figures.items()},
        parts={rule["params"]["part"]: rule["name"] for rule in reviews if "round" not in rule["params"]},
        rounds={rule["params"]["round"]: rule["name"] for rule in reviews if "round" in rule["params"]},
        rater_groups=dict(table_of(snapshot.get("wordings", {}).get(RATER_GROUPS, ""))),
    )
