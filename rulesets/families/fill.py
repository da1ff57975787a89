"""fill: a component that does not apply to a subject has its value from the subject's other components."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

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
from rulesets.engine.scheme import Component, Rule, Scheme

HUNDRED = 100
WAYS = (("mean", "取其余部分得分率的平均"), ("weight", "权重分给其余部分"))


class Fill(SubjectFamily):
    """The value is the full points (the ceiling) × a share of the others: held, and exact.

    `mean`: the mean of the others' shares, each part counting the same. `weight`: what the others earned of
    all that they offered; so much does the total come to when the weight goes to them in proportion. Only
    other components with a ceiling above 0 are read that are not themselves filled for this subject.
    """

    code = "fill"
    name = "不适用部分的折算"
    about = "某一部分不适用的人，按其余部分的得分率折算。"
    stage = Stage.FILL
    has_component = True
    fields = (
        FamilyField("way", "如何折算", FieldKind.CHOICE, required=True, choices=WAYS),
        FamilyField("groups", "对哪些分组不适用", FieldKind.GROUPS),
    )
    targets = (
        TargetField(
            "missing", "全都没有记录时视为不适用的规则", "rule", families=("review", "completion", "inherit")
        ),
    )
    examples = (
        Example(
            title="驻村人员不参加测评（满分20）：业务45/50得90%、日常21/30得70%，平均80%，折算16分",
            rules=(
                {"code": "A", "name": "业务", "family": "quantity", "component": "business",
                 "tiers": [{"value": "1"}]},
                {"code": "B", "name": "日常", "family": "quantity", "component": "daily", "tiers": [{"value": "1"}]},
                {
                    "code": "F1", "name": "驻村人员测评", "family": "fill", "component": "review",
                    "params": {"way": "mean", "groups": ["village"]},
                },
            ),
            given={
                "components": [
                    {"code": "business", "name": "业务", "ceiling": "50"},
                    {"code": "daily", "name": "日常", "ceiling": "30"},
                    {"code": "review", "name": "测评", "ceiling": "20"},
                ],
                "groups": {"1001": "village", "1002": "office"},
                "events": [
                    {"event": f"{item}{no}", "item": item, "subject": no, "quantity": quantity}
                    for no in ("1001", "1002") for item, quantity in (("A", "45"), ("B", "21"))
                ],
            },
            expected={
                "components": {"1001": {"business": "45", "daily": "21", "review": "16"}},
                "totals": {"1001": "82", "1002": "66"},
                "notes": {"1001": ["不适用，取其余部分得分率的平均80%，折算16分"]},
            },
        ),
        Example(
            title="没有测评票的，测评的20分权重分给其余部分：66/80得82.5%，折算16.5分，总分82.5分",
            rules=(
                {"code": "A", "name": "业务", "family": "quantity", "component": "business",
                 "tiers": [{"value": "1"}]},
                {"code": "B", "name": "日常", "family": "quantity", "component": "daily", "tiers": [{"value": "1"}]},
                {
                    "code": "R", "name": "民主测评", "family": "review", "component": "review",
                    "params": {"part": "democratic", "points": "20"},
                },
                {
                    "code": "F1", "name": "缺测评的", "family": "fill", "component": "review",
                    "params": {"way": "weight"}, "targets": {"missing": ["R"]},
                },
            ),
            given={
                "components": [
                    {"code": "business", "name": "业务", "ceiling": "50"},
                    {"code": "daily", "name": "日常", "ceiling": "30"},
                    {"code": "review", "name": "测评", "ceiling": "20"},
                ],
                "events": [
                    {"event": "E1", "item": "A", "subject": "1001", "quantity": "45"},
                    {"event": "E2", "item": "B", "subject": "1001", "quantity": "21"},
                ],
            },
            expected={
                "totals": {"1001": "82.5"},
                "components": {"1001": {"business": "45", "daily": "21", "review": "16.5"}},
                "flags": {"1001": []},
            },
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        groups = "、".join(scheme.name_of("group", code) for code in rule.params.get("groups", ()))
        rules = "、".join(scheme.rule(code).name for code in rule.targets.get("missing", ()))
        cases = [f"{groups}不适用本部分"] if groups else []
        cases += [f"没有{rules}记录的视为不适用"] if rules else []
        way = (
            "取其余各部分得分率的平均，折算为本部分得分"
            if rule.params["way"] == "mean"
            else "本部分的权重按比例分给其余部分，即按其余部分合计的得分率折算为本部分得分"
        )
        return f"{'；'.join(cases)}：{way}。"

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if not rule.params.get("groups") and not rule.targets.get("missing"):
            yield "没有写明何时不适用：请填写不适用的分组，或者选定没有记录时视为不适用的规则。"
        own = [component for component in scheme.components if component.code == rule.component]
        if any(not _full(component) for component in own):
            yield "所属构成部分没有上限，无从折算：请填写上限，作为满分。"
        if not [c for c in scheme.components if c.code != rule.component and _full(c)]:
            yield "其余构成部分都没有上限，算不出得分率：请填写上限，作为满分。"

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        components = {c.code: c for c in inquiry.scheme.components_in(inquiry.period.kind)}
        for standing in standings:
            own = {
                rule.component: rule
                for rule in rules
                if rule.component in components and _does_not_apply(rule, standing)
            }
            others = [c for c in components.values() if c.code not in own and _full(c) > 0]
            for code, rule in own.items():
                assert code is not None
                if others:
                    _fill(rule, components[code], others, standing)
                    standing.flags -= _flags_settled(rule, inquiry.scheme)


def _full(component: Component) -> Fraction:
    return fraction(component.ceiling or "0")


def _does_not_apply(rule: Rule, standing: Standing) -> bool:
    asked = rule.targets.get("missing", ())
    return standing.group in rule.params.get("groups", ()) or (bool(asked) and set(asked) <= standing.missing)


def _flags_settled(rule: Rule, scheme: Scheme) -> set[str]:
    """The flags of what is missing: they say that it counts as 0, and it does not any more."""
    missing = [scheme.rule(code) for code in rule.targets.get("missing", ())]
    parts = {missed.params.get("round") or missed.params.get("part") for missed in missing}
    return {f"ballots_missing:{part}" for part in parts} | {f"figure_missing:{m.code}" for m in missing}


def _fill(rule: Rule, component: Component, others: Sequence[Component], standing: Standing) -> None:
    values = [_held(other, standing.components[other.code]) for other in others]
    if rule.params["way"] == "mean":
        shares = [value / _full(other) for other, value in zip(others, values, strict=True)]
        share, said = sum(shares, Fraction(0)) / len(shares), "取其余部分得分率的平均"
    else:
        weights = [fraction(other.weight or "1") for other in others]
        earned = sum((weight * value for weight, value in zip(weights, values, strict=True)), Fraction(0))
        offered = sum((w * _full(other) for w, other in zip(weights, others, strict=True)), Fraction(0))
        share, said = earned / offered, "取其余部分合计的得分率"
    value = share * _full(component)
    standing.components[component.code] = value
    text = f"不适用，{said}{plain(share * HUNDRED, 2)}%，折算{plain(value)}分"
    standing.notes.append(Note(rule.code, component.code, text))


def _held(component: Component, value: Fraction) -> Fraction:
    """The value within floor and ceiling, as it will enter the total."""
    value = min(value, _full(component))
    return value if component.floor is None else max(value, fraction(component.floor))
