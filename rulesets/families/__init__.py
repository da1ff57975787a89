"""The rule families, one file each, and the registry of them that the engine gets handed in."""

from rulesets.engine.protocols import Registry
from rulesets.families.band import Band
from rulesets.families.matter import Matter
from rulesets.families.payout import Payout
from rulesets.families.quantity import Quantity
from rulesets.families.review import Review
from rulesets.families.share import Share
from rulesets.families.shortfall import Shortfall
from rulesets.families.threshold import Threshold
from rulesets.families.tiered import Tiered
from rulesets.families.veto import Veto

REGISTRY = Registry(
    [
        Tiered(),
        Quantity(),
        Threshold(),
        Shortfall(),
        Matter(),
        Review(),
        Share(),
        Band(),
        Veto(),
        Payout(),
    ]
)
