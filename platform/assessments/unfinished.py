"""What a result doesn't hold yet because its period had not ended on the day up to which it was reckoned."""

import datetime
from collections.abc import Iterable

from rulesets.engine.period import Period, PeriodKind
from rulesets.engine.protocols import FamilyField, FieldKind
from rulesets.families import REGISTRY
from rulesets.models import Edition, Rule


def unfinished(edition: Edition, period_code: str, as_of: datetime.date) -> str:
    """A sentence on what is still to come in, with the rules that judge a span which was not over; empty where
    the period had ended.
    """
    period = Period.parse(period_code)
    if as_of >= period.end:
        return ""
    day = f"{as_of.year}年{as_of.month}月{as_of.day}日"
    names = [rule.name for rule in edition.rules.order_by("order", "pk") if _waits(rule, period, as_of)]
    if not names:
        return f"{period.name}到{day}还没有结束，以后发生的事项还会改变结果。"
    return (
        f"{period.name}到{day}还没有结束。下列规则到期才评判，没有到期的这里还没有计入，总分和等次不能作数："
        f"{'、'.join(names)}。"
    )


def _waits(rule: Rule, period: Period, as_of: datetime.date) -> bool:
    """Whether the rule judges a span of the period that had not ended by the day."""
    family = REGISTRY.get(rule.family, rule.family_version)
    if (rule.periods and period.kind not in rule.periods) or not any(map(_names_spans, family.fields)):
        return False
    kind = PeriodKind(rule.params["each"])
    spans: Iterable[Period] = period.parts(kind) or filter(None, [period.closing(kind)])
    return any(span.end > as_of for span in spans)


def _names_spans(field: FamilyField) -> bool:
    """Whether the field says which spans are judged; where it is optional, it only says by which spans to count."""
    return field.code == "each" and field.kind is FieldKind.PERIOD_KIND and field.required
