"""What the checks find in a scheme; each changes the small pack in one place."""

from collections.abc import Callable
from typing import Any

import pytest

from rulesets.checks import Severity, check_snapshot, rulebook
from rulesets.checks.overlap import overlap
from rulesets.checks.rulebook import trial_findings
from rulesets.engine.rulebook import RulebookUntrustworthy
from rulesets.engine.scheme import Scheme
from rulesets.families import REGISTRY
from rulesets.packs import pack_from

Refusal = Callable[[str, str], str]


def test_a_scheme_in_order_has_no_errors(small_pack: dict[str, Any]) -> None:
    findings = check_snapshot(small_pack, REGISTRY, trial=True)
    assert not [finding for finding in findings if finding.severity is Severity.ERROR]


def test_tables_that_stood_their_trial_are_not_tried_again(
    small_pack: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise RulebookUntrustworthy("测试")

    def trial(pack: dict[str, Any]) -> list[str]:
        return [str(found) for found in trial_findings(Scheme.from_snapshot(pack), REGISTRY)]

    assert trial(small_pack) == []
    with monkeypatch.context() as patched:
        patched.setattr(rulebook, "try_out", broken)
        assert trial(small_pack) == []
        small_pack["rules"][0]["tiers"][0]["role"] = "lead"
        # What failed is tried again.
        assert trial(small_pack) == trial(small_pack) != []
    assert trial(small_pack) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format: 1", "format: 2", "格式版次应为 1"),
        ("name: 小办法", "name: 小办法\ndecimals: 5", "总分小数位数应为0至4"),
        ("name: 小办法", "name: 小办法\nperiods: [year, year]", "考核期间“year”重复"),
        ("name: 小办法", "name: 小办法\nperiods: [week]", "不能填“week”"),
        (
            "name: 小办法",
            "name: 小办法\neffective_from: 2025-02-01\neffective_to: 2025-01-01",
            "截止日期2025-01-01早于施行日期2025-02-01",
        ),
        ("code: municipal", "code: national", "级别 national：编码重复，共有2条"),
        ("most: 1", "most: 0", "角色 lead：每件事项最多人数应为1或以上"),
        ("- {code: form,", "- {code: level,", "情形项 level：编码与事项表格的固定列同名"),
        ("code: missing", "code: late", "情形项 form 情形 late：编码重复"),
        ("type: choice", "type: number", "情形项 form：填写方式不是选择，不能有可选情形"),
        ("floor: 0", "floor: 25", "构成部分 work：下限25高于上限20"),
        ("base: 10", "base: 21", "构成部分 work：基础分21不在下限和上限之间"),
        ("clause: 第一条", "weight: 1.5", "构成部分 work：权重应在0至1之间，实际为1.5"),
        ("clause: 第一条", "weight: -0.1", "权重应在0至1之间"),
        ("clause: 第一条", "weight: 0.33333", "权重“0.33333”超出范围"),
        ("clause: 第一条", "parent: nowhere", "上级构成部分“nowhere”不存在"),
        ("clause: 第一条", "parent: work", "上级构成部分绕成了圈"),
        ("code: A2", "code: A1", "规则 A1：编码重复，共有2条"),
        ("A1, component: work,", "A1,", "规则 A1：“按档计分”须属于一个构成部分"),
        ("A1, component: work,", "A1, component: play,", "规则 A1：构成部分“play”不存在"),
        ("{code: good,", "{code: good, component: work,", "规则 good：“等次”不属于任何构成部分"),
        ("family: quantity", "family: magic", "规则 A3：没有规则类型“magic”（第 1 版）"),
        ("family: quantity", "family: quantity, version: 99", "规则 A3：没有规则类型“quantity”（第 99 版）"),
        ("attribute: form", "attribute: form, colour: red", "规则 A2：“按档计分”没有“colour”这一项"),
        ("attribute: form", "attribute: shape", "“shape”不存在，可填 情形"),
        ("attribute: form", "attribute: form, roles: [nobody]", "“nobody”不存在，可填 主要人员"),
        ("attribute: form", "attribute: form, groups: [nobody]", "“nobody”不存在，可填 干部"),
        ("effect: band", "effect: exile", "不能填“exile”"),
        ("params: {effect: band}, ", "", "规则 V1：没有填写“后果”，"),
        ("level: municipal", "level: world", "规则 A1 第2档：“级别”里的“world”不存在，可填 国家级"),
        ("role: lead, value", "role: nobody, value", "规则 A3 第1档：“角色”里的“nobody”不存在"),
        ("choice: late", "choice: lost", "“lost”不存在，可填 迟报、未报"),
        ("level: municipal", "group: nobody", "“nobody”不存在，可填 干部"),
        ("level: municipal", "band: good", "“按档计分”的档次不能按等次区分"),
        ("role: lead, value", "low: 3, value", "“按数量计分”的档次不能按数字分段"),
        (", value: 2.5", "", "规则 A1 第2档：没有填写“每次分值”"),
        ("low: 15", "low: 15, value: 1", "规则 good 第1档：“等次”的档次没有数值"),
        ("value: 2.5", "value: 2.00001", "数值“2.00001”超出范围"),
        ("value: 2.5", "value: 100000000", "数值“100000000”超出范围"),
        ("low: 15", "low: 15, high: 15", "规则 good 第1档：下界15须小于上界15"),
        ("level: municipal", "level: national", "规则 A1 第2档：与第1档会同时适用于同一情形"),
        ("targets: {band: [good]}", "targets: {band: [A1]}", "不能是“按档计分”类的规则“A1”，只能是“等次”"),
        ("targets: {band: [good]}", "targets: {band: [nowhere]}", "规则“nowhere”不存在"),
        ("targets: {band: [good]}", "targets: {crown: [good]}", "“一票否决”没有“crown”这一种所指对象"),
        ("targets: {band: [good]}", "targets: {band: [good, good]}", "重复"),
        ("tiers: [{low: 15}]", "condition: {field: total, is: eq, value: 1}", "只有带档次的计分项才能设适用条件"),
        (
            "name: 值班,",
            "name: 值班, condition: {field: level, is: like, value: x},",
            "“级别”的比较方式“like”无效",
        ),
        (
            "name: 值班,",
            "name: 值班, condition: {field: colour, is: eq, value: red},",
            "条件里的“colour”不是这里可以比较的内容",
        ),
        (
            "name: 值班,",
            "name: 值班, condition: {field: occurrence, is: gte, value: 3},",
            "规则 A3：适用条件用到“本年第几次”的，须是“按档计分”，并在“档次按哪个数字分段”选“本年第几次”",
        ),
        ("params: {attribute: form}, tiers: [{choice", "tiers: [{choice", "“late”不存在"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_record(refusal: Refusal, old: str, new: str, message: str) -> None:
    assert message in refusal(old, new)


def test_a_range_of_places_has_whole_ends(refusal: Refusal) -> None:
    message = refusal(
        "params: {attribute: form}, tiers: [{choice: late, value: -0.5}]",
        "params: {number: rank}, tiers: [{high: 3.5, value: 1}]",
    )
    assert "按名次、总数或次数分段的上下界须为整数" in message


def test_parts_that_contain_each_other_are_refused(refusal: Refusal) -> None:
    message = refusal(
        "clause: 第一条}",
        "parent: play}\n  - {code: play, name: 其他, parent: work}",
    )
    assert "构成部分 work：上级构成部分绕成了圈" in message


def test_ranges_that_only_touch_do_not_overlap() -> None:
    assert not overlap({"high": "80"}, {"low": "80"})


def test_ranges_that_both_include_their_common_end_overlap() -> None:
    assert overlap({"high": "80", "high_included": True}, {"low": "80"})


def test_a_single_number_overlaps_the_range_around_it() -> None:
    assert overlap({"low": "3", "high": "3", "high_included": True}, {"low": "1", "high": "5"})


def test_a_tier_that_asks_nothing_overlaps_every_other() -> None:
    assert overlap({}, {"level": "national"})


def test_tiers_of_different_roles_do_not_overlap() -> None:
    assert not overlap({"role": "lead", "level": "national"}, {"role": "help", "level": "national"})


def test_assumed_figures_are_a_warning(small: str) -> None:
    pack = pack_from(small.replace("name: 值班,", "name: 值班, assumed: 原文缺失,").encode(), "small.yaml")
    (finding,) = [f for f in check_snapshot(pack, REGISTRY) if f.record == "规则 A3"]
    assert finding.severity is Severity.WARNING
    assert "原文缺失" in finding.message


def test_a_role_that_no_rule_uses_is_a_warning(small: str) -> None:
    pack = pack_from(
        small.replace("most: 1}", "most: 1}\n  - {code: idle, name: 闲人}").encode(), "small.yaml"
    )
    assert "角色 idle：“闲人”没有规则用到：请删去，或核对规则是否有遗漏。" in [
        str(finding) for finding in check_snapshot(pack, REGISTRY)
    ]
