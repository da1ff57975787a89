"""Signing in and out."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView


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
