"""Requests that cannot be used: a plain page with 400, 408, 413 or 503, before anything asks the database for them."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.core.handlers.exception import response_for_exception
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.middleware.security import SecurityMiddleware
from django.template.loader import render_to_string

from config.gateway import REFUSED

REASONS = {
    HTTPStatus.BAD_REQUEST: "The request holds something that cannot be read.",
    HTTPStatus.REQUEST_TIMEOUT: "The request took too long to arrive.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is larger than any form of this site.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Too many requests arrive at once. Try again in a few seconds.",
}

logger = logging.getLogger(__name__)


class RedirectHostMiddleware:
    """Refuse an unknown host before the redirect to HTTPS, where Django's refusal has none of the usual headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._security = SecurityMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._security.redirect and not request.is_secure():
            try:
                request.get_host()
            except DisallowedHost as error:
                return self._security.process_response(request, response_for_exception(request, error))
        return self.get_response(request)


class RefusalMiddleware:
    """Refuse what the gateway did not take, malformed forms, and characters and numbers that no column holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if status := request.META.get(REFUSED):
            return refusal(status)
        if not is_usable(request):
            return refusal(HTTPStatus.BAD_REQUEST)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: BaseException) -> HttpResponse | None:
        if not isinstance(exception, DataError):
            return None
        logger.warning("The database refused a value: %s", exception)
        return refusal(HTTPStatus.BAD_REQUEST)


def is_usable(request: HttpRequest) -> bool:
    """Whether its form can be read, and no value has a NUL, which PostgreSQL cannot hold."""
    try:
        queries = request.GET, request.POST
    except (MultiPartParserError, SuspiciousOperation, LookupError, ValueError):
        return False
    values = [text for query in queries for name, texts in query.lists() for text in (name, *texts)]
    cookies = [text for cookie in request.COOKIES.items() for text in cookie]
    return not any("\0" in text for text in values + cookies)


def refusal(status: HTTPStatus) -> HttpResponse:
    """The page for this status."""
    page = render_to_string("refused.html", {"title": status.phrase, "reason": REASONS[status]})
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
