"""Is this process alive? Asked by load balancers, answered before all else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

LIVENESS_PATH = "/health-check/live/"


class LivenessMiddleware:
    """Answer the liveness question without database, host validation or redirect.

    Asking the database here would let a load balancer replace every healthy
    process because of one database's trouble.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == LIVENESS_PATH and request.method in ("GET", "HEAD"):
            return JsonResponse({"ok": True}, headers={"Cache-Control": "no-store"})
        return self.get_response(request)
