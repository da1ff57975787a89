"""A font face cut down to some characters, by the library that WeasyPrint uses for its own subsets.

fontTools can do the same in Python: measured on the faces of this product, 5.4 s where HarfBuzz takes 0.1 s.
"""

import functools
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from cffi import FFI

# From harfbuzz's hb-blob.h, hb-face.h, hb-set.h and hb-subset.h, stable since version 3.
DECLARATIONS = """
typedef struct hb_blob_t hb_blob_t;
typedef struct hb_face_t hb_face_t;
typedef struct hb_set_t hb_set_t;
typedef struct hb_subset_input_t hb_subset_input_t;
hb_blob_t *hb_blob_create(const char *data, unsigned int length, int mode, void *user, void (*destroy)(void *));
hb_blob_t *hb_blob_create_from_file_or_fail(const char *file_name);
const char *hb_blob_get_data(hb_blob_t *blob, unsigned int *length);
void hb_blob_destroy(hb_blob_t *blob);
hb_face_t *hb_face_create(hb_blob_t *blob, unsigned int index);
hb_blob_t *hb_face_reference_blob(hb_face_t *face);
hb_blob_t *hb_face_reference_table(const hb_face_t *face, uint32_t tag);
void hb_face_destroy(hb_face_t *face);
void hb_set_add(hb_set_t *set, uint32_t codepoint);
void hb_set_invert(hb_set_t *set);
void hb_set_clear(hb_set_t *set);
hb_subset_input_t *hb_subset_input_create_or_fail(void);
hb_set_t *hb_subset_input_unicode_set(hb_subset_input_t *input);
hb_set_t *hb_subset_input_glyph_set(hb_subset_input_t *input);
hb_set_t *hb_subset_input_set(hb_subset_input_t *input, int set_type);
void hb_subset_input_set_flags(hb_subset_input_t *input, unsigned int value);
void hb_subset_input_destroy(hb_subset_input_t *input);
hb_face_t *hb_subset_or_fail(hb_face_t *source, const hb_subset_input_t *input);
"""
NO_HINTING, RETAIN_GIDS, DESUBROUTINIZE, NOTDEF_OUTLINE = 0x01, 0x02, 0x04, 0x40
COPY = 0
# Tables that no reader of a PDF looks at.
DROPPED_TABLES = 3
OF_NO_USE = (b"BASE", b"DSIG", b"GPOS", b"GSUB", b"name")
# Names stay in every language: fontconfig finds 仿宋_GB2312 by its Chinese name.
NAMES, LANGUAGES = 4, 5

# Where a font says in its table OS/2 what its licence allows: bits of fsType.
FS_TYPE = slice(8, 10)
RESTRICTED, NO_SUBSETTING, KINDS = 0x0002, 0x0100, 0x000F


class FaceNotSubset(Exception):
    """The face cannot be cut down: its licence forbids it, or the file is not as it should be."""


@functools.cache
def _library() -> tuple[FFI, Any, Any]:
    """The bindings, HarfBuzz and its subsetter. Raises OSError where they are not installed."""
    ffi = FFI()
    ffi.cdef(DECLARATIONS)
    return ffi, ffi.dlopen("libharfbuzz.so.0"), ffi.dlopen("libharfbuzz-subset.so.0")


def subset_face(file: str, index: int, characters: Collection[str]) -> bytes:
    """The face with the shapes of these characters alone, as a font file. Raises FaceNotSubset."""
    ffi, harfbuzz, subsetter = _library()
    blob = harfbuzz.hb_blob_create_from_file_or_fail(file.encode())
    if blob == ffi.NULL:
        raise FaceNotSubset(file)
    source = ffi.gc(harfbuzz.hb_face_create(blob, index), harfbuzz.hb_face_destroy)
    harfbuzz.hb_blob_destroy(blob)
    if not _may_be_subset(_content(harfbuzz.hb_face_reference_table(source, int.from_bytes(b"OS/2", "big")))):
        raise FaceNotSubset(file)
    with _input(NO_HINTING | DESUBROUTINIZE | NOTDEF_OUTLINE) as wanted:
        points = subsetter.hb_subset_input_unicode_set(wanted)
        for character in characters:
            harfbuzz.hb_set_add(points, ord(character))
        for names in (NAMES, LANGUAGES):
            kept = subsetter.hb_subset_input_set(wanted, names)
            harfbuzz.hb_set_clear(kept)
            harfbuzz.hb_set_invert(kept)
        return _cut(source, wanted, file)


def subset_glyphs(content: bytes, glyphs: Collection[int]) -> bytes:
    """A font file with the shapes of these glyphs alone, under the numbers that they have. Raises FaceNotSubset."""
    ffi, harfbuzz, subsetter = _library()
    blob = harfbuzz.hb_blob_create(content, len(content), COPY, ffi.NULL, ffi.NULL)
    source = ffi.gc(harfbuzz.hb_face_create(blob, 0), harfbuzz.hb_face_destroy)
    harfbuzz.hb_blob_destroy(blob)
    with _input(NO_HINTING | RETAIN_GIDS | DESUBROUTINIZE | NOTDEF_OUTLINE) as wanted:
        numbers = subsetter.hb_subset_input_glyph_set(wanted)
        for glyph in glyphs:
            harfbuzz.hb_set_add(numbers, glyph)
        tables = subsetter.hb_subset_input_set(wanted, DROPPED_TABLES)
        for table in OF_NO_USE:
            harfbuzz.hb_set_add(tables, int.from_bytes(table, "big"))
        return _cut(source, wanted, "embedded")


@contextmanager
def _input(flags: int) -> Iterator[Any]:
    _, _, subsetter = _library()
    wanted = subsetter.hb_subset_input_create_or_fail()
    subsetter.hb_subset_input_set_flags(wanted, flags)
    try:
        yield wanted
    finally:
        subsetter.hb_subset_input_destroy(wanted)


def _cut(source: Any, wanted: Any, name: str) -> bytes:
    ffi, harfbuzz, subsetter = _library()
    small = subsetter.hb_subset_or_fail(source, wanted)
    if small == ffi.NULL:
        raise FaceNotSubset(name)
    return _content(harfbuzz.hb_face_reference_blob(ffi.gc(small, harfbuzz.hb_face_destroy)))


def _content(blob: Any) -> bytes:
    ffi, harfbuzz, _ = _library()
    length = ffi.new("unsigned int *")
    data = harfbuzz.hb_blob_get_data(blob, length)
    content = bytes(ffi.buffer(data, length[0])) if length[0] else b""
    harfbuzz.hb_blob_destroy(blob)
    return content


def _may_be_subset(table: bytes) -> bool:
    """Whether the font's own words on its licence let a part of it be made; a font without such words does."""
    allowed = int.from_bytes(table[FS_TYPE], "big")
    return not allowed & NO_SUBSETTING and allowed & KINDS != RESTRICTED
