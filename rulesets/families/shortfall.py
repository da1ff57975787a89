"""shortfall: points for each one missing of a required number, judged from a figure on record."""

from collections.abc import Iterable, Sequence

import polars as pl

from rulesets.engine.frames import AWARDS
from rulesets.engine.numbers import SCALE, scaled
from rulesets.engine.period import PERIOD_KIND_NAMES, PeriodKind
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    PeriodFamily,
    Stage,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.score import standing_lines
from rulesets.families.figures import FIGURE_FIELDS, figures, missing_flags
from rulesets.families.wording import signed


class Shortfall(PeriodFamily):
    code = "shortfall"
    name = "每少一件"
    about = "到期应有若干件，每少一件扣几分。"
    stage = Stage.STANDING
    has_component = True
    counts = True
    fields = (
        *FIGURE_FIELDS,
        FamilyField("required", "应有件数", FieldKind.INTEGER, required=True),
        FamilyField("value", "每少一件的分值", FieldKind.DECIMAL, required=True),
    )
    examples = (
        Example(
            title="每半年应有2篇：交1篇扣1分，一篇未交扣2分，交3篇不扣",
            rules=(
                {
                    "code": "B104",
                    "name": "心得",
                    "family": "shortfall",
                    "component": "study",
                    "params": {"metric": "reflections", "each": "half", "required": "2", "value": "-1"},
                },
            ),
            given={
                "subjects": ["1001", "1002"],
                "metrics": [
                    {"metric": "reflections", "period": "2025H1", "subject": "1001", "value": "1"},
                    {"metric": "reflections", "period": "2025H2", "subject": "1001", "value": "3"},
                    {"metric": "reflections", "period": "2025H1", "subject": "1002", "value": "0"},
                ],
            },
            expected={
                "points_of": {"1001": "-1", "1002": "-2"},
                "flags": {"1001": [], "1002": ["figure_missing:B104"]},
            },
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        kind = PERIOD_KIND_NAMES[PeriodKind(rule.params["each"])]
        return (
            f"每{kind}应有{rule.params['required']}件（指标“{rule.params['metric']}”），"
            f"每少一件{signed(rule.params['value'])}分；没有记录的不计分并提示。"
        )

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if "required" in rule.params and int(rule.params["required"]) < 1:
            yield "应有件数须为1或以上。"

    def reckon(
        self, rules: Sequence[Rule], inquiry: Inquiry
    ) -> tuple[pl.DataFrame, Sequence[tuple[str, str]]]:
        pieces, flags = [pl.DataFrame(schema=AWARDS)], []
        for rule in rules:
            found = figures(rule, inquiry)
            flags += missing_flags(rule, found)
            # A piece that is half done is a piece that is missing: whole ones are counted.
            missing = (int(rule.params["required"]) - pl.col("value") // SCALE).clip(lower_bound=0)
            judged = found.drop_nulls("value").with_columns(raw=missing * scaled(rule.params["value"]))
            pieces.append(standing_lines(judged.drop("value"), rule))
        return pl.concat(pieces), flags
