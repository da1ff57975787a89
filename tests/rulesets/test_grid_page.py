"""The page of a component's items: what it shows, what it saves, what it refuses without losing a letter."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rulesets.models import Component, Edition, Rule, Term, Tier
from rulesets.packs import load_pack, pack_from
from rulesets.publication import publish
from rulesets.snapshots import digest_of, snapshot_of
from units.models import Account, Membership, Unit

MODELS = ("scheme", "edition", "component", "rule", "term", "tier", "ruletarget", "wording")
READING = tuple(f"view_{model}" for model in MODELS)
ALL = tuple(f"{verb}_{model}" for verb in ("view", "add", "change", "delete") for model in MODELS)

GRID = """
format: 1
code: grid
name: 表格办法
levels: [{code: high, name: 高}, {code: low, name: 低}]
roles: [{code: lead, name: 牵头}, {code: help, name: 协助}]
groups: [{code: staff, name: 干部}]
attributes:
  - {code: form, name: 情形, type: choice, choices: [{code: late, name: 迟报}, {code: missing, name: 未报}]}
components: [{code: work, name: 工作}, {code: rest, name: 其他}]
rules:
  - {code: G1, component: work, family: tiered, name: 表彰, clause: 一1, tiers: [
     {level: low, role: lead, value: 1}, {level: high, role: lead, value: 3}, {level: high, role: help, value: 2}]}
  - {code: G2, component: work, family: tiered, name: 迟到, params: {number: occurrence}, tiers: [
     {high: 3, value: -0.5}, {low: 3, value: -1}]}
  - {code: G3, component: work, family: quantity, name: 值班, tiers: [{value: 0.1}]}
  - {code: G4, component: work, family: tiered, name: 三项, params: {attribute: form}, tiers: [
     {level: high, role: lead, choice: late, value: 1}]}
  - {code: S1, component: work, family: shortfall, name: 心得, params: {metric: n, each: year, required: 1, value: -1}}
  - {code: L1, family: limit, name: 限额, params: {each: year, side: gain, most: 5}, targets: {items: [G1]}}
  - {code: O1, component: rest, family: tiered, name: 别的, tiers: [{value: 1}]}
