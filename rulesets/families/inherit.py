"""inherit: a published result (the department's, a unit's, one's own) enters at a weight or as a factor."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import polars as pl

from rulesets.engine.frames import YEARS_BACK
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
from rulesets.families.wording import before

HUNDRED = 100
WHOSE = (("department", "所在部门的结果"), ("own", "本人的结果"), ("named", "指定单位或部门的结果"))
EFFECTS = (("weight", "按权重计入构成部分"), ("factor", "作为系数"))


class Inherit(SubjectFamily):
    """Reads the frame `inherited`; which results are published first, and that none waits for itself, is not here.

    At a weight, percent × the result is added to the component. As a factor, the component, or without one the
    sum of all components, is multiplied by result ÷ full, before the one rounding. The department is that of
    the as-of date (docs/SEMANTICS.md, 10). Without such a result nothing changes, and the subject is flagged.
    """

    code = "inherit"
    name = "沿用已公布的结果"
    about = "把部门、本人或指定单位已公布的结果计入，或者作为系数。"
    stage = Stage.SCORE
    fields = (
        FamilyField(
            "source",
            "出自哪个考核办法",
            FieldKind.TEXT,
            required=True,
            help="从列表中选一个办法；还没有建立的，填写它将来的编码。在该办法里公布了同一期间的结果，这里才能计入。",
            known="schemes",
        ),
        FamilyField("whose", "谁的结果", FieldKind.CHOICE, required=True, choices=WHOSE),
        FamilyField("subject", "指定单位或部门的编码", FieldKind.TEXT),
        FamilyField("effect", "如何沿用", FieldKind.CHOICE, required=True, choices=EFFECTS),
        FamilyField("percent", "权重（%）", FieldKind.DECIMAL),
        FamilyField("full", "系数为1时的结果", FieldKind.DECIMAL),
    )
    targets = (TargetField("component", "计入的构成部分", "component", many=False),)
    examples = (
        Example(
            title="部门得分95.5，按20%计入：19.1分；没有部门结果的不计并提示",
            rules=(
                {
                    "code": "H1", "name": "部门得分", "family": "inherit",
                    "params": {"source": "street", "whose": "department", "effect": "weight", "percent": "20"},
                    "targets": {"component": ["department"]},
                },
            ),
            given={
                "components": [{"code": "department", "name": "部门"}],
                "totals": {"1001": "70", "1002": "70"},
                "department_of": {"1002": "K02"},
                "inherited": [{"source": "street", "subject": "K01", "total": "95.5"}],
            },
            expected={
                "totals": {"1001": "89.1", "1002": "70"},
                "flags": {"1001": [], "1002": ["figure_missing:H1"]},
                "notes": {"1001": ["K01得95.5分，按20%计19.1分"]},
            },
        ),
        Example(
            title="部门得分98，系数0.98：个人90.5分得88.69分",
            rules=(
                {
                    "code": "H2", "name": "部门系数", "family": "inherit",
                    "params": {"source": "street", "whose": "department", "effect": "factor", "full": "100"},
                },
            ),
            given={
                "totals": {"1001": "90.5"},
                "inherited": [{"source": "street", "subject": "K01", "total": "98"}],
            },
            expected={"totals": {"1001": "88.69"}},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        p = rule.params
        whose = (
            p.get("subject", "")
            if p["whose"] == "named"
            else {"department": "所在部门", "own": "本人"}[p["whose"]]
        )
        homes = [scheme.component(code).name for code in rule.targets.get("component", ())]
        years = {source: years for years, source in YEARS_BACK.items()}
        if p["source"] in years:
            result = f"{whose}在本办法{before(years[p['source']])}的结果"
        else:
            result = f"{whose}在办法“{p['source']}”中的结果"
        if p["effect"] == "weight":
            return f"{result}按{p.get('percent')}%计入{'、'.join(homes)}；没有结果的不计并提示。"
        return (
            f"{'、'.join(homes) or '总分'}乘以系数，系数为{result}除以{p.get('full')}；没有结果的不乘并提示。"
        )

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        p = rule.params
        if p.get("whose") == "named" and not p.get("subject"):
            yield "选了指定单位或部门的结果，但没有填写它的编码。"
        if p.get("effect") == "weight":
            if "percent" not in p or not 0 < fraction(p["percent"]) <= HUNDRED:
                yield "按权重计入的，须填写大于0、不超过100的权重。"
            if not rule.targets.get("component"):
                yield "按权重计入的，须选定计入的构成部分。"
        if p.get("effect") == "factor" and ("full" not in p or fraction(p["full"]) <= 0):
            yield "作为系数的，须填写“系数为1时的结果”，并且大于0。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        """The rules at a weight come first, so that a factor takes in what they added."""
        for rule in sorted(rules, key=lambda rule: rule.params["effect"] == "factor"):
            totals = _totals(rule, inquiry)
            component = next(iter(rule.targets.get("component", ())), None)
            for standing in standings:
                if component is not None and component not in standing.components:
                    continue
                whose = _whose(rule, standing)
                if whose not in totals:
                    standing.flags.add(f"figure_missing:{rule.code}")
                    standing.missing.add(rule.code)
                elif rule.params["effect"] == "weight":
                    _add(rule, component, standing, whose or "", totals[whose])
                else:
                    _multiply(rule, component, standing, whose or "", totals[whose])


def _totals(rule: Rule, inquiry: Inquiry) -> Mapping[str | None, Fraction]:
    own = inquiry.frames.inherited.filter(
        pl.col("source") == rule.params["source"], pl.col("total").is_not_null()
    )
    return {subject: Fraction(total) for subject, total in own.select("subject", "total").iter_rows()}


def _whose(rule: Rule, standing: Standing) -> str | None:
    match rule.params["whose"]:
        case "department":
            return standing.department
        case "own":
            return standing.subject
        case _:
            return str(rule.params["subject"])


def _add(rule: Rule, component: str | None, standing: Standing, whose: str, result: Fraction) -> None:
    assert component is not None
    points = result * fraction(rule.params["percent"]) / HUNDRED
    standing.components[component] += points
    text = f"{whose}得{plain(result)}分，按{rule.params['percent']}%计{plain(points)}分"
    standing.notes.append(Note(rule.code, component, text))


def _multiply(rule: Rule, component: str | None, standing: Standing, whose: str, result: Fraction) -> None:
    factor = result / fraction(rule.params["full"])
    if component is None:
        standing.factor *= factor
    else:
        standing.components[component] *= factor
    text = f"{whose}得{plain(result)}分，系数为{plain(factor)}"
    standing.notes.append(Note(rule.code, component, text))
