"""A snapshot → the workbook that reads back to it."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rulesets.engine.protocols import FamilyField, FieldKind, Registry
from rulesets.handbook import AXES, KINDS
from rulesets.shape import Key, Kind
from rulesets.workbook.layout import (
    BOOLEAN_NAMES,
    CONTENT,
    ITEM,
    NOTES,
    POINTED,
    PURPOSE,
    REMARK,
    SCHEME_SHEET,
    Layout,
    ParamColumn,
    RecordSheet,
    choices_of,
    heading,
    layout_of,
    owner_columns,
)
from rulesets.workbook.names import BETWEEN
from rulesets.workbook.values import Values, Written
from tabular import Sheet, cells_of, write_workbook

Record = Mapping[str, Any]
HINTS = {
    Kind.INTEGER: "整数",
    Kind.NUMBER: "数字",
    Kind.DATE: "日期，如 2025-01-01",
    Kind.PERIODS: "年、半年、季度、月中的一种或几种，用顿号隔开",
    Kind.CODE: "以英文字母开头，只含字母、数字和下划线",
    Kind.CONDITION: "如：级别 为 市级 且（数量 大于 3 或者 角色 未填）。没有条件的不填",
}
# Excel would make a number or a date of a clause like 1.10 or 3-1.
AS_TEXT = (Kind.CODE, Kind.TEXT, Kind.CONDITION)
TEXT_FORMAT = "@"
NOTE_LINES = (
    "本工作簿是一份完整的考核办法，修改后可以在“考核办法”页面用“用工作簿建新草稿”读入。",
    "每张工作表是一类内容，每行一条；表头带 * 的必须填写，其余可以不填。请不要改动工作表名称和表头。",
    "行的先后就是内容的先后；需要调整顺序的，整行移动即可。",
    "有下拉列表的单元格请从列表中选择；填写名称或编码都可以，名称重复的请填编码。",
    "一格填写几项的，用顿号隔开，如“年、半年”。",
    "“规则”表中折叠的各列（点表头上方的 + 展开）是本办法暂未用到的规则内容；每一类规则可填哪些，见“说明·规则类型”。",
    "适用条件的写法：级别 为 市级 且（数量 大于 3 或者 角色 未填）。"
    "可用：为、不为、小于、不大于、大于、不小于、未填、已填、且、或者、不满足（……）。",
    "名称以“说明”开头的工作表不会被读取，可以用来记自己的备注。",
)


def workbook_of(snapshot: Record, registry: Registry) -> bytes:
    """The xlsx workbook of a snapshot, whole or not; the same snapshot gives the same bytes."""
    stream = io.BytesIO()
    write_workbook(stream, list(_Writing(snapshot, registry).sheets()))
    return stream.getvalue()


class _Writing:
    def __init__(self, snapshot: Record, registry: Registry) -> None:
        self.snapshot = snapshot
        self.registry = registry
        self.layout: Layout = layout_of(registry)
        self.values = Values(snapshot, registry)
        self.names = self.values.names

    def sheets(self) -> Iterator[Sheet]:
        yield Sheet(NOTES, ["填写说明"], [[line] for line in NOTE_LINES])
        yield self._scheme_sheet()
        for sheet in self.layout.records:
            yield self._record_sheet(sheet)
        for key, owner in self.layout.targets:
            yield self._target_sheet(key, owner)
        for key in self.layout.texts:
            texts = self.snapshot.get(key.code, {})
            yield Sheet(key.label, ["编码", CONTENT.name], [[code, text] for code, text in texts.items()])
        yield self._family_sheet()

    def _scheme_sheet(self) -> Sheet:
        rows = []
        for key in self.layout.scalars:
            value = self.snapshot.get(key.code, key.default)
            rows.append([heading(key), self.values.of_key(key, value, {}), _hint(key)])
        return Sheet(SCHEME_SHEET, [ITEM.name, CONTENT.name, REMARK.name], rows)

    def _record_sheet(self, sheet: RecordSheet) -> Sheet:
        owner = [column.name for column in owner_columns(sheet.owner)]
        params = self._used_first(sheet)
        used = self._used(sheet)
        header = [*owner, *(heading(key) for key in sheet.keys), *(param.name for param in params)]
        rows = []
        for record, whose in self._records(sheet):
            own = [] if whose is None else [whose["code"], whose.get("name", "")]
            keys = [self.values.of_key(key, record.get(key.code), whose or record) for key in sheet.keys]
            rows.append([*own, *keys, *(self.values.of_param(param, record) for param in params)])
        before = len(owner)
        folded = [
            before + len(sheet.keys) + place for place, param in enumerate(params) if param.name not in used
        ]
        return Sheet(
            sheet.name,
            header,
            rows,
            offered=dict(self._offered(sheet, params)),
            folded=folded,
            formats=dict.fromkeys(range(before), TEXT_FORMAT)
            | {before + place: TEXT_FORMAT for place, key in enumerate(sheet.keys) if key.kind in AS_TEXT},
            notes=self._notes(before, sheet.keys, params),
            needed=[before + place for place, key in enumerate(sheet.keys) if key.required],
            frozen=max(before, 1),
        )

    def _notes(self, before: int, keys: Sequence[Key], params: Sequence[ParamColumn]) -> dict[int, str]:
        """Column's place → what is filled in there, as a comment on its heading."""
        notes = {before + place: hint for place, key in enumerate(keys) if (hint := _hint(key))}
        for place, param in enumerate(params, start=before + len(keys)):
            families = [self.registry.get(*key).name for key in param.fields]
            helps = list(dict.fromkeys(one.help for one in param.fields.values() if one.help))
            content = _content(next(iter(param.fields.values())))
            notes[place] = f"用于：{BETWEEN.join(dict.fromkeys(families))}。填写：{content}。{''.join(helps)}"
        return notes

    def _records(self, sheet: RecordSheet) -> Iterator[tuple[Record, Record | None]]:
        """The sheet's records, each with the one that it belongs to."""
        if sheet.owner is None:
            yield from ((record, None) for record in self.snapshot.get(sheet.key.code, ()))
            return
        for whose in self.snapshot.get(sheet.owner.code, ()):
            yield from ((record, whose) for record in whose.get(sheet.key.code, ()))

    def _used(self, sheet: RecordSheet) -> set[str]:
        """The params' columns that the families of this scheme's rules have."""
        families = {(rule.get("family"), rule.get("version", 1)) for rule in self.snapshot.get("rules", ())}
        return {param.name for param in sheet.params if families & param.fields.keys()}

    def _used_first(self, sheet: RecordSheet) -> list[ParamColumn]:
        used = self._used(sheet)
        return sorted(sheet.params, key=lambda param: param.name not in used)

    def _offered(
        self, sheet: RecordSheet, params: Sequence[ParamColumn]
    ) -> Iterator[tuple[int, Sequence[str] | str]]:
        """Column's place → what is offered there."""
        before = len(owner_columns(sheet.owner))
        if sheet.owner is not None:
            yield 0, cells_of(sheet.owner.label, 0)
        for place, key in enumerate(sheet.keys, start=before):
            if words := self._words_of_key(key):
                yield place, words
        for place, param in enumerate(params, start=before + len(sheet.keys)):
            if words := self._words_of_param(param):
                yield place, words

    def _words_of_key(self, key: Key) -> Sequence[str] | str:
        if key.kind in (Kind.CHOICE, Kind.PERIODS):
            return list(choices_of(key))
        if key.kind is Kind.BOOLEAN:
            return list(BOOLEAN_NAMES.values())
        return self._words_of(key.of) if key.of else ()

    def _words_of_param(self, param: ParamColumn) -> Sequence[str] | str:
        if param.kind in (FieldKind.LEVELS, FieldKind.ROLES, FieldKind.GROUPS):
            return self._words_of(param.kind)
        if param.kind is FieldKind.ATTRIBUTE:
            return self._words_of("attributes")
        return list(BOOLEAN_NAMES.values()) if param.kind is FieldKind.BOOLEAN else list(param.choices)

    def _words_of(self, of: str) -> Sequence[str] | str:
        """Names from the cells of their own sheet, so that a new row is offered as well."""
        for sheet in self.layout.records:
            if sheet.key.code == of:
                name = next(place for place, column in enumerate(sheet.columns) if column.code == "name")
                return cells_of(sheet.name, name)
        return list(self.names.names(of).values())

    def _target_sheet(self, key: Key, owner: Key) -> Sheet:
        rows: list[list[Written]] = []
        for record in self.snapshot.get(owner.code, ()):
            family = self.registry.get(record["family"], record.get("version", 1))
            purposes = {target.purpose: target for target in family.targets}
            for purpose, codes in record.get(key.code, {}).items():
                target = purposes.get(purpose)
                of = "components" if target is not None and target.of == "component" else "rules"
                said = target.label if target is not None else purpose
                rows += [
                    [record["code"], record.get("name", ""), said, self.names.said(of, code)]
                    for code in codes
                ]
        labels = list(dict.fromkeys(target.label for family in self.registry for target in family.targets))
        header = [*(column.name for column in owner_columns(owner)), PURPOSE.name, POINTED.name]
        return Sheet(key.label, header, rows, offered={0: cells_of(owner.label, 0), 2: labels})

    def _family_sheet(self) -> Sheet:
        """What each family may and must say, for the reader."""
        rows: list[list[Written]] = []
        for family in self.registry.newest().values():
            for field in family.fields:
                rows.append([family.name, field.label, field.required, _content(field), field.help])
            for target in family.targets:
                what = "构成部分" if target.of == "component" else "规则"
                many = "可填几行" if target.many else "只填一行"
                rows.append([family.name, target.label, target.required, what, f"填在“所指对象”表，{many}。"])
            if family.axes or family.tier_value:
                asked = BETWEEN.join(AXES[axis] for axis in family.axes)
                value = f"，“数值”填{family.tier_value}" if family.tier_value else ""
                rows.append([family.name, "档次", False, asked, f"填在“档次”表{value}。"])
        return Sheet(f"{NOTES}·规则类型", ["规则类型", "填写项", "必填", "内容", "说明"], rows)


def _hint(key: Key) -> str:
    """What is filled in at a key; empty where it goes without saying."""
    if key.of:
        return "从列表中选择；名称或编码都可以"
    return BETWEEN.join(choices_of(key)) if key.kind is Kind.CHOICE else HINTS.get(key.kind, "")


def _content(field: FamilyField) -> str:
    return BETWEEN.join(name for _, name in field.choices) or KINDS[field.kind]