"""


@pytest.fixture(scope="module")
def pack() -> dict[str, Any]:
    return pack_from(GRID.encode(), "grid.yaml")


@pytest.fixture
def draft(office: Unit, pack: dict[str, Any]) -> Edition:
    edition, _ = load_pack(office, pack)
    return edition


@pytest.fixture
def work(draft: Edition) -> Component:
    return draft.components.get(code="work")


@pytest.fixture
def clerk(client: Client, office: Unit, account_in: Callable[..., Account]) -> Client:
    client.force_login(account_in("clerk", office, permissions=ALL))
    return client


@pytest.fixture
def reader(client: Client, office: Unit, account_in: Callable[..., Account]) -> Client:
    client.force_login(account_in("reader", office, permissions=READING))
    return client


def address(component: Component) -> str:
    return reverse("admin:rulesets_component_items", args=[component.pk])


def form_of(client: Client, component: Component, **changes: Any) -> dict[str, Any]:
    """What the page sends when nothing but the changes is changed."""
    context = client.get(address(component)).context
    data: dict[str, Any] = {"stamp": context["stamp"], "rows": context["row_count"], "save": "1"}
    for run in context["runs"]:
        for line in run.lines:
            row = line.row
            own = {
                "id": row.rule.pk,
                "order": row.number,
                "shown": line.layout_code,
                "layout": line.layout_code,
            }
            data |= {row.input_name(part): value for part, value in own.items()}
            data |= {row.input_name("any"): line.any_axes} if line.any_axes else {}
            cells = [*line.cells, *(cell for part in line.parts for cell in part.cells)]
            data |= {cell.name: cell.text for cell in (*line.texts, *cells, *row.range_cells())}
    return data | changes


def cell(draft: Edition, row: int, level: str, role: str) -> str:
    keys = {term.code: term.pk for term in draft.terms.exclude(kind=Term.Kind.CHOICE)}
    return f"r{row}-c-{keys[level]}-{keys[role]}"


def tiers(code: str) -> list[tuple[str, ...]]:
    found = Tier.objects.filter(rule__code=code).select_related("level", "role")
    return [(t.level.code if t.level else "", t.role.code if t.role else "", str(t.value)) for t in found]


def test_every_cell_says_which_case_it_is(clerk: Client, work: Component) -> None:
    text = clerk.get(address(work)).content.decode()
    assert {
        f'aria-label="{label}"' in text for label in ("表彰 高 牵头", "表彰 低 协助", "值班 每单位分值")
    } == {True}


def test_a_range_stands_in_the_head_of_its_column(clerk: Client, work: Component) -> None:
    text = clerk.get(address(work)).content.decode()
    assert {f'value="{text_}"' in text for text_ in ("低于3", "3及以上")} == {True}


def test_a_rule_that_fits_no_grid_is_said_in_a_sentence_with_the_way_to_its_page(
    clerk: Client, work: Component
) -> None:
    text = clerk.get(address(work)).content.decode()
    assert reverse("admin:rulesets_rule_change", args=[Rule.objects.get(code="S1").pk]) in text
    assert "应有1件" in text or "每少" in text


def part_cell(draft: Edition, *codes: str) -> str:
    """The cell of G4, the fourth row, under a choice, a level and a role."""
    keys = {term.code: term.pk for term in draft.terms.all()}
    return "-".join(["r3-c", *(str(keys[code]) for code in codes)])


def test_an_item_of_three_axes_has_a_line_for_each_choice_under_the_columns_of_the_others(
    clerk: Client, draft: Edition, work: Component
) -> None:
    runs = clerk.get(address(work)).context["runs"]
    (line,) = (line for run in runs for line in run.lines if line.row.rule.code == "G4")
    assert [part.label for part in line.parts] == ["迟报", "未报"] and line.layout_name == "情形×级别×角色"
    changes = {
        part_cell(draft, "late", "high", "lead"): "",
        part_cell(draft, "missing", "low", "help"): "扣2分",
    }
    clerk.post(address(work), form_of(clerk, work, **changes))
    tier = Tier.objects.get(rule__code="G4")
    assert (tier.choice, tier.level, tier.role) == tuple(
        draft.terms.get(code=c) for c in ("missing", "low", "help")
    )
    assert tier.value == -2


def test_an_item_of_ranges_choices_and_roles_has_a_line_for_each_range_under_choices_and_roles(
    clerk: Client, draft: Edition, work: Component
) -> None:
    layout = "number:rank,choice:form,role"
    rule = Rule.objects.get(code="G4")
    terms = {term.code: term for term in draft.terms.all()}
    Tier.objects.filter(rule=rule).update(level=None, low=1, high=3, high_included=True)
    Rule.objects.filter(pk=rule.pk).update(params={"attribute": "form", "number": "rank"})
    runs = clerk.get(address(work)).context["runs"]
    (run,) = (run for run in runs if run.lines[0].row.rule.code == "G4")
    (line,) = run.lines
    assert line.layout_code == layout and line.layout_name == "名次分段×情形×角色"
    assert [[head.label for head in heads] for heads in run.heads] == [
        ["迟报", "未报"], ["牵头", "协助", "牵头", "协助"],
    ]  # fmt: skip
    second = f"r3-c-r1-{terms['missing'].pk}-{terms['help'].pk}"
    data = form_of(clerk, work, **{"r3-range-1": "第4至6名", second: "0.5"})
    clerk.post(address(work), data)
    found = {(t.low, t.high, t.choice, t.role, t.value) for t in Tier.objects.filter(rule=rule)}
    assert found == {
        (1, 3, terms["late"], terms["lead"], 1),
        (4, 6, terms["missing"], terms["help"], Decimal("0.5")),
    }


def test_an_item_of_four_axes_says_why_it_has_no_cells_and_leads_to_its_page(
    clerk: Client, draft: Edition, work: Component
) -> None:
    rule = Rule.objects.get(code="G4")
    Tier.objects.filter(rule=rule).update(low=3)
    text = clerk.get(address(work)).content.decode()
    assert "分档同时看数字的范围、情形、级别、角色4项，表格最多排3项，请<a" in text
    assert text.count(reverse("admin:rulesets_rule_change", args=[rule.pk])) == 2


def test_an_item_is_laid_out_by_ranges_levels_and_roles(
    clerk: Client, draft: Edition, work: Component
) -> None:
    layout = {"r0-layout": "number:place_share,level,role"}
    data = form_of(clerk, work, **layout)
    del data["save"]
    redrawn = clerk.post(address(work), data).context
    (line,) = (line for run in redrawn["runs"] for line in run.lines if line.row.rule.code == "G1")
    # What is typed stands in the line that is there for a first range; under it the same columns as before.
    assert [cell.text for cell in line.parts[0].cells] == ["3", "2", "1", ""]
    data |= {cell.name: cell.text for part in line.parts for cell in part.cells}
    data |= {"r0-shown": "number:place_share,level,role", "r0-range-0": "0至20", "save": "1"}
    assert "前20%" in clerk.post(address(work), data, follow=True).content.decode()
    assert {(t.low, t.high) for t in Tier.objects.filter(rule__code="G1")} == {(0, 20)}


def test_levels_and_roles_that_no_item_of_the_component_uses_have_columns_when_asked_for(
    clerk: Client, draft: Edition, work: Component
) -> None:
    Tier.objects.filter(rule__component=work, level__code="low").delete()
    low = cell(draft, 0, "low", "lead")
    context = clerk.get(address(work)).context
    assert [(label, [term.code for term in terms]) for label, terms in context["left_out"]] == [
        ("级别", ["low"])
    ]
    data = form_of(clerk, work)
    assert low not in data
    del data["save"]
    key = draft.terms.get(code="low").pk
    assert low in clerk.post(address(work), data | {"show": key}).content.decode()
    assert low in clerk.get(f"{address(work)}?show=all").content.decode()
    # A cell that is sent is taken, whatever is shown: nothing that was typed is lost.
    clerk.post(address(work), form_of(clerk, work, **{low: "0.5"}))
    assert ("low", "lead", "0.5000") in tiers("G1")


def test_rules_elsewhere_that_speak_of_the_items_are_named(clerk: Client, work: Component) -> None:
    assert [rule.code for rule in clerk.get(address(work)).context["related"]] == ["L1"]


def test_saving_without_a_change_keeps_the_digest(clerk: Client, draft: Edition, work: Component) -> None:
    before = digest_of(snapshot_of(draft))
    response = clerk.post(address(work), form_of(clerk, work), follow=True)
    assert "没有改动" in response.content.decode()
    assert digest_of(snapshot_of(draft)) == before


def test_cells_are_filled_changed_and_emptied(clerk: Client, draft: Edition, work: Component) -> None:
    changes = {
        cell(draft, 0, "low", "help"): "０．２５",
        cell(draft, 0, "high", "lead"): "+4分",
        cell(draft, 0, "high", "help"): "",
    }
    clerk.post(address(work), form_of(clerk, work, **changes, change_reason="按纪要调整"))
    assert {past.history_change_reason for past in Tier.history.filter(history_type="~")} == {"按纪要调整"}
    # What was there keeps its place; what is new stands behind the column before it.
    assert tiers("G1") == [("low", "lead", "1.0000"), ("low", "help", "0.2500"), ("high", "lead", "4.0000")]


def test_a_wrong_cell_comes_back_as_typed_with_the_reason_and_nothing_is_saved(
    clerk: Client, draft: Edition, work: Component
) -> None:
    before = digest_of(snapshot_of(draft))
    name = cell(draft, 0, "high", "lead")
    changes = {name: "三分", "r2-name": "新的名称"}
    text = clerk.post(address(work), form_of(clerk, work, **changes)).content.decode()
    assert (
        f'value="三分" inputmode="text" aria-label="表彰 高 牵头" aria-invalid="true" aria-describedby="{name}-why"'
        in text
    )
    assert "“三分”不是数字" in text
    assert 'value="新的名称"' in text
    assert digest_of(snapshot_of(draft)) == before


@pytest.mark.parametrize(
    ("part", "typed", "said"),
    [
        ("code", "1a", "编码须以英文字母开头"),
        ("code", "G1", "本版已有这个编码的规则"),
        ("code", "L1", "本版已有这个编码的规则"),
        ("name", "", "不能为空"),
        ("c", "1.23456", "的小数超过 4 位"),
        ("c", "123456789", "不超过 8 位"),
    ],
)
def test_what_is_wrong_is_said_on_the_cell(
    clerk: Client, work: Component, part: str, typed: str, said: str
) -> None:
    response = clerk.post(address(work), form_of(clerk, work, **{f"r2-{part}": typed}))
    faults = response.context["faults"]
    assert [name for name, _, _ in faults] == [f"r2-{part}"]
    assert said in faults[0][2]


@pytest.mark.parametrize(
    ("place", "typed", "said"),
    [(0, "若干", "不是范围"), (0, "", "没有写范围"), (0, "3及以上", "相同"), (2, "9及以上", "没有填分值")],
)
def test_a_range_that_is_unclear_or_missing_is_said_in_the_head(
    clerk: Client, work: Component, place: int, typed: str, said: str
) -> None:
    response = clerk.post(address(work), form_of(clerk, work, **{f"r1-range-{place}": typed}))
    assert any(said in message for _, _, message in response.context["faults"])


def test_a_further_range_becomes_a_tier(clerk: Client, work: Component) -> None:
    changes = {"r1-range-1": "3至5", "r1-range-2": "超过5", "r1-c-r2": "-2"}
    clerk.post(address(work), form_of(clerk, work, **changes))
    found = Tier.objects.filter(rule__code="G2").values_list(
        "low", "low_included", "high", "high_included", "value"
    )
    assert [tuple(str(part) for part in tier) for tier in found] == [
        ("None", "True", "3.0000", "False", "-0.5000"),
        ("3.0000", "True", "5.0000", "True", "-1.0000"),
        ("5.0000", "False", "None", "False", "-2.0000"),
    ]


def test_the_first_ranges_of_an_item_are_written_in_one_go(clerk: Client, work: Component) -> None:
    def heads(layout: str) -> list[str]:
        data = form_of(clerk, work, **{"r0-layout": layout, "rows-alone": "1"})
        del data["save"]
        page = clerk.post(address(work), data)
        return re.findall(r'name="(r0-range-\d)"', page.content.decode())

    assert heads("number:occurrence") == ["r0-range-0", "r0-range-1", "r0-range-2"]
    assert heads("number:occurrence,role") == ["r0-range-0"]


def added(row: int, **parts: str) -> dict[str, str]:
    whole = {
        "id": "",
        "order": str(row),
        "family": "tiered",
        "shown": "",
        "layout": "",
        "code": "",
        "name": "",
        "clause": "",
    }
    return {"rows": str(row + 1)} | {f"r{row}-{part}": value for part, value in (whole | parts).items()}


def test_a_row_is_added_in_place_and_comes_last(clerk: Client, draft: Edition, work: Component) -> None:
    data = form_of(clerk, work) | added(5, code="N1", name="新的一项", clause="九", c="2")
    response = clerk.post(address(work), data, follow=True)
    assert "新增1项（N1）" in response.content.decode()
    assert snapshot_of(draft)["rules"][-1] == {
        "code": "N1", "component": "work", "family": "tiered", "name": "新的一项", "clause": "九",
        "tiers": [{"value": "2"}],
    }  # fmt: skip


def test_new_rows_beside_a_wrong_one_come_back_as_new_and_are_saved_once_it_is_right(
    clerk: Client, draft: Edition, work: Component
) -> None:
    data = form_of(clerk, work) | added(5, name="漏报", c="-1") | added(6, name="差错", c="两分")
    refused = clerk.post(address(work), data)
    rows = [line.row for run in refused.context["runs"] for line in run.lines]
    assert [row.texts["name"] for row in rows if row.is_new] == ["漏报", "差错"]
    sent_back = {f"r{row.number}-id": row.rule.pk or "" for row in rows}
    clerk.post(address(work), data | sent_back | {"r6-c": "扣2分"})
    assert [tiers(rule["code"]) for rule in snapshot_of(draft)["rules"][-2:]] == [
        [("", "", "-1.0000")],
        [("", "", "-2.0000")],
    ]


def test_an_added_row_that_stays_empty_is_passed_over(clerk: Client, work: Component) -> None:
    clerk.post(address(work), form_of(clerk, work) | added(5))
    assert work.rules.count() == 5


def test_other_columns_are_drawn_without_saving(clerk: Client, draft: Edition, work: Component) -> None:
    data = form_of(clerk, work, **{"r2-layout": "level", "r2-name": "改了名"})
    del data["save"]
    response = clerk.post(address(work), data)
    row = response.context["runs"][2].lines[0].row
    assert [text for _, text in sorted(row.values.items())] == ["0.1", "0.1"]
    assert row.texts["name"] == "改了名"
    assert Rule.objects.get(code="G3").name == "值班"


def test_items_by_another_axis_are_saved_with_what_the_family_needs(
    clerk: Client, draft: Edition, work: Component
) -> None:
    late = draft.terms.get(kind="choice", code="late")
    changes = {"r0-shown": "choice:form", f"r0-c-{late.pk}": "-1"}
    clerk.post(address(work), form_of(clerk, work, **changes))
    stored = next(rule for rule in snapshot_of(draft)["rules"] if rule["code"] == "G1")
    assert (stored["params"], stored["tiers"]) == ({"attribute": "form"}, [{"choice": "late", "value": "-1"}])


def test_a_deletion_is_asked_about_before_it_is_done(clerk: Client, work: Component) -> None:
    data = form_of(clerk, work, **{"r2-delete": "on"})
    assert "确认删除并保存" in clerk.post(address(work), data).content.decode()
    assert Rule.objects.filter(code="G3").exists()
    clerk.post(address(work), data | {"confirmed": "on"})
    assert not Rule.objects.filter(code="G3").exists()


def test_an_item_that_another_rule_names_is_not_deleted(clerk: Client, work: Component) -> None:
    data = form_of(clerk, work, **{"r0-delete": "on", "r2-delete": "on", "confirmed": "on"})
    response = clerk.post(address(work), data)
    assert "规则 L1 说到了 G1" in response.content.decode()
    assert Rule.objects.filter(code="G3").exists()


def test_rows_are_put_in_another_order(clerk: Client, draft: Edition, work: Component) -> None:
    changes = {f"r{row}-order": place for row, place in enumerate([4, 0, 1, 2, 3])}
    clerk.post(address(work), form_of(clerk, work, **changes))
    assert [rule["code"] for rule in snapshot_of(draft)["rules"]] == [
        "G2",
        "G3",
        "G4",
        "S1",
        "G1",
        "L1",
        "O1",
    ]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unasked(
    clerk: Client, work: Component
) -> None:
    data = form_of(clerk, work, **{"r0-name": "我的"})
    Rule.objects.filter(code="G1").update(name="别人的")
    response = clerk.post(address(work), data)
    assert "已在别处改动过" in response.content.decode()
    assert Rule.objects.get(code="G1").name == "别人的"
    clerk.post(address(work), data | {"stamp": response.context["stamp"]})
    assert Rule.objects.get(code="G1").name == "我的"


def test_a_published_edition_is_shown_and_not_saved(clerk: Client, draft: Edition, work: Component) -> None:
    data = form_of(clerk, work)
    publish(draft, reason="测试")
    assert 'name="r0-code"' not in clerk.get(address(work)).content.decode()
    assert clerk.post(address(work), data).status_code == 403


def test_who_may_only_read_sees_no_inputs_and_saves_nothing(reader: Client, work: Component) -> None:
    assert 'name="r0-code"' not in reader.get(address(work)).content.decode()
    assert reader.post(address(work), {"save": "1"}).status_code == 403


def test_who_writes_schemes_in_one_unit_only_reads_those_of_another(
    clerk: Client, foreign: Component
) -> None:
    account = Account.objects.get(username="clerk")
    unit = foreign.edition.scheme.unit
    Membership.objects.create(account=account, unit=unit, role=Membership.Role.AUDITOR)
    assert 'name="r0-code"' not in clerk.get(address(foreign)).content.decode()
    assert clerk.post(address(foreign), {"save": "1"}).status_code == 403


@pytest.fixture
def foreign(other_unit: Unit, pack: dict[str, Any]) -> Component:
    edition, _ = load_pack(other_unit, pack)
    return edition.components.get(code="work")


def test_the_items_of_another_unit_are_neither_shown_nor_saved(clerk: Client, foreign: Component) -> None:
    assert clerk.get(address(foreign)).status_code == 404
    assert clerk.post(address(foreign), {"save": "1"}).status_code == 404


def test_a_rule_of_another_unit_is_not_changed_through_an_own_page(
    clerk: Client, work: Component, foreign: Component
) -> None:
    rule = foreign.rules.get(code="G3")
    clerk.post(address(work), form_of(clerk, work, **{"r2-id": rule.pk, "r2-name": "被改"}))
    rule.refresh_from_db()
    assert rule.name == "值班"


def test_a_save_asks_the_database_once_for_all_rows(
    clerk: Client, draft: Edition, work: Component, django_assert_max_num_queries: Any
) -> None:
    own = {"edition": draft, "component": work, "family": "tiered", "name": "项"}
    Rule.objects.bulk_create(Rule(**own, code=f"X{n}", order=n) for n in range(10, 40))
    data = form_of(clerk, work, **{"r2-c": "7"})
    with django_assert_max_num_queries(25):
        assert clerk.post(address(work), data).status_code == 302
    assert tiers("G3") == [("", "", "7.0000")]


def test_a_range_upside_down_is_said_in_the_head(clerk: Client, work: Component) -> None:
    response = clerk.post(address(work), form_of(clerk, work, **{"r1-range-1": "9至5"}))
    assert ("r1-range-1", "下界须小于上界；两者相等时须都包含在内。") in [
        (name, message) for name, _, message in response.context["faults"]
    ]


@pytest.mark.parametrize("items", [40, 400])
def test_the_number_of_queries_does_not_grow_with_the_items(
    clerk: Client, draft: Edition, work: Component, items: int, django_assert_max_num_queries: Any
) -> None:
    further = [
        Rule(edition=draft, component=work, family="tiered", code=f"X{n}", name="项", order=n)
        for n in range(10, items)
    ]
    Rule.objects.bulk_create(further)
    levels, roles = (list(draft.terms.filter(kind=kind)) for kind in ("level", "role"))
    Tier.objects.bulk_create(
        Tier(rule=rule, level=level, role=role, value=1)
        for rule in further
        for level in levels
        for role in roles
    )
    with django_assert_max_num_queries(25):
        assert clerk.get(address(work)).status_code == 200


def history_rows(client: Client, record: Any) -> list[str]:
    """The rows of a record's page of history, each as its text."""
    page = client.get(reverse(f"admin:rulesets_{record._meta.model_name}_history", args=[record.pk]))
    acts = page.context["acts"]
    return [
        f"{act.who} {act.reason} {line.what}：{line.before} → {line.after}"
        for act in acts
        for line in act.lines
    ]


