"""The readiness page: yes or no for everybody, details for those who have a token."""

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

from config.health.checks import readiness as run_check
from config.health.drain import draining


@csrf_exempt
@never_cache
@require_safe
def readiness(request: HttpRequest) -> HttpResponse:
    """200 when this process can do its work, 503 when not: JSON for programs, a page for browsers.

    django-watchman would let any client leave a check out (`?skip=`) and would
    show stack traces to all where no token is set.
    """
    if _has_token(request) and not draining():
        request.GET = QueryDict()
        return watchman.status(request)
    checks = {name: status["ok"] for name, status in run_check().items()}
    ok = all(checks.values()) and not draining()
    answer = {"ok": ok, "checks": checks}
    status = 200 if ok else settings.WATCHMAN_ERROR_CODE
    if request.get_preferred_type(["application/json", "text/html"]) == "text/html":
        response = render(request, "health.html", answer | {"draining": draining()}, status=status)
    else:
        response = JsonResponse(answer, status=status)
    patch_vary_headers(response, ["Accept"])
    return response


def _has_token(request: HttpRequest) -> bool:
    """Only in the header: an address with a token in it ends up in logs."""
    try:
        given = parse_auth_header(request.headers.get("Authorization", ""))
    except KeyError:
        return False
    tokens = [token for token in settings.WATCHMAN_TOKENS.split(",") if token]
    return any(compare_digest(given.encode(), token.encode()) for token in tokens)
