"""review: a part of a component scored by ballots on a 100 scale."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import polars as pl

from rulesets.engine.numbers import SCALE, fraction
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Stage,
    Standing,
    SubjectFamily,
)
from rulesets.engine.scheme import Rule, Scheme

HUNDRED = 100


class Review(SubjectFamily):
    """A part's score is the mean of all its ballots, each counting the same (semantics 14), exact."""

    code = "review"
    name = "测评"
    stage = Stage.SCORE
    has_component = True
    fields = (
        FamilyField(
            "part", "测评部分的编码", FieldKind.TEXT, required=True, help="测评表格中“部分”一栏填写的编码。"
        ),
        FamilyField("points", "满分折合", FieldKind.DECIMAL, required=True),
    )
    examples = (
        Example(
            title="三张票95、92、88.5，平均91.833…，折合10分为9.183333…；无票的记0并提示",
            rules=(
                {
                    "code": "democratic",
                    "name": "民主评议",
                    "family": "review",
                    "component": "review",
                    "params": {"part": "democratic", "points": "10"},
                },
            ),
            given={
                "subjects": ["1001", "1002"],
                "ballots": [
                    {"part": "democratic", "subject": "1001", "score": "95"},
                    {"part": "democratic", "subject": "1001", "score": "92"},
                    {"part": "democratic", "subject": "1001", "score": "88.5"},
                ],
            },
            expected={
                "components": {"1001": {"review": "9.183333"}, "1002": {"review": "0"}},
                "flags": {"1001": [], "1002": ["ballots_missing:democratic"]},
            },
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        return f"全部评分（百分制）的平均分折合{rule.params['points']}分；没有评分的记0分并提示。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if "points" in rule.params and fraction(rule.params["points"]) <= 0:
            yield "满分折合须大于0。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        ballots = inquiry.frames.ballots.filter(pl.col("period") == inquiry.period.code)
        sums = ballots.group_by("part", "subject").agg(pl.col("score").sum(), pl.len().alias("count"))
        means = {
            (part, subject): Fraction(score, SCALE * count)
            for part, subject, score, count in sums.sort("part", "subject").iter_rows()
        }
        for rule in rules:
            assert rule.component is not None
            for standing in standings:
                mean = means.get((rule.params["part"], standing.subject))
                if mean is None:
                    standing.flags.add(f"ballots_missing:{rule.params['part']}")
                    continue
                standing.components[rule.component] += mean * fraction(rule.params["points"]) / HUNDRED
