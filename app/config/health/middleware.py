"""The liveness endpoint, for load balancers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

LIVENESS_PATH = "/health-check/live/"


class LivenessMiddleware:
    """Answer without database, host validation or redirect.

    With a database query here, a load balancer would replace every healthy process during an outage of the database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == LIVENESS_PATH and request.method in ("GET", "HEAD"):
            return JsonResponse({"ok": True}, headers={"Cache-Control": "no-store"})
        return self.get_response(request)
