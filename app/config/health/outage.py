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

from config.health import checks
from config.health.views import readiness
from config.postgis.base import forget_pool
from config.postgis.deadline import deadline

RETRY_AFTER_SECONDS = "5"

logger = logging.getLogger(__name__)


class OutageMiddleware:
    """Bound the time that a view waits for the database, and answer 503 instead of an error.

    Who meets the outage first waits for the deadline. As long as it lasts the
    others ask no more than whether it is over, all of them with one question:
    each thread that waited would be missing where something can still be answered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.page = get_template("503.html").render()
        got_request_exception.connect(self.note_exception)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.database_failed = False
        with deadline(settings.DATABASE_DEADLINE_SECONDS):
            response = self.get_response(request)
        return self.unavailable() if request.database_failed else response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        if view is readiness or not checks.outage.is_set():
            return None
        try:
            checks.unapplied_migrations()
        except Exception:
            return self.unavailable()
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """In a view, before DEBUG's error page repeats its queries to show their results."""
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        logger.error("The database failed: %s", exception)
        checks.outage.set()
        forget_pool()
        return self.unavailable()

    def note_exception(self, request: HttpRequest, **_: Any) -> None:
        """In another middleware, whose exceptions Django turns into an error page before they get here."""
        exception = sys.exc_info()[1]
        request.database_failed = bool(exception and self.process_exception(request, exception))

    def unavailable(self) -> HttpResponse:
        response = HttpResponse(
            self.page, status=503, headers={"Retry-After": RETRY_AFTER_SECONDS, "Cache-Control": "no-store"}
        )
        # What there is to say about it is in the log.
        response._has_been_logged = True
        return response
