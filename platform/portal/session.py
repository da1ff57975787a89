"""Signing in, with the second factor where the account has one; what an account keeps of its own; signing out."""

import time
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.access import account_of
from units.locks import locked_until
from units.models import Account
from units.passwords import password_is_due
from units.reach import everywhere
from units.second_factor import confirm, device_of, device_to_confirm, must_have_one, picture_of, secret_of

AWAITING, MUST_ENROL = "awaiting_code", "must_enrol"
# The code is asked for so many seconds after the password.
CODE_WITHIN = 300
SIGNING_IN = "who signs in writes the own account before any unit is within reach"
BACKEND = "units.backends.RoleBackend"


class LoginForm(AuthenticationForm):
    """User name and password, refused in words that don't tell which of the two was wrong."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "用户名或密码不正确，请重新输入（区分大小写）。如已忘记密码，请联系系统管理员重设。",
    }


class CodeForm(forms.Form):
    """The six digits that the phone shows."""

    code = forms.RegexField(
        r"\A\s*\d{3}\s?\d{3}\s*\Z",
        label="动态口令",
        error_messages={
            "required": "请填写手机上显示的 6 位数字。",
            "invalid": "动态口令是 6 位数字，请重新填写。",
        },
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())


class Login(LoginView):
    authentication_form = LoginForm
    template_name = "portal/login.html"
    redirect_authenticated_user = True

    @everywhere(SIGNING_IN)
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's; the account notes when it signed in, and a newer form of its password."""
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Signs in; with a second factor, only once its code is right."""
        account = form.get_user()
        assert isinstance(account, Account)
        if device_of(account) is None:
            response = super().form_valid(form)
            self.request.session[MUST_ENROL] = must_have_one(account)
            return response
        target = self.get_success_url()
        self.request.session[AWAITING] = {"account": account.pk, "since": time.time(), "next": target}
        return redirect("portal:code")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Asks who gave the right password for the code of the phone."""
    awaiting = request.session.get(AWAITING)
    if awaiting is None or time.time() - awaiting["since"] > CODE_WITHIN:
        return redirect("portal:login")
    account = Account.objects.filter(pk=awaiting["account"], is_active=True).first()
    device = device_of(account) if account is not None else None
    if account is None or device is None:
        return redirect("portal:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_allowed, _ = device.verify_is_allowed()
        if is_allowed and device.verify_token(form.cleaned_data["code"]):
            target = awaiting["next"]
            del request.session[AWAITING]
            with everywhere(SIGNING_IN):
                login(request, account, BACKEND)
            safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
            return HttpResponseRedirect(target if safe else reverse("portal:home"))
        wrong = (
            "动态口令不对，请填写手机上正在显示的数字。" if is_allowed else "输错次数较多，请稍等片刻再试。"
        )
        form.add_error("code", wrong)
    return render(request, "portal/code.html", {"form": form})


@login_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Sets up the phone with which the account signs in, or says that one is in use."""
    account = account_of(request)
    if device_of(account) is not None:
        return render(request, "portal/second_factor.html", {"in_use": True})
    device = device_to_confirm(account)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if confirm(device, form.cleaned_data["code"]):
            request.session.pop(MUST_ENROL, None)
            messages.success(request, "动态口令已启用，下次登录时请带上手机。")
            return redirect("portal:home")
        form.add_error("code", "动态口令不对，请确认手机时间准确，再填写正在显示的数字。")
    context = {
        "form": form,
        "picture": picture_of(device, account),
        "secret": secret_of(device),
        "asked": bool(request.session.get(MUST_ENROL)),
    }
    return render(request, "portal/second_factor.html", context)


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The account's own password."""
    account = account_of(request)
    form = PasswordChangeForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, account)
        messages.success(request, "密码已修改。")
        return redirect("portal:home")
    return render(request, "portal/password.html", {"form": form, "due": password_is_due(account)})


class FirstThings:
    """Has an account do first what is due: choose a password of its own, set up the second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = self._due(request)
        let_through = {reverse("portal:password"), reverse("portal:second_factor"), reverse("portal:logout")}
        if page and request.path not in let_through and not request.path.startswith("/static/"):
            return redirect(page)
        return self.get_response(request)

    def _due(self, request: HttpRequest) -> str:
        account = request.user
        if not isinstance(account, Account) or not account.is_authenticated:
            return ""
        if password_is_due(account):
            return "portal:password"
        return "portal:second_factor" if request.session.get(MUST_ENROL) else ""


class Logout(LogoutView):
    """By POST alone: a link in somebody's mail signs nobody out."""


def locked_out(request: HttpRequest, response: Any, credentials: Any) -> HttpResponse:
    """The page for a user name that failed to sign in too often; the same whether or not there is such an account."""
    username = (credentials or {}).get("username") or request.POST.get("username", "")
    context = {"until": locked_until(username), "attempts": settings.AXES_FAILURE_LIMIT}
    return render(request, "portal/locked_out.html", context, status=429)
