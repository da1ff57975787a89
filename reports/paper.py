"""A document to be printed, as plain data that goes to another process."""

import datetime
import hashlib
import pickle
import zlib
from dataclasses import dataclass
from urllib.parse import quote

from reports.signing import Certificate

# A file name has 255 bytes at most on the usual file systems; the ending and a safety margin go off.
LONGEST_STEM = 200


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that travels inside the PDF: the result that the paper shows, as data. made_at: with a time zone."""

    name: str
    content: bytes
    description: str
    made_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """One document to be printed.

    stem: its file name without ending, any characters. html: the whole page. styles: names of files in
    reports/styles/, in order. certificate: what its file is signed with, where it is handed out by itself.
    code: by what it is known again, where it is issued.
    """

    stem: str
    html: str
    styles: tuple[str, ...]
    enclosures: tuple[Enclosure, ...] = ()
    certificate: Certificate | None = None
    code: str = ""

    @property
    def file_name(self) -> str:
        """A name that every file system takes; different stems have different ones."""
        return file_name(self.stem, ".pdf")


def packed(paper: Paper) -> bytes:
    """The paper in a tenth of the memory, for as long as it waits."""
    return zlib.compress(pickle.dumps(paper), 1)


def unpacked(content: bytes) -> Paper:
    """The paper that was packed in this process."""
    paper: Paper = pickle.loads(zlib.decompress(content))
    return paper


def file_name(stem: str, ending: str) -> str:
    """A name that every file system takes; different stems have different ones."""
    safe = "".join(
        character if character.isalnum() or character in "-_.·（）、《》〔〕" else quote(character, safe="")
        for character in stem
    )
    if len(safe.encode()) > LONGEST_STEM:
        kept = safe.encode()[: LONGEST_STEM - 13].decode(errors="ignore")
        safe = f"{kept}_{hashlib.sha256(stem.encode()).hexdigest()[:12]}"
    return f"{safe}{ending}"
