"""Pages as PNGs, for a phone group or a preview: Debian's pdftoppm draws them."""

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from reports.rendering import Paper, PrintingStopped, RenderingUnavailable, rendered

# The width of most phones' screens.
PHONE_PIXELS = 1080
# Pages that are wider than a screen have more pixels: these styles make them so, by how much.
WIDER = {"phone_wide.css": 178 / 108}
# Seconds after which a file that can't be drawn is given up.
LONGEST = 120
# White that is left below the last line of a picture, in pixels.
MARGIN = 48
# The entry of a picture's own text that holds its code.
CODE_KEY = "Identifier"


def pages_as_png(
    pdf: bytes, width: int = PHONE_PIXELS, first: int = 1, last: int | None = None
) -> list[bytes]:
    """The pages of a PDF as PNGs of a width in pixels. Raises RenderingUnavailable where pdftoppm is missing."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "paper.pdf"
        source.write_bytes(pdf)
        chosen = ["-f", str(first), *(["-l", str(last)] if last else [])]
        # What a reader shows of a page, which may be less than there is of it.
        drawn = ["-png", "-cropbox", "-scale-to-x", str(width), "-scale-to-y", "-1"]
        command = ["pdftoppm", *drawn, *chosen, str(source)]
        try:
            subprocess.run(
                [*command, str(Path(scratch) / "page")], check=True, capture_output=True, timeout=LONGEST
            )
        except (FileNotFoundError, subprocess.SubprocessError) as error:
            raise RenderingUnavailable(
                "缺少图片工具 pdftoppm，不能生成 PNG；请以 root 执行 apt-get install poppler-utils。"
            ) from error
        return [page.read_bytes() for page in sorted(Path(scratch).glob("page*.png"))]


def trimmed(png: bytes, code: str = "") -> bytes:
    """The picture without the white below its last line, in shades that need few bytes; with its code inside."""
    with Image.open(BytesIO(png)) as opened:
        picture = opened.convert("RGB")
    white = Image.new("RGB", picture.size, (255, 255, 255))
    box = ImageChops.difference(picture, white).getbbox()
    bottom = min(picture.height, box[3] + MARGIN) if box else picture.height
    out = BytesIO()
    kept = PngInfo()
    if code:
        kept.add_text(CODE_KEY, code)
    picture.crop((0, 0, picture.width, bottom)).quantize(32).save(out, "PNG", optimize=True, pnginfo=kept)
    return out.getvalue()


def pictures_of(paper: Paper) -> list[bytes]:
    """The pages of a paper as PNGs for phones. Raises RenderingUnavailable."""
    width = PHONE_PIXELS
    for style in paper.styles:
        width = round(width * WIDER.get(style, 1))
    return [trimmed(page, paper.code) for page in pages_as_png(rendered(paper), width)]


def write_pictures(papers: Sequence[Paper], out: Path, advance: Callable[[], Any]) -> list[list[Path]]:
    """Writes each page of the papers as a PNG: NAME.png, or NAME_1.png … where there are several; of each its files.

    Raises RenderingUnavailable or PrintingStopped.
    """
    written = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for paper in papers:
            pages = pictures_of(paper)
            files = []
            stem = paper.file_name.removesuffix(".pdf")
            for number, page in enumerate(pages, start=1):
                target = out / (f"{stem}.png" if len(pages) == 1 else f"{stem}_{number}.png")
                target.write_bytes(page)
                files.append(target)
            written.append(files)
            advance()
    except OSError as error:
        raise PrintingStopped(f"不能写入文件夹 {out}，请检查路径、权限和磁盘空间后重新打印。") from error
    return written
