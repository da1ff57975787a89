"""veto 一票否决: an event that takes a band or an honour away, whatever the score."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from rulesets.engine.conditions import Comparison, Operator
from rulesets.engine.numbers import fraction, plain
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Note,
    Stage,
    Standing,
    SubjectFamily,
    TargetField,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.engine.tables import DecisionRule, DecisionTable

TABLE = "veto"
EFFECTS = (
    ("band", "等次不高于"),
    ("mark", "只作标记，由名次范围、结果运用引用"),
    ("factor", "总分乘以系数"),
)
RANKINGS = (("again", "按折算后的总分排名"), ("stands", "名次仍按折算前的总分"))


class Veto(SubjectFamily):
    """Effect `band`: the band is no better than the target's; a worse one stays (bureau, 五（二）).

    Effect `factor`: the sum of components × the factor, rounded once; of several vetoes the smallest factor
    holds, and a sum below 0 stays as it is. Rank and shares read the new total, or stand as they were before;
    bands read the new total either way.
    """

    code = "veto"
    name = "一票否决"
    about = "出现某种情况的，等次封顶、总分打折或作标记。"
    stage = Stage.VETO
    is_item = True
    fields = (
        FamilyField("effect", "后果", FieldKind.CHOICE, required=True, choices=EFFECTS),
        FamilyField("evidence", "必须填写依据", FieldKind.BOOLEAN),
        FamilyField("factor", "系数", FieldKind.DECIMAL),
        FamilyField("ranking", "折算后的名次", FieldKind.CHOICE, choices=RANKINGS),
    )
    targets = (TargetField("band", "不高于的等次", "rule", families=("band",), many=False),)
    examples = (
        Example(
            title="优秀者受一票否决，评为基本称职；不称职者不因此提高",
            rules=(
                {"code": "excellent", "name": "优秀", "family": "band", "tiers": [{"low": "95"}]},
                {
                    "code": "basic",
                    "name": "基本称职",
                    "family": "band",
                    "tiers": [{"low": "60", "high": "95"}],
                },
                {"code": "incompetent", "name": "不称职", "family": "band", "tiers": [{"high": "60"}]},
                {
                    "code": "V1",
                    "name": "玩忽职守",
                    "family": "veto",
                    "params": {"effect": "band"},
                    "targets": {"band": ["basic"]},
                },
            ),
            given={
                "totals": {"1001": "97", "1002": "97", "1003": "55"},
                "vetoes": {"1001": ["V1"], "1003": ["V1"]},
            },
            expected={
                "bands": {"1001": "basic", "1002": "excellent", "1003": "incompetent"},
                "flags": {"1001": ["vetoed:V1"], "1002": [], "1003": ["vetoed:V1"]},
            },
        ),
        Example(
            title="受处分的总分乘以0.8并重新排名：95分得76分，由第1名降为第3名",
            rules=(
                {
                    "code": "V2",
                    "name": "处分",
                    "family": "veto",
                    "params": {"effect": "factor", "factor": "0.8", "ranking": "again"},
                },
            ),
            given={
                "totals": {"1001": "95", "1002": "90", "1003": "80"},
                "vetoes": {"1001": ["V2"]},
            },
            expected={
                "totals": {"1001": "76", "1002": "90", "1003": "80"},
                "ranks": {"1001": 3, "1002": 1, "1003": 2},
                "notes": {"1001": ["有处分，总分乘以0.8"]},
            },
        ),
        Example(
            title="名次仍按折算前的总分：76分仍为第1名，等次按76分",
            rules=(
                {"code": "excellent", "name": "优秀", "family": "band", "tiers": [{"low": "90"}]},
                {"code": "competent", "name": "称职", "family": "band", "tiers": [{"high": "90"}]},
                {
                    "code": "V2",
                    "name": "处分",
                    "family": "veto",
                    "params": {"effect": "factor", "factor": "0.8", "ranking": "stands"},
                },
            ),
            given={
                "totals": {"1001": "95", "1002": "90"},
                "vetoes": {"1001": ["V2"]},
            },
            expected={
                "totals": {"1001": "76", "1002": "90"},
                "ranks": {"1001": 1, "1002": 2},
                "bands": {"1001": "competent", "1002": "excellent"},
            },
        ),
    )

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        if rule.params["effect"] == "mark":
            return "有此情形的作一票否决标记，后果见名次范围和结果运用。"
        if rule.params["effect"] == "factor":
            ranking = dict(RANKINGS)[rule.params.get("ranking", "again")]
            return f"有此情形的，总分乘以{rule.params.get('factor')}，{ranking}。"
        band = scheme.rule(rule.targets["band"][0]).name
        return f"有此情形的，不论得分多少，等次不高于{band}；得分本已更低的不变。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if rule.params.get("effect") == "band" and not rule.targets.get("band"):
            yield "后果是限定等次，但没有选定等次：请填写“不高于的等次”。"
        if rule.params.get("effect") == "factor":
            if "factor" not in rule.params or not 0 <= fraction(rule.params["factor"]) < 1:
                yield "后果是总分乘以系数的，须填写系数，不小于0、小于1。"
            if "ranking" not in rule.params:
                yield "后果是总分乘以系数的，须选定“折算后的名次”。"

    def tables(self, rules: Sequence[Rule], scheme: Scheme) -> Iterator[DecisionTable]:
        """Case: the band's place (0 is the best) and the cap's place; decision: the place of the band then."""
        fields = (("band", int), ("cap", int))
        caps = range(1, len(_bands(scheme)))  # nothing is better than the best
        conditions = [
            (Comparison("cap", Operator.EQUAL, cap), Comparison("band", Operator.LESS, cap)) for cap in caps
        ]
        decisions = tuple(
            DecisionRule(f"一票否决 不高于{_bands(scheme)[cap].code}", asked, cap)
            for cap, asked in zip(caps, conditions, strict=True)
        )
        yield DecisionTable(TABLE, fields, decisions)

    def weigh(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        factors = {rule.code: rule for rule in rules if rule.params["effect"] == "factor"}
        for standing in standings:
            struck = [factors[code] for code in sorted(standing.vetoes & set(factors))]
            if not struck or sum(standing.components.values(), Fraction(0)) < 0:
                continue
            heaviest = min(struck, key=lambda rule: fraction(rule.params["factor"]))
            factor = fraction(heaviest.params["factor"])
            if heaviest.params["ranking"] == "stands":
                standing.factor_after_ranking *= factor
            else:
                standing.factor *= factor
            text = f"有{heaviest.name}，总分乘以{plain(factor)}"
            standing.notes.append(Note(heaviest.code, None, text))

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        self._cap_bands({rule.code: rule for rule in rules}, standings, inquiry)

    def _cap_bands(self, rules: dict[str, Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        order = [band.code for band in _bands(inquiry.scheme)]
        capped: list[tuple[Standing, dict[str, str | bool | int | None]]] = []
        for standing in standings:
            targets = [rules[veto].targets.get("band", ()) for veto in sorted(standing.vetoes & set(rules))]
            caps = [order.index(code) for target in targets for code in target]
            if caps and standing.band is not None:
                capped.append((standing, {"band": order.index(standing.band), "cap": max(caps)}))
        (table,) = self.tables(list(rules.values()), inquiry.scheme)
        decisions = inquiry.decide(table, [case for _, case in capped])
        for (standing, _), decision in zip(capped, decisions, strict=True):
            if decision is not None:
                standing.band = order[decision]


def _bands(scheme: Scheme) -> list[Rule]:
    """The bands of the scheme, the best first."""
    return [rule for rule in scheme.rules if rule.family == "band"]
