"""Pages of two files looked at: what covers a text, or is drawn over it as a picture, leaves the text as it was."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image, ImageChops

from reports.pictures import pages_as_png

# Pages are drawn so wide and held against each other in squares, so that edges drawn a little otherwise by another
# program are no difference, and another digit is one.
WIDTH, SQUARE = 1240, 4
SHADES = 48
# More pages than these are not looked at.
MOST_LOOKED_AT = 60


def differing_pages(issued: Sequence[bytes], given: Sequence[bytes]) -> Iterator[int]:
    """The numbers, from 1, of the pages that look otherwise. issued, given: pages as `looks_of` draws them."""
    for number, (before, after) in enumerate(zip(issued, given, strict=False), start=1):
        if _differ(_squares(before), _squares(after)):
            yield number


def looks_of(pdf: bytes) -> list[bytes]:
    """The first pages of a PDF as pictures. Raises RenderingUnavailable."""
    return pages_as_png(pdf, WIDTH, last=MOST_LOOKED_AT)


def _squares(png: bytes) -> Image.Image:
    """How dark each square of a page is."""
    with Image.open(BytesIO(png)) as picture:
        return picture.convert("L").reduce(SQUARE)


def _differ(one: Image.Image, other: Image.Image) -> bool:
    if one.size != other.size:
        return True
    furthest = ImageChops.difference(one, other).getextrema()[1]
    assert isinstance(furthest, int)
    return furthest > SHADES
