"""Pictures and workbooks held against what was issued: the code inside the file, then each pixel or each cell."""

from collections.abc import Iterator
from io import BytesIO
from itertools import zip_longest

from PIL import Image, ImageChops, UnidentifiedImageError

from reports.issuing import paper_kept
from reports.models import IssuedPaper
from reports.pictures import CODE_KEY, pictures_of
from reports.seals import CODE
from tabular.contents import TableRefused, concealed_in, contents_of, marks_of

PNG, ZIP = b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"
# Pictures of other kinds, into which phones turn what is sent on: by the bytes that they begin with.
OTHER_PICTURES = (b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
LARGEST_SIDE = 40_000
# Two pictures are the same when no shade of a pixel differs by more.
SHADES = 2


class NotReadable(Exception):
    """The file is broken or none of these kinds; the message says what to do."""


def is_picture(content: bytes) -> bool:
    return content.startswith((PNG, *OTHER_PICTURES))


def is_workbook(content: bytes) -> bool:
    return content.startswith(ZIP)


def code_in(content: bytes) -> str | None:
    """The code that a picture or a workbook carries inside; None where it carries none. Raises NotReadable."""
    text = str(_opened(content).info.get(CODE_KEY, "")) if is_picture(content) else _marks(content)
    found = CODE.search(text)
    return found[0] if found else None


def differences_from(content: bytes, entry: IssuedPaper) -> Iterator[str]:
    """Where a picture or a workbook departs from what was issued. Raises NotReadable and DocumentAltered."""
    if is_picture(content):
        return _picture_differences(content, entry)
    return _cell_differences(content, entry)


def _opened(content: bytes) -> Image.Image:
    try:
        picture = Image.open(BytesIO(content))
        if max(picture.size) > LARGEST_SIDE:
            raise NotReadable("图片过大，不像是本系统印发的。")
        picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotReadable("这张图片不能读取，可能没有下载完整；请重新下载后再核验。") from error
    return picture


def _picture_differences(content: bytes, entry: IssuedPaper) -> Iterator[str]:
    given = _opened(content).convert("L")
    if entry.format != IssuedPaper.Format.PNG:
        yield "图片里的核验编号不是图片的编号。"
        return
    for page in pictures_of(paper_kept(entry.content)):
        issued = _opened(page).convert("L")
        if issued.size == given.size and _furthest(issued, given) <= SHADES:
            return
    yield "图片与印发的任何一张都不相同。"


def _furthest(one: Image.Image, other: Image.Image) -> int:
    """By how much the shades of two pictures of one size differ at most."""
    furthest = ImageChops.difference(one, other).getextrema()[1]
    assert isinstance(furthest, int)
    return furthest


def _marks(content: bytes) -> str:
    try:
        return "\n".join(marks_of(content))
    except TableRefused as refused:
        raise NotReadable(
            "这个文件不是可以核验的 Excel 工作簿；压缩包请先解压，再逐个文件核验。"
        ) from refused


def _cell_differences(content: bytes, entry: IssuedPaper) -> Iterator[str]:
    if entry.format != IssuedPaper.Format.XLSX:
        yield "文件里的核验编号不是工作簿的编号。"
        return
    issued = entry.content.read()["cells"]
    try:
        given = contents_of(content)
        yield from concealed_in(content)
    except TableRefused as refused:
        raise NotReadable(str(refused)) from refused
    for sheet in [*issued, *(name for name in given if name not in issued)]:
        if sheet not in given or sheet not in issued:
            yield f"工作表“{sheet}”{'印发时有，此文件没有' if sheet in issued else '印发时没有'}。"
            continue
        for row, (before, after) in enumerate(
            zip_longest(issued[sheet], given[sheet], fillvalue=()), start=1
        ):
            for column, (old, new) in enumerate(zip_longest(before, after, fillvalue="")):
                if old != new:
                    yield f"“{sheet}”第{row}行第{column + 1}列：印发时为“{old}”，此文件为“{new}”。"
