"""presence: who was not on the roll all through the period, or before it has ended, is not assessed in it."""

from collections.abc import Sequence

from rulesets.engine.protocols import Example, Inquiry, Stage, Standing, SubjectFamily
from rulesets.engine.roll import calendar, on_roll_throughout
from rulesets.engine.scheme import Rule, Scheme


class Presence(SubjectFamily):
    code = "presence"
    name = "整期在册"
    about = "考核期间内全程在册的才核算，中途到任、离任的不核算。"
    stage = Stage.SCORE
    examples = (
        Example(
            title="年中到任的，本年不核算",
            rules=({"code": "whole", "name": "整年在册", "family": "presence"},),
            given={"totals": {"1001": "90", "1002": "80"}, "starts": {"1002": "2025-06-01"}},
            expected={
                "totals": {"1001": "90", "1002": None},
                "flags": {"1001": [], "1002": ["not_assessed"]},
            },
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        return "考核期间没有自始至终在册的，不核算、不排名；期间结束之前也不核算。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        ended = [inquiry.period] if inquiry.period.end <= inquiry.as_of else []
        whole = set(on_roll_throughout(inquiry, calendar(ended))["subject"])
        for standing in standings:
            if standing.subject not in whole:
                standing.flags.add("not_assessed")
