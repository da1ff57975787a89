"""YAML in and out, with numbers as they are written: never a float.

Only what packs need: mappings with text keys, lists, texts, plain decimal numbers, true, false and null.
"""

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import yaml

from jobs.refusal import Refusal

LARGEST_BYTES = 1_000_000
DEEPEST = 30
LONGEST_NUMBER = 40
# Wide enough that a record of one line stays on one line.
WIDTH = 110
INTEGER, DECIMAL, BOOLEAN, NULL, TEXT = (
    f"tag:yaml.org,2002:{tag}" for tag in ("int", "float", "bool", "null", "str")
)
RESOLVED = (
    (BOOLEAN, r"true|false", "tf"),
    (NULL, r"null|~|", ["n", "~", ""]),
    (INTEGER, r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (DECIMAL, r"[-+]?[0-9]+\.[0-9]+", "-+0123456789"),
)


class YamlRefused(Refusal):
    """A file is not YAML of the kind that packs are written in."""


class _Resolver(yaml.resolver.BaseResolver):
    """Which plain scalars are not text; leading zeros, exponents, dates and “yes” are text."""


for _tag, _pattern, _first in RESOLVED:
    _Resolver.add_implicit_resolver(_tag, re.compile(rf"\A(?:{_pattern})\Z"), list(_first))


class _Loader(
    yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser, yaml.composer.Composer, _Resolver
):
    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)
        yaml.composer.Composer.__init__(self)
        _Resolver.__init__(self)
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        # References could multiply a small file into an endless one.
        if self.check_event(yaml.AliasEvent):
            raise YamlRefused(f"第{self._line_number()}行：不支持引用（*），请把内容写全。")
        self._depth += 1
        if self._depth > DEEPEST:
            raise YamlRefused(f"第{self._line_number()}行：层次过深，请检查缩进。")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _line_number(self) -> int:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        return int(event.start_mark.line) + 1


def read_yaml(content: bytes) -> Any:
    """The data of a YAML file: dict, list, str, int, Decimal, bool, None. Raises YamlRefused."""
    if len(content) > LARGEST_BYTES:
        raise YamlRefused(f"文件超过 {LARGEST_BYTES // 1000} KB，不是考核办法文件。")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise YamlRefused(
            "文件不是 UTF-8 编码的文本。请核对是否选错了文件；编码不同的，以 UTF-8 编码另存后再试。"
        ) from None
    try:
        node = _Loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"第{mark.line + 1}行：" if mark else ""
        raise YamlRefused(f"{place}不符合 YAML 格式，请检查缩进、冒号和引号。") from None
    except yaml.YAMLError:
        raise YamlRefused("文件里有无法识别的字符，请以 UTF-8 编码的纯文本保存后再试。") from None
    if node is None:
        raise YamlRefused("文件是空的。")
    return _data(node)


def _data(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
        return dict(_entries(node))
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_data(item) for item in node.value]
    if not isinstance(node, yaml.ScalarNode) or node.tag not in (INTEGER, DECIMAL, BOOLEAN, NULL, TEXT):
        raise YamlRefused(f"{_line(node)}：不支持类型标记“{node.tag}”，请去掉。")
    if node.tag == TEXT:
        return _text(node)
    if node.tag == NULL:
        return None
    if node.tag == BOOLEAN:
        return node.value == "true"
    return _number(node)


def _text(node: yaml.ScalarNode) -> str:
    # What an escape in quotes can smuggle in, and no database or encoding takes.
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in node.value):
        raise YamlRefused(f"{_line(node)}：文字里有无法使用的字符，请删去。")
    text: str = node.value
    return text


def _number(node: yaml.ScalarNode) -> int | Decimal:
    # A tag may also have been written by hand before a text that is no number.
    if not re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", node.value) or len(node.value) > LONGEST_NUMBER:
        raise YamlRefused(f"{_line(node)}：“{node.value[:LONGEST_NUMBER]}”不是可以使用的数字。")
    return int(node.value) if node.tag == INTEGER and "." not in node.value else Decimal(node.value)


def _entries(node: yaml.MappingNode) -> Iterator[tuple[str, Any]]:
    seen: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise YamlRefused(f"{_line(key)}：冒号前面应为一个名称。")
        if key.value in seen:
            raise YamlRefused(
                f"{_line(key)}：“{key.value}”重复（{_line(seen[key.value])}已有），请删去一处。"
            )
        seen[key.value] = key
        yield _text(key), _data(value)


def _line(node: yaml.Node) -> str:
    return f"第{node.start_mark.line + 1}行"


class PlainNumber(str):
    """A decimal text that is written as a number."""

    __slots__ = ()


class Flow(dict[str, Any]):
    """A mapping that is written on one line."""


class _Dumper(yaml.emitter.Emitter, yaml.serializer.Serializer, _Resolver):
    def __init__(self, stream: Any) -> None:
        yaml.emitter.Emitter.__init__(self, stream, width=WIDTH, allow_unicode=True)
        yaml.serializer.Serializer.__init__(self)
        _Resolver.__init__(self)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def write_yaml(data: Any) -> str:
    """YAML that `read_yaml` reads back to the same data, with PlainNumber as numbers."""
    stream = io.StringIO()
    dumper = _Dumper(stream)
    dumper.open()
    dumper.serialize(_node(data))
    dumper.close()
    return stream.getvalue()


def _node(value: Any, flow: bool = False) -> yaml.Node:
    if isinstance(value, dict):
        flow = flow or isinstance(value, Flow)
        entries = [(_node(key), _node(item, flow)) for key, item in value.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", entries, flow_style=flow)
    if isinstance(value, list):
        plain = all(not isinstance(item, dict | list) for item in value)
        items = [_node(item, flow) for item in value]
        return yaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=flow or plain)
    if value is None:
        return yaml.ScalarNode(NULL, "null")
    if isinstance(value, bool):
        return yaml.ScalarNode(BOOLEAN, "true" if value else "false")
    if isinstance(value, PlainNumber):
        return yaml.ScalarNode(DECIMAL if "." in value else INTEGER, str(value))
    if isinstance(value, int):
        return yaml.ScalarNode(INTEGER, str(value))
    return yaml.ScalarNode(TEXT, value)
