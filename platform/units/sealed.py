"""Text that is stored encrypted and shown masked (citizen numbers)."""

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models


class SealBroken(Exception):
    """A sealed text can't be opened with this installation's key."""


def _fernet() -> Fernet:
    digest = hashlib.sha256(f"sealed:{settings.FIELD_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(text: str) -> str:
    """The encrypted form of a text; another one at each call."""
    return seal_bytes(text.encode()).decode("ascii")


def unseal(token: str) -> str:
    """The text of a sealed token. Raises SealBroken when the key is another one or the token was altered."""
    return unseal_bytes(token.encode("ascii")).decode()


def seal_bytes(content: bytes) -> bytes:
    """The encrypted form of a file's content."""
    return _fernet().encrypt(content)


def unseal_bytes(token: bytes) -> bytes:
    """The content of a sealed token. Raises SealBroken."""
    try:
        return _fernet().decrypt(token)
    except InvalidToken as error:
        raise SealBroken("加密的内容无法用本机密钥打开，请恢复原来的密钥文件 field_key。") from error


def masked(text: str) -> str:
    """The text with all but its first three and last two characters hidden; a short one wholly."""
    if len(text) <= 8:
        return "*" * len(text)
    return f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}"


class SealedTextField(models.TextField):
    """A text column that holds only sealed tokens; in Python it is the plain text."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return unseal(value) if value else value

    def get_prep_value(self, value: str | None) -> str | None:
        value = super().get_prep_value(value)
        return seal(value) if value else value
