"""A unit of any size, written in bulk: what the pages are measured on."""

import datetime
import random
from typing import Any
from unittest.mock import patch

from assessments.decisions import DecisionEntry, decide
from assessments.models import Run
from assessments.reckoning import reckon
from assessments.steps.taking import scenario_from_record
from ledger.chain import Source, append
from ledger.closing import close_period
from ledger.models import Ballot, Batch, Event, Exclusion, ImportRecord, Metric, Participant
from ledger.roster import Entry, enter
from rulesets.drafts import copy_as_draft
from rulesets.packs import load_pack
from rulesets.publication import publish
from tests.portal.estate import printed
from units.models import Account, Appointment, Department, Membership, Person, Unit

COMPONENTS = 10
LEVELS = ("national", "provincial", "municipal", "county", "township")
ROLES = ("chief", "member")
DEPARTMENTS = 20
YEAR = 2025
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚"


def scheme(items: int) -> dict[str, Any]:
    """A scheme of so many items with ten tiers each, bands, a share, an outcome and a veto."""
    rules: list[dict[str, Any]] = [
        {
            "code": f"I{n:03}",
            "name": f"第{n}项工作",
            "component": f"c{n % COMPONENTS}",
            "family": "tiered",
            "clause": f"第{n}条",
            "tiers": [
                {
                    "level": level,
                    "role": role,
                    "value": f"{1 + place / 4 + k / 8:g}" if n % 3 else f"-{1 + k}",
                }
                for place, level in enumerate(LEVELS)
                for k, role in enumerate(ROLES)
            ],
        }
        for n in range(items)
    ]
    rules += [
        {"code": "V1", "name": "一票否决", "family": "veto", "params": {"effect": "band"},
         "targets": {"band": ["basic"]}},
        {"code": "top", "name": "前20%", "family": "share", "params": {"side": "top", "percent": "20"}},
        {"code": "excellent", "name": "优秀", "family": "band", "targets": {"within": ["top"]}},
        {"code": "competent", "name": "称职", "family": "band", "tiers": [{"low": "60"}]},
        {"code": "basic", "name": "基本称职", "family": "band", "tiers": [{"high": "60"}]},
        {"code": "bonus", "name": "奖金", "family": "payout", "params": {"kind": "number"},
         "tiers": [{"band": "excellent", "value": "9000"}, {"band": "competent", "value": "5000"}]},
    ]  # fmt: skip
    return {
        "format": 1,
        "code": "large",
        "name": "大单位考核办法",
        "subject": "person",
        "decimals": 2,
        "periods": ["year", "half"],
        "levels": [{"code": code, "name": name} for code, name in zip(LEVELS, "国省市县乡", strict=True)],
        "roles": [{"code": "chief", "name": "牵头"}, {"code": "member", "name": "参加"}],
        "components": [
            {"code": f"c{n}", "name": f"第{n + 1}部分", "base": "10", "floor": "0", "ceiling": "100"}
            for n in range(COMPONENTS)
        ],
        "rules": rules,
    }


def large_unit(items: int, people: int, events: int) -> tuple[Unit, Run]:
    """The unit with its scheme published, its people, a year of events, some ballots and figures; reckoned, and with
    the beginnings of all that comes then.
    """
    unit = Unit.objects.create(code="large", name="大单位")
    edition, _ = load_pack(unit, scheme(items))
    with patch("rulesets.publication.check_snapshot", return_value=[]):
        publish(edition, reason="测试")
    numbers = _people(unit, people)
    _events(unit, numbers, items, events)
    _figures(unit, numbers)
    _records(unit)
    run = reckon(unit, str(YEAR))
    _go_on(unit, run)
    return unit, run


def _go_on(unit: Unit, run: Run) -> None:
    """A row of each kind that the unit's work brings: the next draft, a case of it, a closed year, papers, …"""
    account = Account.objects.create(username="recorder", unit=unit)
    Membership.objects.create(account=account, unit=unit, role=Membership.Role.RECORDER)
    draft = copy_as_draft(run.edition)
    scenario_from_record(draft, str(YEAR), "用例", in_detail=False)
    no = run.results.order_by("rank").values_list("no", flat=True)[0]
    decide(run, [DecisionEntry(no, "competent", "理由", "纪要")], account)
    close_period(unit, str(YEAR - 1), account)
    person = Person.objects.filter(unit=unit).latest("pk")
    enter(
        unit,
        str(YEAR),
        person,
        Entry(Exclusion.Kind.EXCLUDED, "probation", "", datetime.date(YEAR, 1, 1)),
        account,
    )
    printed(run, "表", account)


def _people(unit: Unit, count: int) -> list[int]:
    chance = random.Random(1)
    departments = Department.objects.bulk_create(
        Department(unit=unit, code=f"K{n:02}", name=f"第{n}科") for n in range(DEPARTMENTS)
    )
    people = Person.objects.bulk_create(
        Person(
            unit=unit, no=f"{1000 + n}", name=chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))
        )
        for n in range(count)
    )
    start = datetime.date(2020, 1, 1)
    Appointment.objects.bulk_create(
        Appointment(
            unit=unit, person=person, department=departments[n % DEPARTMENTS], start=start, position="科员"
        )
        for n, person in enumerate(people)
    )
    return [person.pk for person in people]


def _events(unit: Unit, people: list[int], items: int, count: int) -> None:
    chance = random.Random(2)
    first = datetime.date(YEAR, 1, 1)
    batch = append(unit, Batch.Kind.EVENTS, [b"large"], Source("全年事项.xlsx"))
    events = Event.objects.bulk_create(
        (
            Event(
                unit=unit,
                batch=batch,
                event_no=f"E{n:06}",
                date=first + datetime.timedelta(days=chance.randrange(365)),
                evidence=f"文〔{YEAR}〕{n}号",
            )
            for n in range(count)
        ),
        batch_size=5000,
    )
    Participant.objects.bulk_create(
        (
            Participant(
                event=event,
                person_id=chance.choice(people),
                # One in a thousand is a veto, which asks for neither level nor role.
                **({"item": "V1"} if n % 1000 == 999 else _part(chance, items)),
            )
            for n, event in enumerate(events)
        ),
        batch_size=5000,
    )


def _records(unit: Unit) -> None:
    """An import record for each batch."""
    counts = {"new": 1, "changed": 0, "unchanged": 0, "removed": 0}
    ImportRecord.objects.bulk_create(
        ImportRecord(
            unit=unit, batch=batch, kind=batch.kind, filename=batch.source, digest="0" * 64, **counts
        )
        for batch in Batch.objects.filter(unit=unit)
    )


def _part(chance: random.Random, items: int) -> dict[str, str]:
    item = f"I{chance.randrange(items):03}"
    return {"item": item, "level": chance.choice(LEVELS), "role": chance.choice(ROLES)}


def _figures(unit: Unit, people: list[int]) -> None:
    batch = append(unit, Batch.Kind.METRICS, [b"large"], Source("数据.xlsx"))
    Metric.objects.bulk_create(
        Metric(unit=unit, batch=batch, metric="notes", period=str(YEAR), person_id=person, value=1)
        for person in people
    )
    Ballot.objects.bulk_create(
        Ballot(
            unit=unit,
            batch=batch,
            period=str(YEAR),
            part="review",
            rater=f"{rater:064}",
            person_id=person,
            score=90,
        )
        for person in people
        for rater in range(3)
    )
