"""The readiness endpoint: its status is public, details need a token."""

from hmac import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from watchman import views as watchman
from watchman.decorators import parse_auth_header

from circuit_breaker.middleware import circuit_breaker_exempt
from config.health.checks import readiness as run_checks
from config.health.drain import is_draining


@circuit_breaker_exempt
@csrf_exempt
@never_cache
@require_safe
def readiness(request: HttpRequest) -> HttpResponse:
    """200 when this process can serve requests, otherwise 503: JSON for programs, a page for browsers.

    django-watchman alone lets any client skip a check (`?skip=`), and shows stack traces to all without a token.
    """
    if _has_token(request) and not is_draining():
        request.GET = QueryDict()
        return watchman.status(request)
    checks = {name: status["ok"] for name, status in run_checks().items()}
    ok = all(checks.values()) and not is_draining()
    answer = {"ok": ok, "checks": checks}
    status = 200 if ok else settings.WATCHMAN_ERROR_CODE
    if request.get_preferred_type(["application/json", "text/html"]) == "text/html":
        response = render(request, "health.html", answer | {"draining": is_draining()}, status=status)
    else:
        response = JsonResponse(answer, status=status)
    patch_vary_headers(response, ["Accept"])
    return response


def _has_token(request: HttpRequest) -> bool:
    """Whether the header has a valid token; one in the URL would be logged."""
    try:
        given = parse_auth_header(request.headers.get("Authorization", ""))
    except KeyError:
        return False
    tokens = [token for token in settings.WATCHMAN_TOKENS.split(",") if token]
    return any(compare_digest(given.encode(), token.encode()) for token in tokens)
