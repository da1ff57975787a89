"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from units.locks import locked_until


class LoginForm(AuthenticationForm):
    """User name and password, refused in words that don't tell which of the two was wrong."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "用户名或密码不正确，请重新输入（区分大小写）。如已忘记密码，请联系系统管理员重设。",
    }


class Login(LoginView):
    authentication_form = LoginForm
    template_name = "portal/login.html"
    redirect_authenticated_user = True


class Logout(LogoutView):
    """By POST alone: a link in somebody's mail signs nobody out."""


def locked_out(request: HttpRequest, response: Any, credentials: Any) -> HttpResponse:
    """The page for a user name that failed to sign in too often; the same whether or not there is such an account."""
    username = (credentials or {}).get("username") or request.POST.get("username", "")
    context = {"until": locked_until(username), "attempts": settings.AXES_FAILURE_LIMIT}
    return render(request, "portal/locked_out.html", context, status=429)
