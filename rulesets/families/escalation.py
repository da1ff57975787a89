"""escalation: every nth occurrence of an item gives a further line."""

from collections.abc import Iterable, Sequence

import polars as pl

from rulesets.engine.frames import AWARDS
from rulesets.engine.numbers import scaled
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    LineFamily,
    Stage,
    TargetField,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.score import each_once, standing_lines
from rulesets.families.wording import signed

CASE = {
    "code": "T108",
    "name": "承诺未完成",
    "family": "tiered",
    "component": "duty",
    "tiers": [{"value": "-1"}],
}


class Escalation(LineFamily):
    """Occurrences are counted over the year in the order of date, then event number (township, T108E)."""

    code = "escalation"
    name = "每满若干次另计"
    about = "同一考核对象累计满若干次时，另加或另扣几分。"
    stage = Stage.ESCALATION
    has_component = True
    looks_back = True
    fields = (
        FamilyField("every", "每满几次", FieldKind.INTEGER, required=True),
        FamilyField("value", "另计分值", FieldKind.DECIMAL, required=True),
    )
    targets = (TargetField("items", "累计的计分项", "rule", families=("tiered", "quantity"), required=True),)
    examples = (
        Example(
            title="每满3次另扣2分：7次中第3、第6次各另扣一次",
            rules=(
                CASE,
                {
                    "code": "T108E", "name": "每三次另扣", "family": "escalation", "component": "duty",
                    "params": {"every": "3", "value": "-2"}, "targets": {"items": ["T108"]},
                },
            ),
            given={"events": [
                {"event": f"E{n}", "date": f"2025-0{n}-10", "item": "T108", "subject": "1001"} for n in range(1, 8)
            ]},
            expected={"raw": {"@T108E:E3": "-2", "@T108E:E6": "-2"}, "points_of": {"1001": "-11"}},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        items = "、".join(f"{code} {scheme.rule(code).name}" for code in rule.targets.get("items", ()))
        return f"{items}：同一对象一年内每满{rule.params['every']}次，另计{signed(rule.params['value'])}分。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if "every" in rule.params and int(rule.params["every"]) < 2:
            yield "“每满几次”须为2或以上。"

    def reckon(self, rules: Sequence[Rule], lines: pl.DataFrame, inquiry: Inquiry) -> pl.DataFrame:
        pieces = [pl.DataFrame(schema=AWARDS)]
        for rule in rules:
            own = each_once(lines.filter(pl.col("item").is_in(list(rule.targets["items"]))))
            counted = own.with_columns(occurrence=pl.int_range(1, pl.len() + 1).over("subject"))
            completing = counted.filter(pl.col("occurrence") % int(rule.params["every"]) == 0)
            further = completing.select(
                "subject",
                "date",
                event=pl.format("@{}:{}", pl.lit(rule.code), pl.col("event")),
                raw=pl.lit(scaled(rule.params["value"]), pl.Int64),
            )
            if inquiry.scheme.reckoning >= 2:
                # One event may complete the number more than once; its line bears all of it.
                further = further.group_by("subject", "date", "event").agg(pl.col("raw").sum())
            pieces.append(standing_lines(further, rule))
        return pl.concat(pieces)
