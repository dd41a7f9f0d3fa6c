"""Pages while the database is away: a plain 503, soon, and by themselves again when it is back."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from config.health.checks import monitor
from config.health.views import readiness
from config.postgis.deadline import deadline

# A question that takes longer is reason to ask whether the database answers at all.
DOUBT_SECONDS = 0.3
RETRY_AFTER_SECONDS = "5"

logger = logging.getLogger(__name__)


class OutageMiddleware:
    """Bound the time that a view waits for the database, and answer 503 instead of an error.

    During an outage a view that waits gives up, and none begins: each thread
    that waits in vain is one that cannot report to the load balancer that all else works.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.page = get_template("503.html").render()
        got_request_exception.connect(self.note_exception)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.database_failed = False
        with deadline(settings.DATABASE_DEADLINE_SECONDS, self.hopeless):
            response = self.get_response(request)
        return self.unavailable() if request.database_failed else response

    def hopeless(self, silence: float) -> bool:
        if silence > DOUBT_SECONDS:
            monitor.doubt()
        return monitor.down is not None

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        return self.unavailable() if monitor.down and view is not readiness else None

    def process_exception(self, request: HttpRequest, exception: BaseException) -> HttpResponse | None:
        """In a view, before DEBUG's error page repeats its queries to show their results."""
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        logger.error("The database failed: %s", exception)
        monitor.doubt()
        return self.unavailable()

    def note_exception(self, request: HttpRequest, **_: Any) -> None:
        """In another middleware, whose exceptions Django turns into an error page before they get here."""
        exception = sys.exc_info()[1]
        request.database_failed = bool(exception and self.process_exception(request, exception))

    def unavailable(self) -> HttpResponse:
        response = HttpResponse(
            self.page, status=503, headers={"Retry-After": RETRY_AFTER_SECONDS, "Cache-Control": "no-store"}
        )
        # The log has the details.
        response._has_been_logged = True
        return response
