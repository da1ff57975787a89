"""review: a component, or a part of it, scored by ballots on a 100 scale; in rounds and by rater groups."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import polars as pl

from rulesets.engine.numbers import SCALE, fraction, plain
from rulesets.engine.period import Period, PeriodKind
from rulesets.engine.protocols import (
    Example,
    FamilyField,
    FieldKind,
    Inquiry,
    Note,
    Stage,
    Standing,
    SubjectFamily,
)
from rulesets.engine.scheme import Rule, Scheme
from rulesets.wordings import RATER_GROUPS, items_of, table_of

HUNDRED = 100
WEIGHT = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?", re.ASCII)
# A mean of fewer people's scores tells who gave what.
FEWEST_SHOWN = 3
TRIM = "去掉最高分、最低分各几个"
HALVES = (("H1", "上半年"), ("H2", "下半年"))
STAND_INS = (("field", "取其他考核对象的平均分"),)
DEMOCRATIC = {
    "code": "democratic", "name": "民主评议", "family": "review", "component": "review",
    "params": {"part": "democratic", "points": "10"},
}  # fmt: skip
ROUNDS = tuple(
    {
        "code": code, "name": name, "family": "review", "component": "review",
        "params": {"part": "review", "round": code, "points": "50", "groups": "leaders、staff", "foreign_only": True},
    }
    for code, name in (("R1", "年中"), ("R2", "年末"))
)  # fmt: skip


class Review(SubjectFamily):
    """A part's score is the mean of all its ballots, each counting the same, unless rater groups are named.

    Then it is the mean of the groups' means, each counting by its weight where weights are given, else the same; a
    group without a ballot leaves its weight to the others, in proportion to theirs, and so does a round of the same
    part (docs/SEMANTICS.md, 14; street, *Review*). All exact.
    """

    code = "review"
    name = "测评"
    about = "测评票的平均分折合成若干分，可以分轮次、分评议组。"
    stage = Stage.SCORE
    has_component = True
    fields = (
        FamilyField(
            "part",
            "测评部分",
            FieldKind.TEXT,
            required=True,
            help="从列表中选已有的部分；新的部分，填写测评表格中“部分”一栏将要填写的编码。",
            known="parts",
        ),
        FamilyField("points", "满分折合", FieldKind.DECIMAL, required=True),
        FamilyField(
            "round",
            "轮次",
            FieldKind.TEXT,
            help="分轮测评的，选已有的轮次，或填写测评表格中“轮次”一栏将要填写的编码。",
            known="rounds",
        ),
        FamilyField("half", "本轮所属半年", FieldKind.CHOICE, choices=HALVES),
        FamilyField("groups", "评议组的编码", FieldKind.TEXT, help="用顿号隔开；不填表示不分组。"),
        FamilyField(
            "group_weights",
            "各评议组的权重",
            FieldKind.TEXT,
            help="按评议组的次序填写，用顿号隔开，如“40、60”；不填表示各组权重相同。",
        ),
        FamilyField(
            "at_least", "至少要几张票", FieldKind.INTEGER, help="分组的，指每组；不足的视为没有评分。"
        ),
        FamilyField(
            "trim",
            TRIM,
            FieldKind.INTEGER,
            help="如“去掉一个最高分和一个最低分”填1；分组的，每组各去。去掉之后没有剩下的，不去。",
        ),
        FamilyField(
            "stand_in", "没有评分的怎么办", FieldKind.CHOICE, choices=STAND_INS, help="不填为记0分。"
        ),
        FamilyField("foreign_only", "对本部门的评分不计", FieldKind.BOOLEAN),
    )
    examples = (
        Example(
            title="三张票95、92、88.5，平均91.833…，折合10分为9.183333…；无票的记0并提示",
            rules=(DEMOCRATIC,),
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
        Example(
            title="去掉一个最高分和一个最低分：98、90、88、60平均89分，折合10分为8.9分；只有两张票的不去",
            rules=({**DEMOCRATIC, "params": {"part": "democratic", "points": "10", "trim": 1}},),
            given={"subjects": ["1001", "1002"], "ballots": [
                {"part": "democratic", "subject": subject, "score": score}
                for subject, score in (
                    ("1001", "98"), ("1001", "90"), ("1001", "88"), ("1001", "60"), ("1002", "80"), ("1002", "70"),
                )
            ]},
            expected={"components": {"1001": {"review": "8.9"}, "1002": {"review": "7.5"}}},
        ),
        Example(
            title="两轮两组：年中领导组90、职工组80与84得86；年末只有领导组，得96；两轮平均91；缺年末的以年中计",
            rules=ROUNDS,
            given={
                "subjects": ["1001", "1002"],
                "ballots": [
                    {"part": "review", "round": "R1", "rater_group": "leaders", "subject": "1001", "score": "90"},
                    {"part": "review", "round": "R1", "rater_group": "staff", "subject": "1001", "score": "80"},
                    {"part": "review", "round": "R1", "rater_group": "staff", "subject": "1001", "score": "84"},
                    {"part": "review", "round": "R2", "rater_group": "leaders", "subject": "1001", "score": "96"},
                    {"part": "review", "round": "R1", "rater_group": "leaders", "subject": "1002", "score": "88"},
                ],
            },
            expected={
                "components": {"1001": {"review": "91"}, "1002": {"review": "88"}},
                "flags": {"1001": [], "1002": ["ballots_missing:R2"]},
            },
        ),
        Example(
            title="领导组占40%、职工组占60%：90分与80分得84分，折合50分为42分；没有领导组评分的，以职工组的80分计，为40分",
            rules=({**ROUNDS[0], "params": {**ROUNDS[0]["params"], "group_weights": "40、60"}},),  # type: ignore[dict-item]
            given={
                "subjects": ["1001", "1002"],
                "ballots": [
                    {"part": "review", "round": "R1", "rater_group": group, "subject": no, "score": score}
                    for no, group, score in (
                        ("1001", "leaders", "90"), ("1001", "staff", "78"), ("1001", "staff", "82"),
                        ("1002", "staff", "80"),
                    )
                ],
            },
            expected={
                "components": {"1001": {"review": "42"}, "1002": {"review": "40"}},
                "flags": {"1001": [], "1002": []},
            },
        ),
        Example(
            title="至少2张票，不足的取其他人的平均：90与80平均85，1003只有1张60分，以85分计，折合8.5分",
            rules=({**DEMOCRATIC, "params": {**DEMOCRATIC["params"], "at_least": 2, "stand_in": "field"}},),  # type: ignore[dict-item]
            given={
                "subjects": ["1001", "1002", "1003"],
                "ballots": [
                    {"part": "democratic", "subject": no, "score": score}
                    for no, score in (("1001", "92"), ("1001", "88"), ("1002", "80"), ("1002", "80"), ("1003", "60"))
                ],
            },
            expected={
                "components": {"1001": {"review": "9"}, "1002": {"review": "8"}, "1003": {"review": "8.5"}},
                "flags": {"1003": []},
                "notes": {"1003": ["评分不足，以其他考核对象的平均分85分代替"]},
            },
        ),
        Example(
            title="每组至少2张票：职工组只有1张，不计，其权重归领导组",
            rules=({**ROUNDS[0], "params": {**ROUNDS[0]["params"], "at_least": 2}},),  # type: ignore[dict-item]
            given={"subjects": ["1001"], "ballots": [
                {"part": "review", "round": "R1", "rater_group": "leaders", "subject": "1001", "score": "90"},
                {"part": "review", "round": "R1", "rater_group": "leaders", "subject": "1001", "score": "94"},
                {"part": "review", "round": "R1", "rater_group": "staff", "subject": "1001", "score": "50"},
            ]},
            expected={"components": {"1001": {"review": "46"}}},
        ),
    )  # fmt: skip

    def sentence(self, rule: Rule, scheme: Scheme) -> str:
        about = f"轮次{rule.params['round']}的" if rule.params.get("round") else ""
        groups = _groups_said(rule, scheme)
        own = "，对本部门的评分不计" if rule.params.get("foreign_only") else ""
        missing = "由其他轮次代替并提示" if rule.params.get("round") else "记0分并提示"
        if rule.params.get("stand_in"):
            missing = "以其他考核对象的平均分代替"
        trim = f"，去掉最高分、最低分各{rule.params['trim']}个" if "trim" in rule.params else ""
        few = f"；不足{rule.params['at_least']}张票的视为没有评分" if "at_least" in rule.params else ""
        return (
            f"{about}{groups}（百分制{trim}）折合{rule.params['points']}分{own}{few}；没有评分的{missing}。"
        )

    def faults(self, rule: Rule, scheme: Scheme) -> Iterable[str]:
        if "points" in rule.params and fraction(rule.params["points"]) <= 0:
            yield "满分折合须大于0。"
        for code, label in (("at_least", "至少要几张票"), ("trim", TRIM)):
            if int(rule.params.get(code, 1)) < 1:
                yield f"“{label}”须为1或以上。"
        if "group_weights" in rule.params:
            yield from _weight_faults(rule)

    def reckon(self, rules: Sequence[Rule], standings: Sequence[Standing], inquiry: Inquiry) -> None:
        held = [rule for rule in rules if _held_in(rule, inquiry.period)]
        scores = {rule.code: _scores(rule, inquiry) for rule in held}
        means = {
            code: {subject: mean for subject, (mean, _) in found.items()} for code, found in scores.items()
        }
        for rule in held:
            if rule.params.get("stand_in") == "field":
                _stand_in(rule, means[rule.code], standings)
        weights: dict[tuple[str, str], Fraction] = {}
        # Also rounds of the other half: they leave their points to those that are held.
        sets: dict[tuple[str | None, str], list[Rule]] = {}
        for rule in rules:
            sets.setdefault((rule.component, rule.params["part"]), []).append(rule)
        for (component, _), rounds in sets.items():
            assert component is not None
            own = [rule for rule in rounds if rule in held]
            for standing in standings:
                points, weight = _score(rounds, means, standing)
                standing.components[component] += points
                for rule in own:
                    weights[rule.code, standing.subject] = weight
        for standing in standings:
            _note_scores(held, scores, weights, standing)


def rater_groups(rule: Rule) -> list[str]:
    """The codes of the rater groups that the rule names, in its order."""
    return [code for code in rule.params.get("groups", "").replace(",", "、").split("、") if code]


def group_weights(rule: Rule) -> dict[str, Fraction]:
    """What each rater group of the rule weighs beside the others: all the same where the rule gives no weights."""
    groups = rater_groups(rule)
    written = _written_weights(rule)
    if not written:
        return dict.fromkeys(groups, Fraction(1))
    return {group: fraction(weight) for group, weight in zip(groups, written, strict=True)}


def _written_weights(rule: Rule) -> list[str]:
    """The weights as they are written, a percent sign taken away: “40%、60%” are 40 and 60."""
    return [text.removesuffix("%") for text in items_of(rule.params.get("group_weights", ""))]


def _weight_faults(rule: Rule) -> Iterable[str]:
    groups, written = rater_groups(rule), _written_weights(rule)
    if not all(WEIGHT.fullmatch(text) and fraction(text) > 0 for text in written):
        yield "“各评议组的权重”须为大于0的数字（至多四位小数），用顿号隔开，如“40、60”。"
    elif len(written) != len(groups):
        yield f"有{len(groups)}个评议组、{len(written)}个权重：请按评议组的次序，每组填写一个权重。"
    elif len(set(groups)) < len(groups):
        yield "“评议组的编码”里有重复，权重不知归谁：请删去重复的。"


def _groups_said(rule: Rule, scheme: Scheme) -> str:
    groups = rater_groups(rule)
    if not groups:
        return "全部评分的平均"
    if "group_weights" not in rule.params:
        return "各评议组平均分的平均"
    weights = group_weights(rule)
    names = dict(table_of(scheme.snapshot.get("wordings", {}).get(RATER_GROUPS, "")))
    whole = sum(weights.values(), Fraction(0))
    shares = "、".join(
        f"{names.get(code, code)}占{plain(HUNDRED * weight / whole)}%" for code, weight in weights.items()
    )
    return f"各评议组平均分按权重（{shares}）的平均"


def _held_in(rule: Rule, period: Period) -> bool:
    """Whether the rule's round is held in the period: a half reads only its own."""
    half = rule.params.get("half")
    return period.kind != PeriodKind.HALF or half is None or period.code.endswith(half)


