"""Where a new scheme begins: blank, from the library, from what another unit shares, from a workbook."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from jobs.refusal import Refusal
from rulesets.admin.uploads import SchemeFileForm, TokenForm, keep, kept
from rulesets.families import REGISTRY
from rulesets.library import shared_editions, shipped, shipped_snapshot, start_scheme
from rulesets.models.fields import CODE_LENGTH, CODE_PATTERN, NAME_LENGTH
from rulesets.packs import pack_from
from rulesets.sentences import said_of_rules
from rulesets.snapshots import snapshot_of
from units.access import account_of, units_of
from units.models import Unit

FOLDER = "admin/rulesets/scheme/"
PURPOSE = "new scheme"


class StartForm(forms.Form):
    """What the new scheme is called, and whose it is; the unit is not asked for where there is no choice."""

    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.none(), empty_label=None)
    name = forms.CharField(label="名称", max_length=NAME_LENGTH)
    code = forms.CharField(
        label="编码",
        max_length=CODE_LENGTH,
        validators=[RegexValidator(rf"\A{CODE_PATTERN}\Z", "编码须以英文字母开头，只含字母、数字和下划线。")],
        help_text="表格和接口用它指代本办法，建立后不能再改。",
    )

    def __init__(self, *args: Any, units: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()


class StartPages:
    """Mixed into the admin of schemes: `start/` and the ways behind it."""

    def start_urls(self) -> list[Any]:
        wall = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("start/", wall(self.start_page), name="rulesets_scheme_start"),
            path("start/library/<slug:code>/", wall(self.from_library), name="rulesets_scheme_from_library"),
            path("start/shared/<int:pk>/", wall(self.from_shared), name="rulesets_scheme_from_shared"),
            path("start/workbook/", wall(self.from_workbook), name="rulesets_scheme_from_workbook"),
            path(
                "start/workbook/confirm/",
                wall(require_POST(self.from_workbook_confirmed)),
                name="rulesets_scheme_workbook_confirm",
            ),
        ]

    def start_page(self, request: HttpRequest) -> HttpResponse:
        """The four ways."""
        own = self._units(request)
        context = {"shipped": shipped(), "shared": shared_editions(own), "title": "新建考核办法"}
        return self._page(request, "start.html", context)

    def from_library(self, request: HttpRequest, code: str) -> HttpResponse:
        """What a shipped scheme says, and the form that copies it."""
        units = self._units(request)
        try:
            snapshot = shipped_snapshot(code)
        except LookupError:
            raise Http404 from None
        entry = next(scheme for scheme in shipped() if scheme.code == code)
        origin = f"照抄范本《{snapshot['name']}》"
        context = {"about": f"{entry.about}适用于：{entry.suits}", "title": f"从范本新建：{entry.name}"}
        return self._copied(request, units, snapshot, origin, context)

    def from_shared(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What another unit's shared edition says, and the form that copies it."""
        units = self._units(request)
        edition = next((shared for shared in shared_editions(units) if shared.pk == pk), None)
        if edition is None:
            raise Http404
        number = f"（{edition.document_number}）" if edition.document_number else ""
        origin = f"照抄{edition.scheme.unit.name}《{edition.scheme.name}》第{edition.number}版{number}"
        context = {"title": f"从其他单位共享的办法新建：{edition.scheme.name}", "about": f"{origin[2:]}。"}
        return self._copied(request, units, snapshot_of(edition), origin, context)

    def from_workbook(self, request: HttpRequest) -> HttpResponse:
        """The form for a file, or what it says and what the new scheme is to be called."""
        units = self._units(request)
        form = SchemeFileForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {"form": form, "title": "从工作簿新建考核办法"}
        if request.method != "POST" or not form.is_valid():
            return self._page(request, "start_workbook.html", context)
        file = form.cleaned_data["file"]
        try:
            snapshot = pack_from(file.read(), file.name)
        except Refusal as refused:
            return self._page(request, "start_workbook.html", context | {"faults": refused.messages})
        token = TokenForm(initial={"token": keep(request, PURPOSE, snapshot, file.name)})
        return self._from_workbook_page(request, _start_form(units, snapshot), token, snapshot)

    def from_workbook_confirmed(self, request: HttpRequest) -> HttpResponse:
        """Makes the scheme that was previewed."""
        units = self._units(request)
        try:
            snapshot, filename = kept(request, PURPOSE)
        except Refusal as refused:
            context = {"form": SchemeFileForm(), "title": "从工作簿新建考核办法", "faults": refused.messages}
            return self._page(request, "start_workbook.html", context)
        form = StartForm(request.POST, units=units)
        return self._started(request, form, snapshot, f"读自工作簿 {filename}") or self._from_workbook_page(
            request, form, TokenForm(request.POST), snapshot
        )

    def _from_workbook_page(
        self, request: HttpRequest, form: StartForm, token: TokenForm, snapshot: Mapping[str, Any]
    ) -> HttpResponse:
        context = {
            "form": form,
            "token": token,
            "action": reverse("admin:rulesets_scheme_workbook_confirm"),
            "title": "从工作簿新建考核办法",
            "parts": _parts(snapshot),
        }
        return self._page(request, "start_copy.html", context)

    def _copied(
        self,
        request: HttpRequest,
        units: Any,
        snapshot: Mapping[str, Any],
        origin: str,
        context: dict[str, Any],
    ) -> HttpResponse:
        """The page of a source: its content and the form; or the new draft, where the form was sent."""
        form = (
            StartForm(request.POST, units=units) if request.method == "POST" else _start_form(units, snapshot)
        )
        if request.method == "POST" and (response := self._started(request, form, snapshot, origin)):
            return response
        return self._page(request, "start_copy.html", context | {"form": form, "parts": _parts(snapshot)})

    def _started(
        self, request: HttpRequest, form: StartForm, snapshot: Mapping[str, Any], origin: str
    ) -> HttpResponse | None:
        """On to the new draft; None, with the form saying why, where there is none."""
        if not form.is_valid():
            return None
        asked = form.cleaned_data
        try:
            draft = start_scheme(asked["unit"], snapshot, asked["code"], asked["name"], origin)
        except Refusal as refused:
            for message in refused.messages:
                form.add_error(None, message)
            return None
        messages.success(request, f"已建立“{draft}”（草稿），请逐项改成本单位的规定，再检查、发布。")
        return HttpResponseRedirect(reverse("admin:rulesets_edition_change", args=[draft.pk]))

    def _units(self, request: HttpRequest) -> Any:
        """The units for which the account may start a scheme. Raises PermissionDenied where there is none."""
        units = units_of(account_of(request), "rulesets.add_scheme")
        if not units:
            raise PermissionDenied
        return units

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        context |= self.admin_site.each_context(request)  # type: ignore[attr-defined]
        context["opts"] = self.opts  # type: ignore[attr-defined]
        return TemplateResponse(request, f"{FOLDER}{template}", context)


def _start_form(units: Any, snapshot: Mapping[str, Any]) -> StartForm:
    initial = {"unit": units[0], "code": snapshot["code"], "name": snapshot["name"]}
    return StartForm(units=units, initial=initial)


def _parts(snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a scheme says, component by component: each rule's name, clause and sentence."""
    rules = snapshot.get("rules", ())
    said = said_of_rules(snapshot, [rule["code"] for rule in rules], REGISTRY)
    by_component: dict[str, list[dict[str, str]]] = defaultdict(list)
    for rule in rules:
        line = {"code": rule["code"], "name": rule["name"], "said": said[rule["code"]]}
        by_component[rule.get("component", "")].append(line)
    parts = [
        {"name": component["name"], "limits": _limits(component), "rules": by_component[component["code"]]}
        for component in snapshot["components"]
    ]
    if by_component[""]:
        parts.append({"name": "等次、否决与结果运用等", "limits": "", "rules": by_component[""]})
    return parts


def _limits(component: Mapping[str, Any]) -> str:
    """“基础分 15、下限 0、上限 15”."""
    labels = {"base": "基础分", "floor": "下限", "ceiling": "上限", "weight": "权重"}
    return "、".join(f"{label} {component[key]}" for key, label in labels.items() if key in component)
