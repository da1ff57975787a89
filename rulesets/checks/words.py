"""What is wrong with an edition itself, its vocabulary and its components."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rulesets.checks.finding import Finding, error
from rulesets.engine.numbers import NumberTooFine, scaled
from rulesets.shape import FORMAT, PERIODS
from rulesets.wordings import faults_of

MOST_DECIMALS = 4
LARGEST_NUMBER = 10**8  # eight digits before the point
# Columns that every spreadsheet of events has; an attribute can't be called so.
EVENT_COLUMNS = frozenset(
    {"event_no", "date", "item", "subject", "role", "level", "quantity", "rank"}
    | {"out_of", "matter", "evidence", "remark"}
)
KINDS = {"levels": "级别", "roles": "角色", "groups": "分组", "attributes": "情形项"}
Snapshot = Mapping[str, Any]


def edition_findings(snapshot: Snapshot) -> Iterator[Finding]:
    """Faults of the edition's own figures."""
    record = "考核办法"
    if snapshot.get("format") != FORMAT:
        yield error(record, f"格式版次应为 {FORMAT}，实际为“{snapshot.get('format')}”。")
    decimals = snapshot.get("decimals", 2)
    if not 0 <= decimals <= MOST_DECIMALS:
        yield error(record, f"总分小数位数应为0至{MOST_DECIMALS}，实际为{decimals}。")
    begin, end = snapshot.get("effective_from"), snapshot.get("effective_to")
    if begin and end and end < begin:
        yield error(record, f"截止日期{end}早于施行日期{begin}。")
    yield from period_findings(record, snapshot.get("periods", ()))
    if not snapshot.get("components"):
        yield error(record, "没有构成部分，请至少填写一个。")


def period_findings(record: str, periods: Sequence[Any]) -> Iterator[Finding]:
    """Unknown or repeated kinds of periods."""
    known = dict(PERIODS)
    for kind in periods:
        if kind not in known:
            yield error(record, f"考核期间“{kind}”无法识别，可填 {'、'.join(known.values())}。")
    yield from _repeated(record, "考核期间", periods)


def vocabulary_findings(snapshot: Snapshot) -> Iterator[Finding]:
    """Codes given twice; attributes whose code or choices can't be used; a role for fewer than one person."""
    for section, label in KINDS.items():
        terms = snapshot.get(section, ())
        yield from code_findings(label, terms)
        for term in terms:
            record = f"{label} {term['code']}"
            if "most" in term and not 1 <= term["most"] < LARGEST_NUMBER:
                yield error(record, f"每件事项最多人数应为1或以上，实际为{term['most']}。")
            if section == "attributes":
                yield from _attribute_findings(record, term)


def _attribute_findings(record: str, attribute: Snapshot) -> Iterator[Finding]:
    if attribute["code"] in EVENT_COLUMNS:
        yield error(record, "编码与事项表格的固定列同名，请换一个编码。")
    choices = attribute.get("choices", ())
    yield from code_findings(f"{record} 情形", choices)
    if attribute["type"] == "choice" and not choices:
        yield error(record, "填写方式是选择，但没有可选情形，请至少填写一种。")
    if attribute["type"] != "choice" and choices:
        yield error(record, "填写方式不是选择，不能有可选情形，请删去情形或改为选择。")


def component_findings(snapshot: Snapshot) -> Iterator[Finding]:
    """Codes given twice, parents that aren't there, figures that contradict each other."""
    components = snapshot.get("components", ())
    parents = {component["code"]: component.get("parent") for component in components}
    yield from code_findings("构成部分", components)
    for component in components:
        record = f"构成部分 {component['code']}"
        if component.get("parent") is not None and component["parent"] not in parents:
            yield error(record, f"上级构成部分“{component['parent']}”不存在，请核对编码。")
        elif _is_its_own_ancestor(component["code"], parents):
            yield error(record, "上级构成部分绕成了圈，请改正。")
        yield from period_findings(record, component.get("periods", ()))
        yield from period_findings(record, component.get("base_periods", ()))
        yield from _figure_findings(record, component)


def _is_its_own_ancestor(code: str, parents: Mapping[str, str | None]) -> bool:
    seen = {code}
    ancestor = parents.get(code)
    while ancestor is not None:
        if ancestor in seen:
            return True
        seen.add(ancestor)
        ancestor = parents.get(ancestor)
    return False


def _figure_findings(record: str, component: Snapshot) -> Iterator[Finding]:
    labels = {"base": "基础分", "floor": "下限", "ceiling": "上限", "weight": "权重"}
    faults = [
        fault
        for code, label in labels.items()
        for fault in number_findings(record, label, component.get(code))
    ]
    yield from faults
    if faults:
        return
    base, floor, ceiling, weight = (
        None if component.get(code) is None else Decimal(component[code]) for code in labels
    )
    base = base or Decimal(0)
    if floor is not None and ceiling is not None and floor > ceiling:
        yield error(record, f"下限{floor}高于上限{ceiling}，请改正。")
    elif (floor is not None and base < floor) or (ceiling is not None and base > ceiling):
        yield error(record, f"基础分{base}不在下限和上限之间，请改正。")
    if weight is not None and not 0 <= weight <= 1:
        yield error(record, f"权重应在0至1之间，实际为{weight}；40%写作0.4。")


def wording_findings(snapshot: Snapshot) -> Iterator[Finding]:
    """Texts for papers that no paper asks for, or that can't be used where they stand."""
    groups = {group["code"]: group["name"] for group in snapshot.get("groups", ())}
    for key, text in snapshot.get("wordings", {}).items():
        for fault in faults_of(key, text, groups):
            yield error(f"文书用语 {key}", fault)


def number_findings(record: str, label: str, number: str | None) -> Iterator[Finding]:
    """Whether a decimal text is beyond the scale of the ledger: four decimals, eight digits."""
    if number is None:
        return
    try:
        within = abs(scaled(number)) < scaled(LARGEST_NUMBER)
    except NumberTooFine:
        within = False
    if not within:
        yield error(record, f"{label}“{number}”超出范围：最多八位整数、四位小数。")


def code_findings(label: str, records: Sequence[Snapshot]) -> Iterator[Finding]:
    """Codes that two records of one kind share."""
    for code, count in Counter(record["code"] for record in records).items():
        if count > 1:
            yield error(f"{label} {code}", f"编码重复，共有{count}条，请改用不同的编码。")


def _repeated(record: str, label: str, values: Sequence[Any]) -> Iterator[Finding]:
    for value, count in Counter(values).items():
        if count > 1:
            yield error(record, f"{label}“{value}”重复，请删去一处。")