def _stand_in(rule: Rule, means: dict[str, Fraction], standings: Sequence[Standing]) -> None:
    """Gives who has no mean that of the other subjects' means, where anybody has one."""
    present = [means[standing.subject] for standing in standings if standing.subject in means]
    if not present:
        return
    field = sum(present, Fraction(0)) / len(present)
    for standing in standings:
        if standing.subject not in means:
            means[standing.subject] = field
            text = f"评分不足，以其他考核对象的平均分{plain(field)}分代替"
            standing.notes.append(Note(rule.code, rule.component, text))


def _note_scores(
    held: Sequence[Rule],
    scores: Mapping[str, Mapping[str, tuple[Fraction, int]]],
    weights: Mapping[tuple[str, str], Fraction],
    standing: Standing,
) -> None:
    """Says how each part came about; a mean that would tell what few people gave is kept back.

    A single one that is kept back could be told from the component and the other parts: then all are.
    """
    for component in dict.fromkeys(rule.component for rule in held):
        own = [rule for rule in held if rule.component == component and standing.subject in scores[rule.code]]
        few = [rule for rule in own if scores[rule.code][standing.subject][1] < FEWEST_SHOWN]
        kept_back = own if len(few) == 1 else few
        for rule in own:
            mean, _ = scores[rule.code][standing.subject]
            points = fraction(rule.params["points"]) * weights[rule.code, standing.subject]
            shown = f"平均{plain(mean)}分，折合{plain(points)}分的计{plain(mean * points / HUNDRED)}分"
            hidden = (
                f"折合{plain(points)}分计入（有的部分评分不足{FEWEST_SHOWN}份，各部分的平均分不单独列出）"
            )
            standing.notes.append(Note(rule.code, component, hidden if rule in kept_back else shown))


