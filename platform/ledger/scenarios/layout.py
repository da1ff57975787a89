"""The sheets of a scenario's workbook and their columns, by the words of the edition that it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.imports import ballots, metrics, roster
from ledger.imports.event_columns import event_columns
from rulesets.engine.protocols import Stage
from rulesets.engine.scheme import Rule, Scheme
from rulesets.families import REGISTRY
from rulesets.vocabulary import Vocabulary, vocabulary_from
from tabular import Column

HEAD, PEOPLE, EVENTS, BALLOTS = "用例", "人员", "事项", "测评票"
METRICS, RESULTS, LINES = "指标", "预期结果", "预期明细"
NEEDED = (HEAD, PEOPLE)
HEAD_COLUMNS = (
    Column("name", "名称", "text", required=True),
    Column("period", "期间", "code", required=True),
    Column("as_of", "截至", "date"),
)
LINE_COLUMNS = (
    Column("subject", "对象", "code", required=True),
    Column("event", "事件号", "code", required=True),
    Column("item", "事项", "code", required=True, aliases=("计分项", "规则")),
    Column("role", "角色", "code"),
    Column("points", "得分", "decimal", required=True),
)
RESULT_COLUMNS = (
    Column("subject", "对象", "code", required=True),
    Column("period", "期间", "code"),
    Column("total", "总分", "decimal"),
    Column("rank", "名次", "integer"),
    Column("band", "等次", "code"),
)
# Nobody's citizen number is needed to try a scheme: it may stand in the sheet, is not kept, and not asked for.
NOT_KEPT = "citizen_number"


@dataclass(frozen=True, slots=True)
class Layout:
    """What a workbook of the scheme may hold.

    `components` and `outcomes` lead from the columns of 预期结果 to the codes of the records that they are about.
    """

    scheme: Scheme
    vocabulary: Vocabulary
    components: Mapping[str, str]
    outcomes: Mapping[str, str]
    sheets: Mapping[str, Sequence[Column]]


def layout_of(scheme: Scheme) -> Layout:
    """The layout of the workbooks of a scheme."""
    vocabulary = vocabulary_from([scheme], REGISTRY)
    results = list(RESULT_COLUMNS)
    components, outcomes = {}, {}
    for component in scheme.components:
        column = _column("component", component.code, component.name, "decimal", results)
        components[column.code] = component.code
        results.append(column)
    for rule in outcome_rules(scheme):
        column = _column("outcome", rule.code, rule.name, "code", results)
        outcomes[column.code] = rule.code
        results.append(column)
    sheets: dict[str, Sequence[Column]] = {
        HEAD: HEAD_COLUMNS,
        PEOPLE: roster.COLUMNS,
        EVENTS: event_columns(vocabulary),
        BALLOTS: ballots.COLUMNS,
        METRICS: metrics.COLUMNS,
        RESULTS: results,
        LINES: LINE_COLUMNS,
    }
    return Layout(scheme, vocabulary, components, outcomes, sheets)


def outcome_rules(scheme: Scheme) -> list[Rule]:
    """The rules that give an outcome."""
    return [rule for rule in scheme.rules if REGISTRY.of(rule).stage is Stage.OUTCOME]


def _column(prefix: str, code: str, name: str, kind: str, others: Sequence[Column]) -> Column:
    """A column called by the record's name; by its code as well where another column has that name."""
    taken = {other.name for other in others}
    shown = name if name not in taken else f"{name}{code}"
    return Column(f"{prefix}_{code}", shown, kind)  # type: ignore[arg-type]
