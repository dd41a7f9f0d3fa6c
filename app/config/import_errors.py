"""Development: show the error of code that cannot be imported in the browser."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

logger = logging.getLogger(__name__)


class ImportErrorMiddleware:
    """Answer with the traceback where the views cannot be imported.

    Django's own error page imports them as well, and fails again in each middleware: the answer is empty, and takes
    twenty seconds.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.last_logged = ""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            # The resolver caches them.
            get_resolver().url_patterns  # noqa: B018 - imports them
        except Exception as error:
            # Health checks repeat the request.
            if repr(error) != self.last_logged:
                logger.exception("The views cannot be imported.")
                self.last_logged = repr(error)
            return HttpResponse(traceback.format_exc(), status=500, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class ImportErrorApplication:
    """The ASGI application where the project itself cannot be imported. Each answer is the error."""

    def __init__(self, error: BaseException) -> None:
        # config.wsgi exits with a message instead of a traceback.
        self.text = f"{error}" if isinstance(error, SystemExit) else "".join(traceback.format_exception(error))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": 500, "headers": headers})
        await send({"type": "http.response.body", "body": self.text.encode()})
