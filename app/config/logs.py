"""One line for each request, with an id that leads to the others of the same request."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from ipaddress import ip_address
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Values that clients may write into our log.
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

logger = logging.getLogger("requests")
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class RequestLogMiddleware:
    """Log method, path, status, duration and client address; take or give an X-Request-ID.

    Without the query, which may contain private words and tokens.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        token = request_id.set(given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex)
        request.META["REMOTE_ADDR"] = client_address(request)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            facts = {
                "method": request.method,
                # As it was sent: a line break in it would forge a line.
                "path": quote(request.path),
                "status": response.status_code,
                "duration_ms": round((time.perf_counter() - started) * 1000, 1),
                "remote_addr": request.META["REMOTE_ADDR"],
            }
            logger.info("%(method)s %(path)s %(status)s %(duration_ms)s ms %(remote_addr)s", facts, extra=facts)
        finally:
            request_id.reset(token)
        return response


def client_address(request: HttpRequest) -> str:
    """The client's address, as the last of our own proxies saw it.

    Each proxy adds its client's address at the end of X-Forwarded-For; what
    comes before our own proxies' entries may be forged.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    if not settings.PROXY_COUNT:
        return peer
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-settings.PROXY_COUNT :]
    try:
        return _plain(forwarded[0].strip()) if len(forwarded) == settings.PROXY_COUNT else peer
    except ValueError:
        return peer


def _plain(text: str) -> str:
    """The address, as the database holds it: IPv4 as such, also where it comes inside IPv6, and without a zone."""
    address = ip_address(text.partition("%")[0])
    return f"{getattr(address, 'ipv4_mapped', None) or address}"


def add_request_id(record: logging.LogRecord) -> bool:
    """A logging filter that drops nothing."""
    record.request_id = request_id.get()
    return True


def is_exception(record: logging.LogRecord) -> bool:
    """A logging filter for Django's own line about a request: ours has the status already."""
    return bool(record.exc_info)
