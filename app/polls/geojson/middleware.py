"""Errors outside of the view, as JSON for programs: an outage, an unknown address, an exception."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from polls.geojson.problems import CONTENT_TYPE, problem

ADDRESSES = "/places.geojson"
DETAILS = {
    HTTPStatus.BAD_REQUEST: "The request is malformed.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Places are only read, by GET and HEAD.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The toy failed. Its log has the reason.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The toy cannot answer now. Try again in a few seconds.",
}


class ProblemMiddleware:
    """Write the problem in the place of an error's page; its status and headers stay."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.status_code >= HTTPStatus.BAD_REQUEST and response.get("Content-Type") != CONTENT_TYPE
        if is_page and request.path_info.endswith(ADDRESSES):
            status = HTTPStatus(response.status_code)
            response.content = problem(status, DETAILS.get(status, status.phrase)).content
            response["Content-Type"] = CONTENT_TYPE
            response["Cache-Control"] = "no-store"
            response["Content-Length"] = str(len(response.content))
        return response