def test_what_a_save_of_the_grid_did_stands_together_in_the_histories_of_component_rule_and_edition(
    clerk: Client, draft: Edition, work: Component
) -> None:
    changes = {
        cell(draft, 0, "high", "lead"): "5",
        cell(draft, 0, "high", "help"): "",
        cell(draft, 0, "low", "help"): "0.5",
        "change_reason": "依新文件",
    }
    clerk.post(address(work), form_of(clerk, work, **changes))
    expected = {
        "clerk 依新文件 档次 G1 表彰：高、牵头：数值：3 → 5",
        "clerk 依新文件 删除档次 G1 表彰：高、协助：数值：2 → （空）",
        "clerk 依新文件 新增档次 G1 表彰：低、协助：数值：（空） → 0.5",
    }
    for record in (work, Rule.objects.get(code="G1"), draft):
        rows = history_rows(clerk, record)
        assert expected <= set(rows), rows
        # The save stands above how the draft came to be, as one act.
        page = clerk.get(reverse(f"admin:rulesets_{record._meta.model_name}_history", args=[record.pk]))
        assert len(page.context["acts"]) == 2 and page.context["acts"][0].who == "clerk"
    assert not any("G1" in row for row in history_rows(clerk, Rule.objects.get(code="O1")))


def test_the_history_of_a_rule_tells_its_content_by_the_labels_of_its_form(
    clerk: Client, draft: Edition, work: Component
) -> None:
    limit = draft.rules.get(code="L1")
    limit.params = limit.params | {"each": "month", "most": "8"}
    limit.save()
    target = limit.targets.get()
    target.delete()
    rows = [row.removeprefix("（命令或系统）  ") for row in history_rows(clerk, limit)]
    assert "规则 L1 限额：按什么限定：每年 → 每月" in rows and "规则 L1 限额：最多几分：5 → 8" in rows
    assert any(row.startswith("删除所指对象 L1 限额：") and "G1 表彰" in row for row in rows)
    # A rule that is gone is still called by its name.
    draft.rules.get(code="G2").delete()
    assert any("已删除的规则 G2 迟到" in row for row in history_rows(clerk, work))
