"""A scheme that was read from a file and waits on the page for its confirmation."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest

from jobs.refusal import Refusal
from rulesets.packs import WORKBOOK_ENDINGS

SALT = "rulesets.uploads"
LONGEST_WAIT_SECONDS = 3600


class WaitedTooLong(Refusal):
    """A preview is confirmed that is too old, or of which something was changed."""

    def __init__(self) -> None:
        super().__init__("预览已经失效（超过一小时，或页面被改动），请重新选择文件。")


class SchemeFileForm(forms.Form):
    """A workbook or pack to be read."""

    file = forms.FileField(
        label="办法文件",
        help_text="导出的工作簿（.xlsx，另存的 .xls、.ods 也可以），或者办法文件（.yaml）。"
        "先预览，确认之后才会建立草稿。",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join((*WORKBOOK_ENDINGS, ".yaml", ".yml"))}),
    )


class TokenForm(forms.Form):
    """What was previewed, signed, so that exactly that is confirmed."""

    token = forms.CharField(widget=forms.HiddenInput)


def keep(request: HttpRequest, purpose: str, snapshot: Mapping[str, Any], filename: str) -> str:
    """A token that holds the snapshot for this account and purpose."""
    held = {"account": request.user.pk, "purpose": purpose, "snapshot": snapshot, "filename": filename}
    return signing.dumps(held, salt=SALT, compress=True)


def kept(request: HttpRequest, purpose: str) -> tuple[dict[str, Any], str]:
    """The snapshot and the file's name of the posted token. Raises WaitedTooLong."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        raise WaitedTooLong
    try:
        held = signing.loads(form.cleaned_data["token"], salt=SALT, max_age=LONGEST_WAIT_SECONDS)
    except signing.BadSignature:
        raise WaitedTooLong from None
    if held["account"] != request.user.pk or held["purpose"] != purpose:
        raise WaitedTooLong
    return held["snapshot"], held["filename"]
