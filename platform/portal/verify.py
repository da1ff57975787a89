"""The page that verifies papers: whoever holds one sees whether it is registered and still holds.

By code or file alone it says what stands on the paper and nothing of the person but the family name. Who may see the
subject's result in the system also sees where a file departs from what was issued.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jobs.refusal import Refusal
from portal.access import sight_into
from reports.issuing import digest_of_file
from reports.models import IssuedPaper
from reports.seals import normal_code
from reports.standing import Today, today_of
from reports.verification import LARGEST, Held, Verification, held_today, registered, verified
from rulesets.engine.period import Period
from units.models import Account
from units.reach import everywhere

MOST_SHOWN = 20
ANY_PAPER = "whoever holds a paper may ask for it, of whichever unit it is"


class VerifyForm(forms.Form):
    """A code that was typed, or a file; either is enough."""

    code = forms.CharField(label="核验编号", max_length=40, required=False)
    file = forms.FileField(label="文件", required=False)

    def clean(self) -> None:
        file = self.cleaned_data.get("file")
        if not self.cleaned_data.get("code") and file is None:
            raise forms.ValidationError("请填写表册上的核验编号，或选择文件。")
        if file is not None and file.size > LARGEST:
            raise forms.ValidationError(f"文件超过 {LARGEST // 1_000_000} MB，不像是本系统印发的表册。")


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper of the register as the page shows it; held: what only those see who may see the subject's result."""

    unit_name: str
    title: str
    period_name: str
    whom: str
    code: str
    issued: Sequence[IssuedPaper]
    today: Today
    held: Held | None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@everywhere(ANY_PAPER)
def verify(request: HttpRequest) -> HttpResponse:
    """Asks for a code or a file, and verifies the file."""
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    if not form.is_valid():
        return render(request, "portal/verify.html", {"form": form}, status=400 if form.is_bound else 200)
    file = form.cleaned_data["file"]
    if file is None:
        code = normal_code(form.cleaned_data["code"])
        if code is not None:
            return redirect("portal:verify_code", code)
        form.add_error(
            "code", "核验编号由 16 个字母和数字组成，如 7K3M-9QXD-0A2B-WZ5E，请对照表册右上角重新填写。"
        )
        return render(request, "portal/verify.html", {"form": form}, status=400)
    try:
        found, papers = _verified(request, file.read())
    except Refusal as refusal:
        form.add_error("file", "\n".join(refusal.messages))
        return render(request, "portal/verify.html", {"form": form}, status=400)
    return render(request, "portal/verify.html", {"form": VerifyForm(), "found": found, "papers": papers})


@never_cache
@require_safe
@everywhere(ANY_PAPER)
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What a code stands for; the address in the QR code of a paper."""
    entries = list(registered(code))
    papers = [_shown(request, entries)] if entries else []
    context = {"form": VerifyForm(initial={"code": code}), "papers": papers, "asked": code}
    return render(request, "portal/verify.html", context, status=200 if papers else 404)


def _verified(request: HttpRequest, content: bytes) -> tuple[Verification | None, list[Shown]]:
    """What is found of a file. An outsider learns whether it is an original, and nothing of what differs."""
    entries = list(IssuedPaper.objects.filter(file_digest=digest_of_file(content)).select_related("unit"))
    if not entries and not isinstance(request.user, Account):
        return None, []
    found = verified(content)
    seen = [entry for entry in found.entries if _sees(request, entry)]
    if found.entries and not entries and len(seen) != len(found.entries):
        return None, []
    return found, [_shown(request, [entry]) for entry in found.entries[:MOST_SHOWN]]


def _sees(request: HttpRequest, entry: IssuedPaper) -> bool:
    """Whether the account may see the result that the paper shows."""
    sight = sight_into(request.user, entry.unit) if isinstance(request.user, Account) else None
    if sight is None:
        return False
    return sight.sees_all or (entry.no != "" and entry.no == sight.own_no and entry.run is not None)


def _shown(request: HttpRequest, entries: Sequence[IssuedPaper]) -> Shown:
    entry = entries[0]
    sees = _sees(request, entry)
    today = today_of(entry)
    name = entry.name if sees else f"{entry.name[:1]}＊＊"
    return Shown(
        unit_name=entry.unit.name,
        title=entry.title,
        period_name=Period.parse(entry.period).name,
        whom=f"{name}（{entry.no}）" if sees and entry.no else (name if entry.no else ""),
        code=entry.code,
        issued=entries,
        today=today,
        held=held_today(entry) if sees else None,
    )
