"""Files that wait between preview and confirmation: sealed, on the storage that all servers share."""

import datetime
import hashlib
import uuid
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ledger.errors import PendingAltered
from ledger.models import PendingImport
from units.models import Account, Unit
from units.sealed import SealBroken, seal_bytes, unseal_bytes

KEPT_FOR = datetime.timedelta(days=1)


def keep(
    account: Account, unit: Unit, kind: str, filename: str, content: bytes, preview: str = ""
) -> PendingImport:
    """Keeps a file for its account: the only one of its kind. Forgets what was waiting for too long.

    preview: the digest of what the account is shown; empty for a file that can't be confirmed.
    """
    _sweep()
    stale = PendingImport.objects.filter(made_at__lt=timezone.now() - KEPT_FOR)
    forget(stale | PendingImport.objects.filter(account=account, kind=kind))
    token = uuid.uuid4()
    pending = PendingImport(
        token=token,
        account=account,
        unit=unit,
        kind=kind,
        filename=filename[:255],
        digest=hashlib.sha256(content).hexdigest(),
        preview=preview,
    )
    pending.content.save(f"{token}.sealed", ContentFile(seal_bytes(content)))
    return pending


def _sweep() -> None:
    """Removes old files whose rows went with their account or unit."""
    storage, folder = default_storage, "imports"
    if not storage.exists(folder):
        return
    known = set(PendingImport.objects.values_list("content", flat=True))
    for name in storage.listdir(folder)[1]:
        place = f"{folder}/{name}"
        if place not in known and storage.get_modified_time(place) < timezone.now() - KEPT_FOR:
            storage.delete(place)


def content_of(pending: PendingImport) -> bytes:
    """The file as it was uploaded. Raises PendingAltered where it is gone, altered or another one."""
    try:
        with pending.content.open("rb") as stream:
            content = unseal_bytes(stream.read())
    except (OSError, SealBroken) as error:
        raise PendingAltered(pending.filename) from error
    if hashlib.sha256(content).hexdigest() != pending.digest:
        raise PendingAltered(pending.filename)
    return content


def forget(pending: QuerySet[PendingImport]) -> None:
    """Removes rows and, once that is certain, their files."""
    for row in pending:
        row.delete()
        transaction.on_commit(partial(row.content.storage.delete, str(row.content.name)))
