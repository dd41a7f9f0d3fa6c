"""Pages while the database is away: a plain 503, soon, and a normal answer again when it is back."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template

from circuit_breaker.database import breaker
from circuit_breaker.deadline import deadline
from circuit_breaker.private_api import skip_log

# A longer silence trips the circuit breaker, whose probe finds out whether the database answers at all.
TRIP_SECONDS = 0.3
RETRY_AFTER_SECONDS = "5"

View = Callable[..., HttpResponse]

logger = logging.getLogger(__name__)


def circuit_breaker_exempt(view: View) -> View:
    """Let a view run while the circuit is open: one that reports on the database."""
    view.circuit_breaker_exempt = True  # type: ignore[attr-defined]
    return view


class CircuitBreakerMiddleware:
    """Bound the time that a view waits for the database, and answer 503 instead of an error.

    While the circuit is open a waiting view aborts, and none begins: each thread
    that waits in vain is one that cannot report to the load balancer that all else works.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.page = get_template("503.html").render()
        got_request_exception.connect(self.note_exception)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.database_failed = False
        with deadline(settings.DATABASE_DEADLINE_SECONDS, self.should_abort):
            response = self.get_response(request)
        return self.unavailable() if request.database_failed else response

    def should_abort(self, silence: float) -> bool:
        if silence > TRIP_SECONDS:
            breaker.trip()
        return breaker.is_open

    def process_view(self, request: HttpRequest, view: View, *_: Any) -> HttpResponse | None:
        is_exempt = getattr(view, "circuit_breaker_exempt", False)
        return self.unavailable() if breaker.is_open and not is_exempt else None

    def process_exception(self, request: HttpRequest, exception: BaseException) -> HttpResponse | None:
        """In a view, before DEBUG's error page repeats its queries to show their results."""
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        logger.error("The database failed: %s", exception)
        breaker.trip()
        return self.unavailable()

    def note_exception(self, request: HttpRequest, **_: Any) -> None:
        """In another middleware, whose exceptions Django turns into an error page before they get here."""
        exception = sys.exc_info()[1]
        request.database_failed = bool(exception and self.process_exception(request, exception))

    def unavailable(self) -> HttpResponse:
        response = HttpResponse(
            self.page, status=503, headers={"Retry-After": RETRY_AFTER_SECONDS, "Cache-Control": "no-store"}
        )
        skip_log(response)
        return response
