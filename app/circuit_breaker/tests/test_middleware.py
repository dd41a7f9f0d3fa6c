import time

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from circuit_breaker import middleware as circuit_breaker
from circuit_breaker.breaker import CircuitBreaker
from config import urls
from config.health.middleware import LIVENESS_PATH

BACK = b"Back in a moment"
LOST = "the connection at 10.1.2.3 is lost"


@pytest.fixture(autouse=True)
def breaker(monkeypatch):
    """A circuit breaker that only the test opens."""
    breaker = CircuitBreaker(lambda: None)
    monkeypatch.setattr(circuit_breaker, "breaker", breaker)
    return breaker


@pytest.fixture
def page(settings):
    """A browser's answer from a view, as the server sends it."""

    def show(view, middleware=()):
        class Urls:
            urlpatterns = [*urls.urlpatterns, path("page/", view)]

        settings.ROOT_URLCONF = Urls
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, *middleware]
        return Client(raise_request_exception=False).get("/page/")

    yield show
    # The test client does not close connections after a request.
    connection.close()


def raiser(error):
    def view(request):
        raise error

    return view


def failing_middleware(get_response):
    """Queries the database after the view, as sessions do."""

    def middleware(request):
        get_response(request)
        raise OperationalError(LOST)

    return middleware


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("middleware", [[], [f"{__name__}.failing_middleware"]])
def test_database_error_is_503(page, settings, middleware, error, debug):
    """With Retry-After and without a stack trace, in development and of another middleware as well."""
    settings.DEBUG = debug
    response = page((lambda request: HttpResponse()) if middleware else raiser(error(LOST)), middleware)

    assert 503 == response.status_code
    assert BACK in response.content
    assert b"10.1.2.3" not in response.content
    assert ("5", "no-store") == (response["Retry-After"], response["Cache-Control"])
    assert "default-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("error", [ProgrammingError("no such table"), ZeroDivisionError()])
def test_other_error_is_500(page, settings, error):
    settings.DEBUG = False

    assert 500 == page(raiser(error)).status_code


def test_database_error_trips_the_breaker(page, breaker):
    trips = []
    breaker.trip = lambda: trips.append(1)
    page(raiser(OperationalError()))

    assert [1] == trips


def test_open_circuit_runs_no_view(page, breaker, caplog):
    """The log has the request once, as RequestLogMiddleware writes it."""
    calls = []
    breaker.error = ConnectionError()
    response = page(lambda request: calls.append(1))

    assert 503 == response.status_code
    assert [] == calls
    assert ["requests"] == [record.name for record in caplog.records]


@pytest.mark.django_db
def test_open_circuit_leaves_other_requests(client, breaker):
    """Liveness, static files and unknown addresses need no database."""
    breaker.error = ConnectionError()

    assert 200 == client.get(LIVENESS_PATH).status_code
    assert 200 == client.get("/static/polls/polls.css").status_code
    assert 404 == client.get("/nowhere/").status_code
    assert 503 == client.get(reverse("polls:index")).status_code


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("deadline", "error"), [(0.5, None), (60, ConnectionError())])
def test_slow_query_is_aborted(page, settings, breaker, deadline, error):
    """At the deadline, or when the circuit opens."""
    settings.DATABASE_DEADLINE_SECONDS = deadline
    breaker.trip = lambda: setattr(breaker, "error", error)

    def view(request):
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(10)")

    started = time.monotonic()
    response = page(view)

    assert 503 == response.status_code
    assert time.monotonic() - started < 2