def _scores(rule: Rule, inquiry: Inquiry) -> dict[str, tuple[Fraction, int]]:
    """Each subject's mean score, on the 100 scale, by the ballots that count for the rule, and the fewest
    ballots that count of any of its rater groups: what is left out hides nobody.
    """
    codes = {inquiry.period.code, inquiry.period.whole_year.code}
    ballots = inquiry.frames.ballots.filter(
        pl.col("part") == rule.params["part"], pl.col("period").is_in(codes)
    )
    if rule.params.get("round"):
        ballots = ballots.filter(pl.col("round") == rule.params["round"])
    else:
        ballots = ballots.filter(pl.col("period") == inquiry.period.code)
    if rule.params.get("foreign_only"):
        ballots = _foreign(ballots, inquiry)
    groups = rater_groups(rule)
    voice = pl.col("rater_group") if groups else pl.lit("")
    if groups:
        ballots = ballots.filter(pl.col("rater_group").is_in(groups))
    sums = ballots.group_by("subject", voice=voice).agg(*_sum_and_count(rule), cast=pl.len())
    sums = sums.filter(pl.col("cast") >= int(rule.params.get("at_least", 1))).drop("cast")
    weights = group_weights(rule) if groups else {"": Fraction(1)}
    # Mean, weight and number of ballots of each group that has any.
    by_group: dict[str, list[tuple[Fraction, Fraction, int]]] = {}
    for subject, group, score, count in sums.sort("subject", "voice").iter_rows():
        by_group.setdefault(subject, []).append((Fraction(score, SCALE * count), weights[group], count))
    return {
        subject: (
            sum((mean * weight for mean, weight, _ in found), Fraction(0))
            / sum((weight for _, weight, _ in found), Fraction(0)),
            min(count for _, _, count in found),
        )
        for subject, found in by_group.items()
    }


