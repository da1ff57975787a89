"""Addresses of the pages for staff, committees and the public."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

app_name = "portal"
urlpatterns = [
    path("login/", LoginView.as_view(template_name="portal/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
