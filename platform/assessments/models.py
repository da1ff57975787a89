"""What it came to: runs, their documents, decisions, publications; results and lines as tables for lists."""

import codecs
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.list_reader import ListReader
from ledger.models import FixedModel
from rulesets.engine.canonical import canonical
from rulesets.engine.period import Period
from rulesets.models import Edition, Scheme
from units.models import Unit

# How hard a document is compressed: one of a million lines would take half a minute to be a quarter smaller.
THOROUGH, QUICK = 6, 1
LARGE = 16_000_000
# So much of a large document is unpacked at a time.
PIECE = 500_000


class DocumentAltered(Exception):
    """A stored document's bytes do not have the digest that they are stored under."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"存档的文档 {digest[:16]}… 与其核验码不符，数据可能被改动过，请从备份恢复。")


class DocumentManager(models.Manager["Document"]):
    """Puts documents into the store."""

    def keep(self, content: Any) -> "Document":
        """The stored document of this plain data; stored once, however often it is kept."""
        return self.keep_parts([canonical(content)])

    def keep_parts(self, parts: Iterable[str]) -> "Document":
        """The same of a canonical form that comes piece by piece and is never there as a whole."""
        digest, packed = _sealed(parts)
        document = Document(digest=digest, content=packed)
        if not self.filter(digest=digest).exists():
            # It may be there, beyond reach: kept by another unit, or named by no row yet.
            self.bulk_create([document], ignore_conflicts=True)
        document._state.adding = False
        return document


def _sealed(parts: Iterable[str]) -> tuple[str, bytes]:
    """The SHA-256 of the whole text, and the text compressed."""
    left = iter(parts)
    begun: list[str] = []
    length = 0
    while length <= LARGE and (part := next(left, None)) is not None:
        begun.append(part)
        length += len(part)
    seal = hashlib.sha256()
    packer = zlib.compressobj(THOROUGH if length <= LARGE else QUICK)
    packed = []
    for part in chain(begun, left):
        data = part.encode()
        seal.update(data)
        packed.append(packer.compress(data))
    return seal.hexdigest(), b"".join([*packed, packer.flush()])


class Document(models.Model):
    """Canonical plain data under its SHA-256, compressed: what replay, explain and verify read.

    Never changed: the database refuses it, and reading checks the digest.
    """

    digest = models.CharField("核验码", max_length=64, primary_key=True)
    content = models.BinaryField("内容")

    objects = DocumentManager()

    class Meta:
        verbose_name = verbose_name_plural = "存档文档"

    def __str__(self) -> str:
        return self.digest

    def read(self) -> Any:
        """The plain data. Raises DocumentAltered when the bytes are not those that were kept."""
        try:
            text = zlib.decompress(bytes(self.content))
        except zlib.error as error:
            raise DocumentAltered(self.digest) from error
        # What is kept is the canonical form itself, so that its bytes can be asked and need no making again.
        if hashlib.sha256(text).hexdigest() != self.digest:
            raise DocumentAltered(self.digest)
        return json.loads(text)

    def read_by_parts(self, key: str, kept: Callable[[Any], Any]) -> dict[str, Any]:
        """The plain data, with what `kept` made of each element of the list under this key of the document.

        One element is whole in memory at a time: a unit of thousands has a result of a hundred megabytes. Raises
        DocumentAltered as `read` does, once all was read.
        """
        try:
            reader = ListReader(self._pieces(), key)
            elements = [kept(element) for element in reader]
            return reader.rest | {key: elements}
        except (zlib.error, ValueError) as error:
            raise DocumentAltered(self.digest) from error

    def _pieces(self) -> Iterator[str]:
        """The text piece by piece; at its end its digest is checked. Raises DocumentAltered, zlib.error, ValueError."""
        unpacker, seal = zlib.decompressobj(), hashlib.sha256()
        decoder = codecs.getincrementaldecoder("utf-8")()
        packed = bytes(self.content)
        while packed and not unpacker.eof:
            piece = unpacker.decompress(packed, PIECE)
            packed = unpacker.unconsumed_tail
            seal.update(piece)
            yield decoder.decode(piece)
        last = unpacker.flush()
        seal.update(last)
        yield decoder.decode(last, final=True)
        if seal.hexdigest() != self.digest:
            raise DocumentAltered(self.digest)


class Run(models.Model):
    """One reckoning: an edition and what was known by a day → a result. The same again is the same run."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="runs", verbose_name="单位")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="runs", verbose_name="考核办法版本")
    period = models.CharField("期间", max_length=16)
    as_of = models.DateField("截至")
    inputs = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="核算依据")
    outcome = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="核算结果")
    # The result with the bands of the run's decisions; None where nothing was decided.
    decided = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="审定结果",
    )
    digest = models.CharField("核验码", max_length=64, db_index=True)
    # The result document without its subjects; like the rows of `results`, a projection.
    head = models.JSONField("结果概要", default=dict, editable=False)
    # The rows of lines are written after the result is there, and again where that was broken off.
    lines_listed = models.BooleanField("得分明细已列出", default=False, editable=False)
    made_at = models.DateTimeField("核算时间", auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="核算人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "核算"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "edition", "period", "as_of", "inputs"], name="run_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {Period.parse(self.period).name} {self.edition}"

    @property
    def document(self) -> Document:
        """The newest document: with the committee's decisions where there are any."""
        return self.decided or self.outcome

    @property
    def result(self) -> dict[str, Any]:
        """The newest result document, as `assess --json` prints it and pages and papers show it."""
        return self.document.read()

    @property
    def reckoned(self) -> dict[str, Any]:
        """The result document as it was reckoned, without any decision."""
        return self.outcome.read()


class Decision(FixedModel):
    """What the committee decided on one subject of a run 审定: a band, with its reason and the minutes.

    Kept apart from the reckoning, and never changed: a later decision on the same subject succeeds it.
    """

    class Kind(models.TextChoices):
        TIE = "tie", "并列定档"
        BAND = "band", "另定等次"

    run = models.ForeignKey(Run, models.PROTECT, related_name="decisions", verbose_name="核算")
    no = models.CharField("编号", max_length=64)
    kind = models.CharField("类别", max_length=16, choices=Kind.choices)
    band = models.CharField("审定等次", max_length=64)
    reason = models.CharField("理由", max_length=500)
    minutes = models.CharField("会议纪要", max_length=255)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
    )
    decided_at = models.DateTimeField("登记时间", auto_now_add=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name="取代的审定"
    )
    is_current = models.BooleanField("现行", default=True)

    class Meta(FixedModel.Meta):
        verbose_name = verbose_name_plural = "审定"
        ordering = ["run", "no", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "no"], condition=Q(is_current=True), name="decision_current_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.no} {self.get_kind_display()}"


