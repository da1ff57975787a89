"""What the benchmarks reckon: one scheme of many items. `workload_events` makes a year of events for it.

Without Polars, which a peer that reckons otherwise need not load.
"""

from typing import Any

ITEMS = 200
LEVELS = ("national", "provincial", "municipal", "county")
ROLES = ("chief", "deputy", "key")
COMPONENTS = 6
BASE, FLOOR, CEILING = "20", "0", "60"
LIMITED_ITEMS = 20
LIMIT_MOST = "12"
THIRD_TIME = "-2"
CLEAN_MONTH = "0.5"
TOP_PERCENT = "20"
EXCELLENT_FROM = "200"
FACTOR_OF_EXCELLENT = "1.2"


def is_fault(item: int) -> bool:
    """Whether the item takes points away."""
    return item % 3 == 2


def reaches_members(item: int) -> bool:
    """Whether an event of a department under this item reaches its members."""
    return item % 10 == 0


def tier_value(item: int, level: int, role: int) -> str:
    """The points of a tier: 8 to 1, by level and role; below 0 for a fault."""
    sign = "-" if is_fault(item) else ""
    return f"{sign}{8 - 2 * level - role / 2:g}"


def item_code(item: int) -> str:
    return f"I{item:03}"


def limited_items() -> list[str]:
    return [item_code(n) for n in range(ITEMS) if not is_fault(n)][:LIMITED_ITEMS]


def counted_faults() -> list[str]:
    """The items whose every third occurrence costs more, and without which a month is clean."""
    return [item_code(n) for n in range(ITEMS) if is_fault(n)][:5]


def snapshot() -> dict[str, Any]:
    """A scheme of 200 items with 2,400 tiers in six components: one count a matter, limits by month and year,
    every third fault, months without a fault, floors and ceilings, a top share, bands, an outcome."""
    components = [
        {"code": f"part{n}", "name": f"部分{n}", "base": BASE, "floor": FLOOR, "ceiling": CEILING}
        for n in range(COMPONENTS)
    ]
    rules = [_item(n) for n in range(ITEMS)]
    rules += [_matter(n) for n in range(COMPONENTS)]
    for n, code in enumerate(limited_items()):
        params = {"each": "month" if n % 2 else "year", "side": "gain", "most": LIMIT_MOST}
        rules.append(_rule(f"limit{n}", "limit", params=params, targets={"items": [code]}))
    faults = {"items": counted_faults()}
    third = {"every": 3, "value": THIRD_TIME}
    clean = {"each": "month", "value": CLEAN_MONTH}
    rules.append(_rule("third", "escalation", component="part0", params=third, targets=faults))
    rules.append(
        _rule("clean", "clean_period", component="part1", params=clean, targets={"without": counted_faults()})
    )
    rules.append(_rule("top", "share", params={"side": "top", "percent": TOP_PERCENT}))
    rules.append(_rule("excellent", "band", tiers=[{"low": EXCELLENT_FROM}], targets={"within": ["top"]}))
    rules.append(_rule("competent", "band", tiers=[{"low": "0"}]))
    rules.append(_rule("coefficient", "payout", params={"kind": "number", "default": "1"},
                       tiers=[{"band": "excellent", "value": FACTOR_OF_EXCELLENT}]))  # fmt: skip
    return {
        "code": "bench", "name": "测速", "periods": ["year"], "components": components, "rules": rules,
        "levels": [{"code": code, "name": code} for code in LEVELS],
        "roles": [{"code": code, "name": code} for code in ROLES],
    }  # fmt: skip


def _rule(code: str, family: str, **keys: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "family": family, **keys}


def _item(n: int) -> dict[str, Any]:
    tiers = [
        {"level": level, "role": role, "value": tier_value(n, place, turn)}
        for place, level in enumerate(LEVELS)
        for turn, role in enumerate(ROLES)
    ]
    params = {"members": True} if reaches_members(n) else {}
    return _rule(item_code(n), "tiered", component=f"part{n % COMPONENTS}", tiers=tiers, params=params)


def _matter(n: int) -> dict[str, Any]:
    own = [item_code(item) for item in range(ITEMS) if item % COMPONENTS == n]
    return _rule(f"matter{n}", "matter", component=f"part{n}", targets={"items": own})
