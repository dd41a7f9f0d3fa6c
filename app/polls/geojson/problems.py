"""Problem details of refused API requests (RFC 9457)."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

CONTENT_TYPE = "application/problem+json"
# A name and no address: RFC 9457 asks for a URI that stays.
BAD_PARAMETER = "tag:toy.example,2026:bad-parameter"


class BadParameterError(Exception):
    """A parameter of the request cannot be used: its name, and why."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter = parameter


def problem(status: HTTPStatus, detail: str, kind: str = "about:blank", title: str = "", **more: str) -> HttpResponse:
    """The answer for a program; `more` are members of this kind of problem."""
    members = {"type": kind, "title": title or status.phrase, "status": status, "detail": detail, **more}
    return JsonResponse(members, status=status, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def with_problems(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer with a problem where the view refuses the request."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BadParameterError as error:
            title = "A parameter cannot be used."
            return problem(HTTPStatus.BAD_REQUEST, f"{error}", BAD_PARAMETER, title, parameter=error.parameter)
        except SuspiciousOperation:
            return problem(HTTPStatus.BAD_REQUEST, "These are more parameters than any request needs.")
        except Http404:
            return problem(HTTPStatus.NOT_FOUND, "No published question has this number.")

    return answer
