"""A mistake in the code, shown to its author."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

logger = logging.getLogger(__name__)


class MistakeMiddleware:
    """Development: where the views cannot be imported, answer with the reason.

    Django's own error page asks for them as well, fails in turn, and is begun
    anew by each middleware: an empty answer after twenty seconds.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.told = ""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            # Kept by the resolver once it has them.
            get_resolver().url_patterns  # noqa: B018 - imports them
        except Exception as mistake:
            # Health checks ask again and again.
            if repr(mistake) != self.told:
                logger.exception("The views cannot be imported.")
                self.told = repr(mistake)
            return HttpResponse(traceback.format_exc(), status=500, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class Unimportable:
    """Development: what the server runs where the project itself cannot be imported. Each answer is the reason."""

    def __init__(self, error: BaseException) -> None:
        # A message at the start (config.wsgi), or a stack trace.
        self.text = f"{error}" if isinstance(error, SystemExit) else "".join(traceback.format_exception(error))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": 500, "headers": headers})
        await send({"type": "http.response.body", "body": self.text.encode()})
