"""The first look at a file: is it what its name says, can it be opened, and is it safe to unpack.

Readers of spreadsheets trust what a file declares about itself, so all of this is asked before.
"""

import io
import struct
import zipfile
import zlib

import olefile

from tabular.faults import TableRefused

ENDINGS = (".xlsx", ".xls", ".ods", ".csv")
MAXIMUM_FILE_BYTES = 50_000_000
MAXIMUM_INFLATED_BYTES = 300_000_000
SUSPICIOUS_INFLATED_BYTES = 50_000_000
SUSPICIOUS_RATIO = 200
MAXIMUM_ENTRIES = 10_000
CHUNK = 1 << 20

# Flags of a zip entry, APPNOTE 4.4.4.
ENCRYPTED = 0x01
PATCHED_OR_STRONGLY_ENCRYPTED = 0x20 | 0x40

ALLOWED = "允许 .xlsx、.xls、.ods、.csv"
BROKEN = "文件已损坏，无法打开；请用 WPS 表格或 Excel 打开后另存为 .xlsx 再导入"
PROTECTED = "文件有打开密码；请取消密码、另存后再导入"
TOO_LARGE = "文件解压后过大，可能有问题，未予打开；请把需要的数据复制到新的表格中再导入"
OOXML_PROTECTED_STREAM = "EncryptedPackage"
XLS_STREAMS = ("Workbook", "Book")


def ending_of(filename: str) -> str:
    """The ending of a file's name in lower case; raises TableRefused for one that can't be read."""
    for ending in ENDINGS:
        if filename.lower().endswith(ending):
            return ending
    raise TableRefused.because(f"不支持“{filename}”这种文件；{ALLOWED}")


def check_content(content: bytes, ending: str) -> None:
    """Raises TableRefused unless the bytes are a readable, harmless file of the kind that its ending says."""
    if not content.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise TableRefused.because("文件是空的；请检查是否选错了文件")
    if len(content) > MAXIMUM_FILE_BYTES:
        raise TableRefused.because(f"文件超过 {MAXIMUM_FILE_BYTES // 1_000_000} MB；请分成几个文件导入")
    found = _kind_of(content)
    if found != ending:
        raise TableRefused.because(
            f"文件名以 {ending} 结尾，内容却是 {found or '别的格式'}；"
            "请用 WPS 表格或 Excel 打开后另存为 .xlsx 再导入"
        )


def _kind_of(content: bytes) -> str:
    """The ending that fits the content, empty where none does. Raises TableRefused if protected or broken."""
    if content.startswith(b"PK"):
        return _kind_of_zip(content)
    if content.startswith(olefile.MAGIC):
        return _kind_of_compound(content)
    start = content[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    markup = start.startswith((b"<html", b"<!doctype", b"<?xml", b"<table", b"%pdf", b"{\\rtf"))
    return "" if markup or b"\0" in content else ".csv"


def _kind_of_compound(content: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as compound:
            if compound.exists(OOXML_PROTECTED_STREAM):
                raise TableRefused.because(PROTECTED)
            return ".xls" if any(compound.exists(name) for name in XLS_STREAMS) else ""
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise TableRefused.because(BROKEN) from error


def _kind_of_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_inflation(content, archive)
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return ".xlsx"
            if "content.xml" not in names:
                return ""
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise TableRefused.because(PROTECTED)
            return ".ods" if b"spreadsheet" in archive.read("mimetype") else ""
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, NotImplementedError, struct.error) as error:
        raise TableRefused.because(BROKEN) from error


def _check_inflation(content: bytes, archive: zipfile.ZipFile) -> None:
    """Refuses an archive that declares too much, then one that inflates to other sizes than it declares."""
    entries = archive.infolist()
    declared = sum(entry.file_size for entry in entries)
    suspicious = declared > SUSPICIOUS_INFLATED_BYTES and declared > SUSPICIOUS_RATIO * len(content)
    if declared > MAXIMUM_INFLATED_BYTES or suspicious or len(entries) > MAXIMUM_ENTRIES:
        raise TableRefused.because(TOO_LARGE)
    for entry in entries:
        if entry.flag_bits & ENCRYPTED:
            raise TableRefused.because(PROTECTED)
        if entry.flag_bits & PATCHED_OR_STRONGLY_ENCRYPTED or not _inflates_as_declared(content, entry):
            raise TableRefused.because(BROKEN)


def _inflates_as_declared(content: bytes, entry: zipfile.ZipInfo) -> bool:
    """Whether an entry's data come to exactly the declared size, unpacking little more than that.

    zipfile itself stops at the declared size, so it never notices what other readers would unpack beyond it.
    """
    local = content[entry.header_offset : entry.header_offset + 30]
    name_length, extra_length = struct.unpack("<HH", local[26:30])
    start = entry.header_offset + 30 + name_length + extra_length
    packed = memoryview(content)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        return len(packed) == entry.file_size
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return False
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    inflated, waiting = 0, bytes(packed)
    while not inflater.eof and inflated <= entry.file_size:
        piece = inflater.decompress(waiting, CHUNK)
        if not piece and not inflater.unconsumed_tail:
            break
        inflated += len(piece)
        waiting = inflater.unconsumed_tail
    return inflater.eof and inflated == entry.file_size
