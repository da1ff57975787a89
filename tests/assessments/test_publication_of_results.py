"""Publishing results: what was published stays; what comes later is a correction that names it."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from assessments.decisions import DecisionEntry, decide
from assessments.errors import PublicationRefused
from assessments.models import Publication, Run
from assessments.publication import publish_run, published
from assessments.reckoning import reckon
from assessments.replay import replay
from assessments.results import subject_of
from ledger.errors import LedgerFixed
from ledger.imports.events import import_events
from units.models import Account, Unit

pytestmark = pytest.mark.django_db
LOWERED = DecisionEntry("1004", "competent", "群众反映强烈", "会议纪要〔2026〕1号")


@pytest.fixture
def publication(run: Run) -> Publication:
    """The year as it was reckoned, published."""
    return publish_run(run)[0]


def newer_run(run: Run) -> Run:
    """A further run of the period, after one more event."""
    absence = "事件号,日期,事项,对象\nX1,2025-05-05,B102,1004\n"
    import_events(run.unit, BytesIO(absence.encode()), filename="more.csv")
    return reckon(run.unit, "2025")


def test_a_publication_holds_the_document_and_who_published_it(run: Run) -> None:
    secretary = Account.objects.create(username="secretary")
    made, is_new = publish_run(run, account=secretary)
    assert is_new
    assert made.document == run.outcome
    assert (made.published_by, made.supersedes) == (secretary, None)


def test_publishing_the_same_again_changes_nothing(publication: Publication) -> None:
    assert publish_run(publication.run) == (publication, False)
    assert Publication.objects.count() == 1


def test_a_new_run_changes_nothing_of_what_was_published(publication: Publication) -> None:
    newer = newer_run(publication.run)
    assert newer.result != publication.document.read()
    standing = published(publication.scheme, "2025")
    assert standing is not None
    assert standing.run == publication.run


def test_a_later_decision_changes_nothing_of_what_was_published(publication: Publication) -> None:
    decide(publication.run, [LOWERED])
    standing = published(publication.scheme, "2025")
    assert standing is not None
    assert subject_of(standing.document.read(), "1004")["band"] == "excellent"


def test_a_correction_names_what_it_corrects(publication: Publication) -> None:
    correction, is_new = publish_run(newer_run(publication.run), "补登缺席一次")
    publication.refresh_from_db()
    assert is_new
    assert correction.supersedes == publication
    assert not publication.is_current
    assert published(publication.scheme, "2025") == correction


def test_a_correction_without_a_reason_is_refused(publication: Publication) -> None:
    with pytest.raises(PublicationRefused, match="理由"):
        publish_run(newer_run(publication.run))
    assert published(publication.scheme, "2025") == publication


def test_a_correction_that_would_lose_a_decision_is_refused(run: Run) -> None:
    decide(run, [LOWERED])
    publish_run(run)
    newer = newer_run(run)
    with pytest.raises(PublicationRefused, match="1004"):
        publish_run(newer, "补登缺席一次")
    decide(newer, [LOWERED])
    correction, _ = publish_run(newer, "补登缺席一次")
    assert subject_of(correction.document.read(), "1004")["band"] == "competent"


def test_a_decided_result_is_published_as_decided(run: Run) -> None:
    decide(run, [LOWERED])
    made, _ = publish_run(run)
    assert subject_of(made.document.read(), "1004")["band_reckoned"] == "excellent"


def test_a_reason_that_is_too_long_is_refused(run: Run) -> None:
    with pytest.raises(PublicationRefused, match="500"):
        publish_run(run, "长" * 501)


def test_a_replay_reads_every_published_document(run: Run) -> None:
    decide(run, [LOWERED])
    publish_run(run)
    decide(run, [DecisionEntry("1004", "excellent", "申诉后改定", "会议纪要〔2026〕2号")])
    publish_run(run, "申诉改定")
    assert replay(run) == []


def test_a_publication_can_not_be_changed_or_deleted_by_the_program(publication: Publication) -> None:
    publication.reason = "改写"
    for act in (publication.save, publication.delete, Publication.objects.all().delete):
        with pytest.raises(LedgerFixed, match="公布"):
            act()


def test_the_database_refuses_to_change_or_delete_a_publication(publication: Publication) -> None:
    table = Publication._meta.db_table
    for statement in (f"UPDATE {table} SET period = '2024'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_command_publishes_and_then_corrects(
    run: Run, capsys: pytest.CaptureFixture[str], refused: Callable[..., str]
) -> None:
    call_command("publish_results", "u", "2025")
    newer_run(run)
    assert "--reason" in refused("publish_results", "u", "2025")
    call_command("publish_results", "u", "2025", reason="补登缺席一次")
    assert "更正" in capsys.readouterr().out
    assert Publication.objects.current().count() == 1


def test_the_command_says_when_there_is_nothing_to_publish(
    case_bureau: Unit, refused: Callable[..., str]
) -> None:
    assert "还没有核算结果" in refused("publish_results", "u", "2025")
