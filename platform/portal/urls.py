"""Addresses of the pages for staff, committees and the public.

Codes and numbers are texts of the unit's own and may hold a slash: each takes a whole path.
"""

from django.urls import path, register_converter

from portal import (
    health,
    home,
    papers,
    printing,
    reckoning_order,
    results,
    review,
    roster,
    session,
    subject,
    verify,
)
from rulesets.engine.period import Period


class PeriodConverter:
    """The code of a period; what is none is no address."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return Period.parse(value).code

    def to_url(self, value: str) -> str:
        return value


register_converter(PeriodConverter, "period")

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("login/", session.Login.as_view(), name="login"),
    path("login/code/", session.code, name="code"),
    path("password/", session.password, name="password"),
    path("second-factor/", session.second_factor, name="second_factor"),
    path("logout/", session.Logout.as_view(), name="logout"),
    path("units/<path:code>/assess/", reckoning_order.assess, name="assess"),
    path("healthz", health.healthz, name="healthz"),
    path("units/<path:code>/results/<period:period>/", results.results, name="results"),
    path("units/<path:code>/results/<period:period>/<path:no>/", subject.subject, name="subject"),
    path("units/<path:code>/review/<period:period>/", review.review, name="review"),
    path("units/<path:code>/roster/<period:period>/", roster.roster, name="roster"),
    path("units/<path:code>/publish/<period:period>/", review.publish, name="publish"),
    path("units/<path:code>/close/<period:period>/", review.close, name="close"),
    path("units/<path:code>/reopen/<period:period>/", review.reopen, name="reopen"),
    path("units/<path:code>/documents/<period:period>/", papers.result_document, name="result_document"),
    path("units/<path:code>/forms/<period:period>/<path:no>/", papers.annual_form, name="annual_form"),
    path("units/<path:code>/print/", printing.print_for, name="print_for"),
    path("units/<path:code>/print/<period:period>/", printing.prints, name="prints"),
    path("units/<path:code>/prints/<int:number>/", printing.print_order, name="print_order"),
    path("units/<path:code>/prints/<int:number>/progress/", printing.print_progress, name="print_progress"),
    path("units/<path:code>/prints/<int:number>/change/", printing.print_change, name="print_change"),
    path("units/<path:code>/prints/<int:number>/file/", printing.print_file, name="print_file"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:code>/", verify.verify_code, name="verify_code"),
]
