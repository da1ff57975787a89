"""How long a session lasts: as long as its owner is at work."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SEEN = "seen"
# A page more within this time moves the end of the session no further: reading pages writes nothing.
NOTED_EVERY = 60


class IdleTimeout:
    """Moves the end of a session on while pages are asked for; it ends SESSION_COOKIE_AGE after the last one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.get(SEEN, 0) >= NOTED_EVERY:
                request.session[SEEN] = now
        return self.get_response(request)
