"""Reading packs: what is taken, and how each fault is named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rulesets.packs import PackRefused, pack_from, read_pack
from rulesets.yaml_text import LARGEST_BYTES

Refusal = Callable[[str, str], str]


def refused(content: bytes) -> str:
    with pytest.raises(PackRefused) as error:
        pack_from(content, "some.yaml")
    return "\n".join(error.value.messages)


def test_numbers_are_kept_as_they_are_written(small_pack: dict[str, Any]) -> None:
    tiers = small_pack["rules"][0]["tiers"]
    assert [tier["value"] for tier in tiers] == ["5", "2.5"]


def test_a_number_is_never_in_scientific_notation(small: str) -> None:
    pack = pack_from(small.replace("low: 15", "low: 10000.00").encode(), "small.yaml")
    assert {"low": "10000"} in [tier for rule in pack["rules"] for tier in rule.get("tiers", ())]


def test_defaults_are_left_out(small: str) -> None:
    spelled_out = small.replace(
        "name: 小办法", "name: 小办法\nsubject: person\ndecimals: 2\nperiods: [year]\nwordings: {}"
    )
    assert pack_from(spelled_out.encode(), "small.yaml") == pack_from(small.encode(), "small.yaml")


def test_a_pack_may_begin_with_a_byte_order_mark(small: str, small_pack: dict[str, Any]) -> None:
    assert pack_from(small.encode("utf-8-sig"), "small.yaml") == small_pack


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PackRefused, match=r"nowhere\.yaml"):
        read_pack(tmp_path / "nowhere.yaml")


def test_an_empty_file_is_refused() -> None:
    assert "some.yaml：文件是空的" in refused(b"")


def test_a_file_that_is_too_large_is_refused() -> None:
    assert "KB" in refused(b"#" * (LARGEST_BYTES + 1))


def test_a_file_in_another_encoding_is_refused(small: str) -> None:
    assert "UTF-8" in refused(small.encode("gb18030"))


def test_broken_yaml_is_refused_with_its_line() -> None:
    assert "第2行：不符合 YAML 格式" in refused(b"format: 1\ncode: a: b\n")


def test_a_list_instead_of_a_scheme_is_refused() -> None:
    assert "名称: 值" in refused(b"- a\n- b\n")


def test_a_key_given_twice_is_refused_with_both_lines() -> None:
    message = refused(b"format: 1\ncode: a\ncode: b\n")
    assert "第3行" in message
    assert "第2行已有" in message


def test_references_are_refused_so_that_no_file_can_grow_without_bound() -> None:
    assert "不支持引用" in refused(b"a: &x [1]\nb: [*x, *x]\n")


def test_deep_nesting_is_refused() -> None:
    assert "层次过深" in refused(b"a: " + b"[" * 1000)


def test_a_tag_that_would_make_an_object_is_refused() -> None:
    assert "不支持类型标记" in refused(b"code: !!python/object/apply:os.getcwd []\n")


def test_a_character_that_no_encoding_takes_is_refused() -> None:
    assert "无法使用的字符" in refused(b'name: "\\ud800"\n')


def test_all_faults_are_listed_at_once(small: str) -> None:
    text = small.replace("name: 小办法", "name: 小办法\ncolour: red").replace("base: 10", "base: 30")
    text = text.replace("code: A2", "code: A1")
    message = refused(text.encode())
    assert "colour" in message
    assert "基础分30" in message
    assert "规则 A1：编码重复" in message


def test_an_unknown_key_of_the_scheme_is_named(refusal: Refusal) -> None:
    assert "考核办法：不认识“colour”" in refusal("name: 小办法", "name: 小办法\ncolour: red")


def test_an_unknown_key_of_a_rule_names_the_rule(refusal: Refusal) -> None:
    assert "规则 A1：不认识“nome”" in refusal("name: 表彰", "name: 表彰, nome: x")


def test_an_unknown_key_of_a_tier_names_the_tier(refusal: Refusal) -> None:
    assert "规则 A1 第2档：不认识“worth”" in refusal("value: 2.5", "value: 2.5, worth: 1")


def test_a_missing_name_is_named(refusal: Refusal) -> None:
    assert "规则 A1：没有填写“名称”" in refusal("family: tiered, name: 表彰", "family: tiered")


def test_a_code_with_other_characters_is_refused(refusal: Refusal) -> None:
    assert "“A-1”不能作为编码" in refusal("code: A1", "code: A-1")


def test_a_text_where_a_number_belongs_is_refused(refusal: Refusal) -> None:
    assert "规则 A1 第2档：“数值”应为数字" in refusal("value: 2.5", "value: 很多")


def test_an_exponent_is_no_number(refusal: Refusal) -> None:
    assert "应为数字" in refusal("value: 2.5", "value: 1e3")


def test_a_switch_takes_only_true_and_false(refusal: Refusal) -> None:
    assert "应为 true 或 false，实际为“yes”" in refusal(
        "params: {attribute: form}", "params: {attribute: form, members: yes}"
    )


def test_a_date_is_checked(refusal: Refusal) -> None:
    message = refusal("name: 小办法", "name: 小办法\neffective_from: 2025-02-30")
    assert "应为日期" in message


def test_a_line_break_in_a_name_is_refused(refusal: Refusal) -> None:
    assert "换行或不可见的控制字符" in refusal("name: 小办法", 'name: "小\\n办法"')


@pytest.mark.parametrize("name", ["\\u200b", "\\ufffe"])
def test_a_name_that_shows_nothing_is_refused(refusal: Refusal, name: str) -> None:
    assert "“名称”里" in refusal("name: 小办法", f'name: "{name}"')
