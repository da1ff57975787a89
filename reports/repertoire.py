"""Small fonts for some papers: every face of the stacks, cut down to the characters that stand on the papers.

They are made once for each set of characters and kept. Laying out with them is the same as with the whole faces,
since each character still finds the first face of its stack that has it, and takes half of the time; a form has
a third of the size.
"""

import hashlib
import html
import os
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path

from reports.faces import BOLD, REGULAR, Face, installed_faces
from reports.fonts import FIGURES, SHAPELESS, STACKS
from reports.subsetting import FaceNotSubset, subset_face

CONFIGURATION = "fonts.conf"
# Raised when repertoires are made in another way, so that kept ones are not used.
VERSION = 1
ASCII = frozenset(map(chr, range(0x20, 0x7F)))
# So many repertoires are kept, a few hundred kilobytes each; the least used go first, none within the hour.
KEPT = 32
IN_USE = 3600
# Line ends, halves of surrogate pairs.
NOT_PRINTED = ("Cc", "Cs")
# HanaMin says 100, which is neither regular nor bold.
WEIGHTS = (REGULAR, 100, BOLD)


def characters_of(pages: Iterable[str], styles: Iterable[str]) -> frozenset[str]:
    """The characters of HTML pages and styles, and ASCII; markup is not told from text."""
    found = set(ASCII).union(*styles)
    for page in pages:
        found.update(html.unescape(page))
    return frozenset(character for character in found if unicodedata.category(character) not in NOT_PRINTED)


def prepared(characters: Collection[str], store: Path) -> Path:
    """The fontconfig configuration of small fonts with these characters, made where the store has none.

    Raises FontsUnknown, OSError.
    """
    faces = _faces_for(characters)
    folder = store / _name(faces, characters)
    configuration = folder / CONFIGURATION
    if configuration.exists():
        os.utime(folder)
        return configuration
    store.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=store))
    try:
        for number, face in enumerate(faces):
            _put(face, characters, scratch / f"{number:02}")
        (scratch / CONFIGURATION).write_text(_configuration(folder), "utf-8")
        scratch.rename(folder)
    except OSError:
        # Another process may have been the first to make it.
        if not configuration.exists():
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _forget_old(store)
    return configuration


def _faces_for(characters: Collection[str]) -> list[Face]:
    """The upright faces of the stacks, and whatever face has a character that none of those has."""
    families = {FIGURES, *(family for stack in STACKS.values() for family in stack)}
    upright = [face for face in installed_faces() if face.is_upright]
    chosen = [face for face in upright if face.weight in WEIGHTS and families.intersection(face.families)]
    shaped = [character for character in characters if unicodedata.category(character) not in SHAPELESS]
    lacking = [character for character in shaped if not any(face.has(character) for face in chosen)]
    return chosen + [
        face
        for face in upright
        if face not in chosen and face.weight == REGULAR and any(face.has(character) for character in lacking)
    ]


def _name(faces: Iterable[Face], characters: Collection[str]) -> str:
    digest = hashlib.sha256(f"{VERSION}".encode())
    for face in faces:
        state = Path(face.file).stat()
        digest.update(f"{face.file}|{face.index}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    digest.update("".join(sorted(characters)).encode())
    return digest.hexdigest()[:32]


def _put(face: Face, characters: Collection[str], place: Path) -> None:
    """Puts the small face into the folder, or leads to the whole one where it may not be cut down."""
    try:
        if face.is_variable:
            raise FaceNotSubset(face.file)
        place.with_suffix(".otf").write_bytes(subset_face(face.file, face.index, characters))
    except FaceNotSubset:
        place.with_suffix(Path(face.file).suffix).symlink_to(face.file)


def _configuration(folder: Path) -> str:
    path = html.escape(str(folder))
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f"<fontconfig><dir>{path}</dir><cachedir>{path}</cachedir></fontconfig>\n"
    )


def _forget_old(store: Path) -> None:
    folders = [folder for folder in store.iterdir() if folder.is_dir()]
    by_use = sorted(folders, key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in by_use[KEPT:]:
        if time.time() - folder.stat().st_mtime > IN_USE:
            shutil.rmtree(folder, ignore_errors=True)
