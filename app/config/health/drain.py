"""The drain of a server before shutdown (see the script `entrypoint`)."""

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def draining() -> bool:
    """Whether this process is about to end."""
    return os.path.exists(os.environ.get("DRAIN_FILE", ""))  # noqa: PTH110 - asked for each request


class DrainMiddleware:
    """Have the client close its connection, which would otherwise break under its next request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if draining():
            # WSGI leaves this header to the server, but has no other way to request it.
            response["Connection"] = "close"
        return response
