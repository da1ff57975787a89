"""Keys of this installation, made at the first start and kept beside its data."""

import os
import secrets
from pathlib import Path


def secret_of(folder: Path, name: str) -> str:
    """The text of the key file `name` in `folder`; a new random key is written where there is none.

    The key is written aside and linked into place: of two processes that start at once, one wins and both
    read the same whole file.
    """
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first: its key is the key
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
