"""The handbook of rule families, for those who write schemes: made from what each family declares."""

from collections.abc import Iterator, Mapping

from rulesets.engine.protocols import Axis, Family, FamilyField, FieldKind, Registry, Stage

NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四")
STAGES = {
    Stage.AWARD: "事项得分",
    Stage.STANDING: "按期评判",
    Stage.FACTOR: "折算",
    Stage.ESCALATION: "累计加码",
    Stage.MATTER: "同一事项",
    Stage.LIMIT: "限额",
    Stage.SCORE: "构成部分的得分",
    Stage.FILL: "不适用部分的处理",
    Stage.WEIGHT: "权重",
    Stage.TIE: "并列的先后",
    Stage.SHARE: "名次范围",
    Stage.BAND: "等次",
    Stage.VETO: "一票否决",
    Stage.OUTCOME: "结果运用",
}
KINDS = {
    FieldKind.TEXT: "文字",
    FieldKind.INTEGER: "整数",
    FieldKind.DECIMAL: "数字",
    FieldKind.BOOLEAN: "是或否",
    FieldKind.PERIOD_KIND: "年、半年、季度或月",
    FieldKind.LEVELS: "若干级别",
    FieldKind.ROLES: "若干角色",
    FieldKind.GROUPS: "若干分组",
    FieldKind.ATTRIBUTE: "一个情形项",
}
AXES = {
    Axis.LEVEL: "级别",
    Axis.ROLE: "角色",
    Axis.GROUP: "分组",
    Axis.CHOICE: "情形",
    Axis.BAND: "等次",
    Axis.NUMBER: "数字的范围",
}


def handbook(registry: Registry) -> str:
    """The handbook in Markdown, families in the order of computation."""
    parts = [
        "# 规则类型手册",
        "本页由规则类型自己的声明生成（`manage.py family_handbook`），按核算的先后排列。"
        "每一类的例子都可以手算，并作为测试运行。",
    ]
    stage: Stage | None = None
    headings = iter(NUMERALS)
    names = {family.code: family.name for family in registry}
    for family in sorted(registry, key=lambda family: (family.stage, family.code, family.version)):
        if family.stage != stage:
            stage = family.stage
            parts.append(f"## {next(headings)}、{STAGES[stage]}")
        parts.extend(_family(family, names))
    return "\n\n".join(parts) + "\n"


def _family(family: Family, names: Mapping[str, str]) -> Iterator[str]:
    version = f"，第{family.version}版" if family.version > 1 else ""
    yield f"### {family.name}（`{family.code}`{version}）"
    yield family.about
    rows = [*(_field(field) for field in family.fields), *_targets(family, names)]
    if rows:
        yield "\n".join(["| 填写项 | 编码 | 内容 |", "|---|---|---|", *rows])
    if family.axes:
        asked = "、".join(AXES[axis] for axis in family.axes)
        value = f"，每档填写{family.tier_value}" if family.tier_value else ""
        yield f"档次可按{asked}区分{value}。"
    yield "\n".join(["例：", "", *(f"- {example.title}。" for example in family.examples)])


def _field(field: FamilyField) -> str:
    choices = "；".join(f"{name}（`{code}`）" for code, name in field.choices)
    content = choices or KINDS[field.kind]
    needed = "，必填" if field.required else ""
    return f"| {field.label} | `{field.code}` | {content}{needed}。{field.help} |"


def _targets(family: Family, names: Mapping[str, str]) -> Iterator[str]:
    for target in family.targets:
        what = "构成部分" if target.of == "component" else "规则"
        many = f"若干{what}" if target.many else f"一个{what}"
        kinds = f"（{'、'.join(names[code] for code in target.families)}）" if target.families else ""
        needed = "，必填" if target.required else ""
        yield f"| {target.label} | `{target.purpose}` | {many}{kinds}{needed}。 |"