def _foreign(ballots: pl.DataFrame, inquiry: Inquiry) -> pl.DataFrame:
    """The ballots that raters of other departments cast; a person's own is that of the main appointment."""
    if inquiry.scheme.reckoning < 2 or inquiry.scheme.subject == "department":
        return ballots.filter(pl.col("rater_department").ne_missing(pl.col("subject")))
    homes = inquiry.assessed.select("subject", home="department")
    joined = ballots.join(homes, on="subject", how="left")
    return joined.filter(pl.col("rater_department").ne_missing(pl.col("home"))).drop("home")


def _sum_and_count(rule: Rule) -> tuple[pl.Expr, pl.Expr]:
    """The sum and the number of the scores that count, the highest and the lowest left out where the rule says so."""
    trim, score = int(rule.params.get("trim", 0)), pl.col("score")
    if not trim:
        return score.sum(), pl.len().alias("count")
    some_left, ends = pl.len() > 2 * trim, score.top_k(trim).sum() + score.bottom_k(trim).sum()
    left_out = pl.when(some_left).then(2 * trim).otherwise(0)
    return score.sum() - pl.when(some_left).then(ends).otherwise(0), (pl.len() - left_out).alias("count")


def _score(
    rounds: Sequence[Rule], means: Mapping[str, Mapping[str, Fraction]], standing: Standing
) -> tuple[Fraction, Fraction]:
    """The points of one part, and by what the points of its rounds are multiplied for those that are left out.

    Rounds without a ballot, and those of another half, leave their points to the others; none at all gives 0.
    """
    earned, present, offered = Fraction(0), Fraction(0), Fraction(0)
    for rule in rounds:
        points = fraction(rule.params["points"])
        offered += points
        if rule.code not in means:
            continue
        mean = means[rule.code].get(standing.subject)
        if mean is None:
            standing.missing.add(rule.code)
            standing.flags.add(f"ballots_missing:{rule.params.get('round') or rule.params['part']}")
            continue
        earned += mean * points / HUNDRED
        present += points
    weight = offered / present if present else Fraction(0)
    return earned * weight, weight
