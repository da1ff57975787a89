"""What a machine needs so that papers can be printed on it."""

from collections.abc import Iterator

from jobs.refusal import Refusal
from reports import fonts


class RenderingUnavailable(Refusal):
    """This machine lacks a library or a font that printing needs."""


def check_environment() -> None:
    """Raises RenderingUnavailable with a sentence for each thing that printing lacks on this machine."""
    missing = [*_missing_libraries(), *_missing_fonts()]
    if missing:
        raise RenderingUnavailable(*missing)


def _missing_libraries() -> Iterator[str]:
    try:
        from weasyprint.text.ffi import harfbuzz_subset
    except OSError:
        yield (
            "缺少排版库 Pango，不能生成 PDF；"
            "请以 root 执行 apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0。"
        )
        return
    if harfbuzz_subset is None:
        yield (
            "缺少字体子集库 harfbuzz-subset，每张表要多花二十秒；"
            "请以 root 执行 apt-get install libharfbuzz-subset0。"
        )


def _missing_fonts() -> Iterator[str]:
    try:
        families = fonts.installed_families()
    except fonts.FontsUnknown:
        yield "缺少字体查询工具 fc-list，不能查明本机字体；请以 root 执行 apt-get install fontconfig。"
        return
    if not families.intersection(fonts.STACKS["song"]):
        yield "缺少中文宋体字库，汉字会印成方框；请以 root 执行 apt-get install fonts-noto-cjk。"
