"""The rule families, one file each, and the registry of them that the engine gets handed in."""

from rulesets.engine.protocols import Registry
from rulesets.families.band import Band
from rulesets.families.bracket import Bracket
from rulesets.families.clean_period import CleanPeriod
from rulesets.families.completion import Completion
from rulesets.families.escalation import Escalation
from rulesets.families.factor import Factor
from rulesets.families.fill import Fill
from rulesets.families.inherit import Inherit
from rulesets.families.limit import Limit
from rulesets.families.matter import Matter
from rulesets.families.payout import Payout
from rulesets.families.placing import Placing
from rulesets.families.pool import Pool
from rulesets.families.presence import Presence
from rulesets.families.quantity import Quantity
from rulesets.families.quota import Quota
from rulesets.families.review import Review
from rulesets.families.share import Share
from rulesets.families.sheet_pay import SheetPay
from rulesets.families.shortfall import Shortfall
from rulesets.families.threshold import Threshold
from rulesets.families.tie_break import TieBreak
from rulesets.families.tiered import Tiered
from rulesets.families.veto import Veto
from rulesets.families.weighting import Weighting

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
        Weighting(),
        SheetPay(),
        Quota(),
        Presence(),
        Placing(),
        Limit(),
        Escalation(),
        CleanPeriod(),
        Completion(),
        Inherit(),
        Fill(),
        Bracket(),
        Pool(),
        Factor(),
        TieBreak(),
    ]
)
