"""Whom a request came from, where a proxy stands in front."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class RealAddress:
    """Puts the address that the proxy saw in the place of the proxy's own.

    Only the last entry is the proxy's word; what stands before it anybody may have written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            request.META["REMOTE_ADDR"] = forwarded
        return self.get_response(request)
