"""Decisions 审定: the committee settles ties and sets bands; the reckoning stays, both are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from assessments.errors import DecisionRefused
from assessments.models import Decision, Document, Run
from assessments.projection import project_decided
from assessments.reckoning import scheme_of
from assessments.results import Block
from ledger.chain import lock
from rulesets.engine.document import frames_from
from rulesets.engine.period import Period
from rulesets.reckoning import assessed
from units.models import Account


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """What a committee says of one subject: the code of a band, why, and the number of the minutes."""

    no: str
    band: str
    reason: str
    minutes: str


@transaction.atomic
def decide(run: Run, entries: Sequence[DecisionEntry], account: Account | None = None) -> list[Decision]:
    """The new decisions; what the record says already is left as it is.

    Each entry names a subject of the run, once, and one of its bands: `assessments.decision_table` sees to that.
    Raises DecisionRefused for subjects that the roster leaves without a band.
    The run's document carries the decisions from then on; a publication made before does not.
    """
    lock(run.unit)
    standing = {decision.no: decision for decision in run.decisions.current()}
    reckoned = {subject["no"]: subject for subject in run.reckoned["subjects"]}
    _refuse_excluded([reckoned[entry.no] for entry in entries])
    news = [entry for entry in entries if _differs(entry, standing.get(entry.no))]
    Decision.objects.all().retire([standing[entry.no].pk for entry in news if entry.no in standing])
    made = [
        Decision.objects.create(
            run=run,
            no=entry.no,
            kind=_kind(reckoned[entry.no]),
            band=entry.band,
            reason=entry.reason,
            minutes=entry.minutes,
            decided_by=account,
            supersedes=standing.get(entry.no),
        )
        for entry in news
    ]
    if made:
        _show(run)
    return made


def _refuse_excluded(subjects: Sequence[Mapping[str, Any]]) -> None:
    """Who is taken out of the roster, or gets no band by it, is given none by a decision either."""
    messages = [
        f"{subject['name']}（{subject['no']}）按考核对象名册不评等次（{subject['exclusion']['reason']}），"
        "不能审定等次；确需评定的，请先在名册中恢复其参加考核，再重新核算。"
        for subject in subjects
        if "exclusion" in subject
    ]
    if messages:
        raise DecisionRefused(*messages)


def _differs(entry: DecisionEntry, standing: Decision | None) -> bool:
    return standing is None or (entry.band, entry.reason, entry.minutes) != (
        standing.band,
        standing.reason,
        standing.minutes,
    )


def _kind(subject: Mapping[str, Any]) -> Decision.Kind:
    """Whether a tie at a cut was left to the committee, or the reckoning left nothing open."""
    is_tied = any(flag.startswith("tie_at_cut:") for flag in subject["flags"])
    return Decision.Kind.TIE if is_tied else Decision.Kind.BAND


def _show(run: Run) -> None:
    """Puts the decisions into the run's document, and into the rows of lists."""
    blocks = {
        decision.no: {
            "kind": decision.kind,
            "band": decision.band,
            "reason": decision.reason,
            "minutes": decision.minutes,
        }
        for decision in run.decisions.current()
    }
    document = with_decisions(run, run.reckoned, blocks)
    run.decided = Document.objects.keep(document)
    run.save(update_fields=["decided"])
    project_decided(run, document, set(blocks))


def with_decisions(run: Run, reckoned: Mapping[str, Any], blocks: Mapping[str, Block]) -> dict[str, Any]:
    """The reckoned document with decisions on some of its subjects; all else is left as it was reckoned.

    A decided subject has its decided band, `decision`, and, where it differs, `band_reckoned` with its name.
    The policies don't say whose outcomes count then. They follow the decided band, since what a band brings is
    meant for who has it: the engine reckons them again with that band in place of its own. Rank, total, lines
    and flags stay, and so does everybody else.
    """
    bands = {no: block["band"] for no, block in blocks.items()}
    again = assessed(
        scheme_of(run.edition),
        frames_from(run.inputs.read()),
        Period.parse(run.period),
        run.as_of,
        run.edition.digest,
        bands,
    )
    after = {subject["no"]: subject for subject in again.subjects}
    subjects = [
        _decided(subject, after[subject["no"]], blocks[subject["no"]]) if subject["no"] in blocks else subject
        for subject in reckoned["subjects"]
    ]
    return {**reckoned, "subjects": subjects}


def _decided(before: Mapping[str, Any], after: Mapping[str, Any], block: Block) -> dict[str, Any]:
    own = {key: after[key] for key in ("band", "band_name", "outcomes")} | {"decision": dict(block)}
    if before["band"] != after["band"]:
        own |= {"band_reckoned": before["band"], "band_reckoned_name": before["band_name"]}
    return {**before, **own}
