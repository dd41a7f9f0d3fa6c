"""The drain before shutdown (see the script `entrypoint`)."""

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def is_draining() -> bool:
    """Whether the server has got SIGTERM."""
    return os.path.exists(os.environ.get("DRAIN_FILE", ""))  # noqa: PTH110 - called for each request


class DrainMiddleware:
    """Close connections with the answer: the next request on them would fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_draining():
            # WSGI leaves this header to the server, but has no other way to request it.
            response["Connection"] = "close"
        return response
