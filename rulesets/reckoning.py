"""A scheme reckoned on frames, as a document: what runs, scenarios and simulations all call."""

import datetime
from collections.abc import Mapping
from typing import Any

from jobs.refusal import Refusal
from rulesets.engine.assess import PeriodNotAssessed, assess
from rulesets.engine.conditions import ConditionMalformed, ConditionTooBroad
from rulesets.engine.document import result_in_parts
from rulesets.engine.frames import Frames
from rulesets.engine.numbers import NumberTooFine
from rulesets.engine.period import Period
from rulesets.engine.result import ResultInParts
from rulesets.engine.rulebook import CaseRefused, RulebookUntrustworthy
from rulesets.engine.scheme import Scheme
from rulesets.engine.shadow import AmbiguousCase, DecisionDisputed
from rulesets.engine.tables import RuleRefused
from rulesets.families import REGISTRY
from rulesets.families.quantity import PointsTooFine, QuantityTooLarge

# What can stop an assessment; each carries a Chinese sentence that names the record or the case.
UNTRUSTED = (
    AmbiguousCase,
    CaseRefused,
    ConditionMalformed,
    ConditionTooBroad,
    DecisionDisputed,
    NumberTooFine,
    PeriodNotAssessed,
    PointsTooFine,
    QuantityTooLarge,
    RuleRefused,
    RulebookUntrustworthy,
)


class RunRefused(Refusal):
    """An assessment was asked for that can't be made, or whose decisions can't be trusted."""


def assessed_document(
    scheme: Scheme,
    frames: Frames,
    period: Period,
    as_of: datetime.date,
    digest: str,
    decided: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The result of `assess` as a document. Raises RunRefused with the sentence of whatever stopped it.

    `digest` is the scheme's; `decided` maps a subject to the band that was decided, which its outcomes follow.
    """
    return assessed(scheme, frames, period, as_of, digest, decided).document()


def assessed(
    scheme: Scheme,
    frames: Frames,
    period: Period,
    as_of: datetime.date,
    digest: str,
    decided: Mapping[str, str] | None = None,
) -> ResultInParts:
    """The same, its award lines still in columns: for results that are stored."""
    try:
        assessment = assess(
            scheme, frames, period=period, as_of=as_of, registry=REGISTRY, digest=digest, decided=decided
        )
    except UNTRUSTED as error:
        raise RunRefused(str(error)) from error
    return result_in_parts(assessment, scheme, frames)
