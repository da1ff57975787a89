"""Why there is no result: each with what is wrong and what to do."""

from jobs.refusal import Refusal
from rulesets.reckoning import RunRefused

__all__ = [
    "DecisionRefused",
    "NoRun",
    "NoScheme",
    "PublicationRefused",
    "ReplayDiffers",
    "RunRefused",
    "SubjectUnknown",
]


class NoScheme(Refusal):
    """The unit has no published scheme for the period."""


class NoRun(Refusal):
    """Nothing has been reckoned yet for the period."""


class ReplayDiffers(Refusal):
    """A stored run comes out differently today."""


class DecisionRefused(Refusal):
    """A decision can't be taken on this result."""


class PublicationRefused(Refusal):
    """A result can't be published."""


class SubjectUnknown(Refusal):
    """A result has no such subject."""
