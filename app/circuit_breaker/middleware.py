"""A page with status 503 while the database is unavailable."""

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

# A longer wait for one answer trips the circuit breaker.
SLOW_SECONDS = 0.3
RETRY_AFTER_SECONDS = "5"

logger = logging.getLogger(__name__)


def circuit_breaker_exempt[View: Callable[..., HttpResponse]](view: View) -> View:
    """Run this view also while the circuit is open."""
    view.circuit_breaker_exempt = True  # type: ignore[attr-defined]
    return view


class CircuitBreakerMiddleware:
    """Limit the time that a request waits for the database, and answer 503 instead of a database error.

    While the circuit is open, views that wait are aborted, and none is started: a thread that waits for nothing cannot
    answer a load balancer's probe.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.page = get_template("503.html").render()
        got_request_exception.connect(self.handle_signal)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.database_failed = False
        with deadline(settings.DATABASE_DEADLINE_SECONDS, self.should_abort):
            response = self.get_response(request)
        return self.unavailable() if request.database_failed else response

    def should_abort(self, waited: float) -> bool:
        if waited > SLOW_SECONDS:
            breaker.trip()
        return breaker.is_open

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        return self.unavailable() if breaker.is_open and not hasattr(view, "circuit_breaker_exempt") else None

    def process_exception(self, request: HttpRequest, exception: BaseException) -> HttpResponse | None:
        """Handle a view's exception, before DEBUG's error page repeats its queries to show their results."""
        if not isinstance(exception, (OperationalError, InterfaceError)):
            return None
        logger.error("The database failed: %s", exception)
        breaker.trip()
        return self.unavailable()

    def handle_signal(self, request: HttpRequest, **_: Any) -> None:
        """Handle the exception of another middleware, which Django turns into an error page before it gets here."""
        exception = sys.exc_info()[1]
        request.database_failed = bool(exception and self.process_exception(request, exception))

    def unavailable(self) -> HttpResponse:
        headers = {"Retry-After": RETRY_AFTER_SECONDS, "Cache-Control": "no-store"}
        return HttpResponse(self.page, status=503, headers=headers)
