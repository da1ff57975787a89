"""Packs: schemes as files, read into drafts and written from editions. Equal means equal digests.

A file is YAML, or a workbook of one sheet a kind of record (`rulesets.workbook`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from jobs.refusal import Refusal
from rulesets.checks import check_snapshot, errors_of
from rulesets.drafts import new_draft, says_the_same
from rulesets.engine.protocols import FamilyUnknown, FieldKind
from rulesets.families import REGISTRY
from rulesets.models import Edition, Scheme
from rulesets.normal_form import normal_form
from rulesets.scenarios import copy_scenarios
from rulesets.shape import SCHEME_KEYS, Key, Kind
from rulesets.snapshots import snapshot_of
from rulesets.workbook import scheme_from_workbook
from rulesets.yaml_text import LARGEST_BYTES, Flow, PlainNumber, YamlRefused, read_yaml, write_yaml
from tabular import TableRefused
from units.models import Unit

Snapshot = dict[str, Any]
WORKBOOK_ENDINGS = (".xlsx", ".xls", ".ods")
LARGEST_WORKBOOK_BYTES = 10_000_000
# Lists whose records are written on one line each.
ONE_LINE = frozenset({"levels", "roles", "groups", "choices", "tiers"})


class PackRefused(Refusal):
    """A pack has faults; each message names the file and the record."""


class ItemCodeTaken(Refusal):
    """A scheme gives an item a code that another scheme of the unit uses already."""

    def __init__(self, code: str, other: Scheme) -> None:
        super().__init__(f"计分项编码“{code}”在本单位的《{other.name}》里已经使用，请换一个编码。")


def read_pack(path: Path) -> Snapshot:
    """The snapshot that a pack holds, YAML or workbook.

    Raises PackRefused with all faults, each naming the record, of a workbook sheet, row and column.
    """
    try:
        # One byte more than is taken, so that an endless file is not read to its end.
        with path.open("rb") as file:
            content = file.read(LARGEST_WORKBOOK_BYTES + 1 if is_workbook(path.name) else LARGEST_BYTES + 1)
    except OSError:
        raise PackRefused(f"{path}：文件不存在或无法读取，请核对路径和权限。") from None
    return pack_from(content, path.name)


def is_workbook(name: str) -> bool:
    """Whether a file of this name is read as a workbook."""
    return name.lower().endswith(WORKBOOK_ENDINGS)


def pack_from(content: bytes, name: str) -> Snapshot:
    """As `read_pack`, of a file's bytes; `name` is what messages call it."""
    if is_workbook(name):
        return _from_workbook(content, name)
    try:
        written = read_yaml(content)
    except YamlRefused as refused:
        raise PackRefused(*(f"{name}：{message}" for message in refused.messages)) from None
    snapshot, faults, whole = normal_form(written, REGISTRY)
    # Of a pack with holes the checks would report what only follows from the holes.
    if whole:
        faults = [*faults, *errors_of(check_snapshot(snapshot, REGISTRY))]
    if faults:
        raise PackRefused(*(f"{name}：{fault}" for fault in faults))
    return snapshot


def _from_workbook(content: bytes, name: str) -> Snapshot:
    if len(content) > LARGEST_WORKBOOK_BYTES:
        raise PackRefused(
            f"{name}：文件超过 {LARGEST_WORKBOOK_BYTES // 1_000_000} MB，不是考核办法的工作簿。"
        )
    try:
        return scheme_from_workbook(content, name, REGISTRY)
    except TableRefused as refused:
        raise PackRefused(*(f"{name}：{line}" for line in str(refused).splitlines())) from None


@transaction.atomic
def load_pack(unit: Unit, pack: Snapshot, origin: str = "") -> tuple[Edition, bool]:
    """The unit's edition that says what the pack says, and whether it was created (as a draft).

    origin: where a new one came from, for people.

    Where the newest edition of the scheme says the same, it is that one and nothing changes; else the new one
    goes on with the scenarios of that. The pack is one that `read_pack` gave. Raises ItemCodeTaken.
    """
    scheme = Scheme.objects.filter(unit=unit, code=pack["code"]).first()
    newest = Edition.objects.newest(scheme) if scheme is not None else None
    if newest is not None and says_the_same(newest, pack):
        return newest, False
    refuse_taken_codes(unit, pack)
    scheme, _ = Scheme.objects.update_or_create(unit=unit, code=pack["code"], defaults={"name": pack["name"]})
    draft = new_draft(scheme, pack)
    if newest is not None:
        copy_scenarios(newest, draft)
    return draft, True


def refuse_taken_codes(unit: Unit, snapshot: Mapping[str, Any]) -> None:
    """Raises ItemCodeTaken where an item's code stands in another scheme of the unit.

    Spreadsheets name an item by its code alone.
    """
    own = _item_codes(snapshot)
    for edition in Edition.objects.spoken_in(unit):
        if edition.scheme.code == snapshot["code"]:
            continue
        for code in _item_codes(snapshot_of(edition)):
            if code in own:
                raise ItemCodeTaken(code, edition.scheme)


def _item_codes(snapshot: Mapping[str, Any]) -> list[str]:
    families = REGISTRY.newest()
    return [
        rule["code"]
        for rule in snapshot.get("rules", ())
        if rule["family"] in families and families[rule["family"]].is_item
    ]


def dump_pack(snapshot: Mapping[str, Any]) -> str:
    """The pack of a snapshot as YAML that reads back to the same digest."""
    return write_yaml(_written(snapshot, SCHEME_KEYS))


def _written(record: Mapping[str, Any], keys: tuple[Key, ...]) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for key in keys:
        if key.code not in record:
            continue
        value = record[key.code]
        if key.kind is Kind.NUMBER:
            value = PlainNumber(value)
        elif key.kind is Kind.RECORDS:
            value = [_written(item, key.keys) for item in value]
            value = [Flow(item) for item in value] if key.code in ONE_LINE else value
        elif key.kind is Kind.PARAMS:
            value = _written_params(value, record)
        elif key.kind is Kind.TARGETS:
            value = Flow(value)
        written[key.code] = value
    return written


def _written_params(params: Mapping[str, Any], rule: Mapping[str, Any]) -> Flow:
    try:
        fields = REGISTRY.get(rule["family"], rule.get("version", 1)).fields
    except FamilyUnknown:
        return Flow(params)
    numbers = {field.code for field in fields if field.kind is FieldKind.DECIMAL}
    return Flow(
        {
            code: PlainNumber(value) if code in numbers and isinstance(value, str) else value
            for code, value in params.items()
        }
    )