class Publication(FixedModel):
    """A result as it was published 公布: the very document, and the publication that it corrects.

    Runs and decisions that come later change nothing of it; only a further publication succeeds it.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="publications", verbose_name="核算")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="publications", verbose_name="考核办法")
    period = models.CharField("期间", max_length=16)
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="公布的结果")
    reason = models.CharField("理由", max_length=500, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="公布人",
    )
    published_at = models.DateTimeField("公布时间", auto_now_add=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", verbose_name="更正的公布"
    )
    is_current = models.BooleanField("现行", default=True)

    class Meta(FixedModel.Meta):
        verbose_name = verbose_name_plural = "公布"
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "period"], condition=Q(is_current=True), name="publication_current_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {Period.parse(self.period).name}"


class Result(models.Model):
    """One subject's row of a run, a projection of the result document."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="results", verbose_name="核算")
    no = models.CharField("编号", max_length=64)
    name = models.CharField("姓名或名称", max_length=128)
    department_name = models.CharField("部门", max_length=128, blank=True)
    total = models.DecimalField("总分", max_digits=16, decimal_places=4, null=True)
    rank = models.PositiveIntegerField("名次", null=True)
    of = models.PositiveIntegerField("参加排名", null=True)
    band = models.CharField("等次编码", max_length=64, blank=True)
    band_name = models.CharField("等次", max_length=64, blank=True)
    flags = models.JSONField("提示", default=list)
    outcomes = models.JSONField("结果运用", default=dict)
    # The subject of the result document without lines, notes and sheets; and these, compressed.
    summary = models.JSONField("概要", default=dict, editable=False)
    details = models.BinaryField("明细", default=bytes)

    class Meta:
        verbose_name = verbose_name_plural = "考核结果"
        ordering = ["run", models.F("rank").asc(nulls_last=True), "no"]
        constraints = [models.UniqueConstraint(fields=["run", "no"], name="result_once")]

    def __str__(self) -> str:
        return f"{self.name}（{self.no}）"


class AwardLine(models.Model):
    """One award line of a run, a projection of the result document; written in bulk, can be rebuilt."""

    result = models.ForeignKey(Result, models.CASCADE, related_name="lines", verbose_name="考核结果")
    order = models.PositiveIntegerField("顺序")
    event = models.CharField("事项号", max_length=160)
    date = models.DateField("日期")
    item = models.CharField("计分项", max_length=64)
    item_name = models.CharField("计分项名称", max_length=128)
    component = models.CharField("构成部分", max_length=64)
    role = models.CharField("角色", max_length=64, blank=True)
    level = models.CharField("级别", max_length=64, blank=True)
    raw = models.DecimalField("原始分", max_digits=16, decimal_places=4)
    points = models.DecimalField("计分", max_digits=16, decimal_places=4)
    clause = models.CharField("条款", max_length=255, blank=True)
    reasons = models.JSONField("说明", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "得分明细"
        ordering = ["result", "order"]

    def __str__(self) -> str:
        return f"{self.event} {self.item_name}"
