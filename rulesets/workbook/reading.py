"""A workbook → the snapshot that it says, with every fault named by sheet, row and column."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rulesets.checks import check_snapshot, errors_of
from rulesets.checks.finding import Finding
from rulesets.condition_text import ConditionWords
from rulesets.engine.protocols import FamilyUnknown, Registry
from rulesets.normal_form import normal_form, record_name
from rulesets.shape import Key
from rulesets.workbook.cells import key_value, param_value
from rulesets.workbook.layout import (
    CONTENT,
    ITEM,
    NOTES,
    POINTED,
    PURPOSE,
    SCHEME_SHEET,
    Layout,
    ParamColumn,
    RecordSheet,
    layout_of,
    owner_columns,
)
from rulesets.workbook.names import BETWEEN, Names
from tabular import CellRefused, Column, Fault, Row, Table, TableRefused, fold, read_workbook

SCHEME = "考核办法"
"""What findings call the scheme itself."""
QUOTED = re.compile(r"“([^”]+)”")
OTHER_SHEET = "不认识这张工作表；可用的有 {known}。自己的备注请写在名称以“说明”开头的工作表里"
Snapshot = dict[str, Any]
Place = tuple[str, int]


def scheme_from_workbook(content: bytes, name: str, registry: Registry) -> Snapshot:
    """The snapshot that an xlsx workbook says, checked as a pack is.

    Raises TableRefused with all faults.
    """
    return _Reading(content, name, registry).snapshot()


class _Reading:
    def __init__(self, content: bytes, name: str, registry: Registry) -> None:
        self.registry = registry
        self.layout: Layout = layout_of(registry)
        columns = self.layout.columns()
        # Each sheet's columns by name and by code.
        self.columns = {
            sheet: {form: column.name for column in own for form in (column.name, column.code)}
            for sheet, own in columns.items()
        }
        self.tables, others = read_workbook(io.BytesIO(content), columns, filename=name)
        self.faults: list[Fault] = []
        for sheet in others:
            if not sheet.startswith(NOTES):
                self._fault((sheet, 0), "", OTHER_SHEET.format(known=BETWEEN.join(columns)))
        # What messages call a record → where it stands; of records that share a code, the last.
        self.places: dict[str, Place] = {}
        self.written: Snapshot = {}
        self.names = Names({}, registry)
        self.words = ConditionWords.of({})

    def snapshot(self) -> Snapshot:
        self._refuse_missing_columns()
        self._name_records()
        self._read_scheme()
        for sheet in self.layout.records:
            self._read_records(sheet)
        for key, owner in self.layout.targets:
            self._read_targets(key, owner)
        for key in self.layout.texts:
            self._read_texts(key)
        for table in self.tables.values():
            self.faults.extend(table.faults)
        snapshot, findings, whole = normal_form(self.written, self.registry)
        if whole and not self.faults:
            findings = [*findings, *errors_of(check_snapshot(snapshot, self.registry))]
        faulty = {(fault.sheet, fault.row, fault.column) for fault in self.faults}
        placed = [self._placed(finding) for finding in findings]
        self.faults += [fault for fault in placed if (fault.sheet, fault.row, fault.column) not in faulty]
        self._refuse_faulty()
        return snapshot

    def _refuse_missing_columns(self) -> None:
        """Without them every row would be told to be incomplete."""
        if SCHEME_SHEET not in self.tables:
            self._fault((SCHEME_SHEET, 0), "", "缺少这张工作表；请在导出的工作簿上修改")
        for sheet in self.layout.records:
            table = self.tables.get(sheet.name)
            required = {key.code for key in sheet.keys if key.required} | (
                {"owner"} if sheet.owner else set()
            )
            for column in sheet.columns if table else ():
                if table and column.code in required - table.columns_present:
                    self._fault((sheet.name, table.header_row), column.name, "缺少这一列；请补上")
        self._refuse_faulty()

    def _refuse_faulty(self) -> None:
        if self.faults:
            order = {name: place for place, name in enumerate(self.columns)}
            refused = TableRefused()
            refused.extend(sorted(self.faults, key=lambda fault: order.get(fault.sheet, -1)))
            raise refused

    def _fault(self, place: Place, column: str, problem: str) -> None:
        sheet, row = place
        self.faults.append(Fault(row or None, column, problem, sheet))

    def _rows(self, sheet: str) -> Iterator[tuple[Row, Place]]:
        table: Table | None = self.tables.get(sheet)
        for row in table.rows if table else ():
            yield row, (sheet, row.number)

    def _name_records(self) -> None:
        """Notes the codes and names that the cells of other records may say, faulty cells passed over."""
        sketch: dict[str, list[Snapshot]] = {}
        for sheet in self.layout.records:
            if not any(key.code == "code" for key in sheet.keys):
                continue
            for row, _ in self._rows(sheet.name):
                record = {"code": fold(row["code"] or ""), "name": row["name"] or ""}
                if sheet.owner is None:
                    family = row["family"] if any(key.code == "family" for key in sheet.keys) else None
                    record["family"] = self._quietly("families", family)
                    sketch.setdefault(sheet.key.code, []).append(record)
                else:
                    owners = sketch.get(sheet.owner.code, [])
                    own = Names(sketch, self.registry)
                    code = self._quietly(sheet.owner.code, row["owner"], own)
                    for owner in owners:
                        if owner["code"] == code:
                            owner.setdefault(sheet.key.code, []).append(record)
        self.names = Names(sketch, self.registry)
        self.words = ConditionWords.of(sketch)

    def _quietly(self, of: str, text: str | None, names: Names | None = None) -> str:
        try:
            return (names or self.names).resolved(of, text) if text else ""
        except CellRefused:
            return ""

    def _read_scheme(self) -> None:
        known = {form: key for key in self.layout.scalars for form in (fold(key.label), key.code)}
        self.places[SCHEME] = (SCHEME_SHEET, 0)
        for row, place in self._rows(SCHEME_SHEET):
            item = fold(row["item"] or "").rstrip("*").strip()
            key = known.get(item)
            if key is None:
                listed = BETWEEN.join(key.label for key in self.layout.scalars)
                self._fault(place, ITEM.name, f"不认识“{item}”；可用的有 {listed}")
            elif f"{SCHEME} {key.label}" in self.places:
                self._fault(place, ITEM.name, f"“{key.label}”重复，请只保留一行")
            else:
                self.places[f"{SCHEME} {key.label}"] = place
                self._set(self.written, key, row, place, column=CONTENT)

    def _set(
        self,
        record: Snapshot,
        key: Key,
        row: Row,
        place: Place,
        column: Column | None = None,
        attribute: str = "",
    ) -> None:
        """Puts the value of a key's cell into the record, or a fault."""
        text = row[column.code if column else key.code]
        if text is None:
            return
        try:
            record[key.code] = key_value(key, text, self.names, self.words, attribute)
        except CellRefused as refused:
            self._fault(place, column.name if column else key.label, str(refused))

    def _read_records(self, sheet: RecordSheet) -> None:
        for row, place in self._rows(sheet.name):
            owner: Snapshot | None = self.written
            owner_name = SCHEME
            if sheet.owner is not None:
                owner = self._owner(sheet.owner, row, place)
                owner_name = record_name(sheet.owner, owner, 0, SCHEME)
            if owner is None:
                continue
            record: Snapshot = {}
            attribute = owner.get("params", {}).get("attribute", "")
            for key in sheet.keys:
                self._set(record, key, row, place, attribute=attribute)
            if sheet.params:
                record["params"] = dict(self._params(sheet.params, row, place, record))
            found = owner.setdefault(sheet.key.code, [])
            self.places[record_name(sheet.key, record, len(found), owner_name)] = place
            found.append(record)

    def _owner(self, key: Key, row: Row, place: Place) -> Snapshot | None:
        """The record that a row belongs to; None, with a fault, where there is none."""
        label = owner_columns(key)[0].name
        if row["owner"] is None:
            if "owner" not in row.faulty:
                self._fault(place, label, "不能为空；请填写")
            return None
        try:
            code = self.names.resolved(key.code, row["owner"])
        except CellRefused as refused:
            self._fault(place, label, str(refused))
            return None
        # The record may have been left out, with a fault of its own.
        return next((found for found in self.written.get(key.code, ()) if found.get("code") == code), None)

    def _params(
        self, params: tuple[ParamColumn, ...], row: Row, place: Place, rule: Snapshot
    ) -> Iterator[tuple[str, Any]]:
        try:
            family = self.registry.get(rule.get("family", ""), rule.get("version", 1))
        except FamilyUnknown:
            return  # the cell of the family has its own fault
        for param in params:
            text = row[param.name]
            if text is None:
                continue
            declared = param.fields.get((family.code, family.version))
            if declared is None:
                listed = BETWEEN.join(field.label for field in family.fields) or "（没有）"
                self._fault(place, param.name, f"“{family.name}”没有这一项，请清空；可填的有 {listed}")
                continue
            try:
                yield declared.code, param_value(param, text, self.names)
            except CellRefused as refused:
                self._fault(place, param.name, str(refused))

    def _read_targets(self, key: Key, owner: Key) -> None:
        for row, place in self._rows(key.label):
            record = self._owner(owner, row, place)
            purpose = row[PURPOSE.code]
            if record is None or purpose is None or row[POINTED.code] is None:
                for column in (PURPOSE, POINTED):
                    if row[column.code] is None and column.code not in row.faulty:
                        self._fault(place, column.name, "不能为空；请填写")
                continue
            try:
                family = self.registry.get(record.get("family", ""), record.get("version", 1))
            except FamilyUnknown:
                continue  # as above
            target = next((t for t in family.targets if fold(purpose) in (fold(t.label), t.purpose)), None)
            if target is None:
                listed = BETWEEN.join(t.label for t in family.targets) or "（没有）"
                self._fault(place, PURPOSE.name, f"“{family.name}”没有“{purpose}”；可用的有 {listed}")
                continue
            of = "components" if target.of == "component" else "rules"
            try:
                code = self.names.resolved(of, row[POINTED.code])
            except CellRefused as refused:
                self._fault(place, POINTED.name, str(refused))
                continue
            record.setdefault(key.code, {}).setdefault(target.purpose, []).append(code)

    def _read_texts(self, key: Key) -> None:
        for row, place in self._rows(key.label):
            code, text = fold(row["code"] or ""), row[CONTENT.code]
            texts = self.written.setdefault(key.code, {})
            if not code or code in texts:
                problem = f"编码“{code}”重复，请只保留一行" if code else "不能为空；请填写"
                self._fault(place, "编码", problem)
            elif text is not None:
                texts[code] = text

    def _placed(self, finding: Finding) -> Fault:
        """A finding as a fault where its record stands, in the column that it speaks of."""
        record = finding.record
        while record and record not in self.places:
            record = record.rpartition(" ")[0]
        sheet, row = self.places.get(record, ("", 0))
        if record == SCHEME:
            labels = {form: key.label for key in self.layout.scalars for form in (key.label, key.code)}
            filled = {form: label for form, label in labels.items() if f"{SCHEME} {label}" in self.places}
            label = filled.get(finding.field) or _named_in(finding.message, filled)
            sheet, row = self.places[f"{SCHEME} {label}"] if label else (sheet, row)
            return Fault(row or None, CONTENT.name if label else "", finding.message, sheet)
        columns = self.columns.get(sheet, {})
        column = columns.get(finding.field) or _named_in(finding.message, columns)
        problem = finding.message if record == finding.record else str(finding)
        return Fault(row or None, column, problem, sheet)


def _named_in(message: str, columns: Mapping[str, str]) -> str:
    """The column that a message quotes first, or begins with; empty where it names none."""
    quoted = (word for word in QUOTED.findall(message) if word in columns)
    begun = max((form for form in columns if message.startswith(form)), key=len, default="")
    return columns.get(next(quoted, begun), "")
