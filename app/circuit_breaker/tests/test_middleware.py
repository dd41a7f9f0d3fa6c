import time

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from circuit_breaker import middleware
from circuit_breaker.breaker import CircuitBreaker
from config import urls

BACK = b"Back in a moment"


@pytest.fixture(autouse=True)
def breaker(monkeypatch):
    """A breaker that the test opens."""
    breaker = CircuitBreaker(lambda: None)
    monkeypatch.setattr(middleware, "breaker", breaker)
    return breaker


@pytest.fixture
def page(settings):
    """A browser's answer from a view, as the server sends it."""

    def show(view, more=()):
        class Urls:
            urlpatterns = [*urls.urlpatterns, path("page/", view)]

        settings.ROOT_URLCONF = Urls
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, *more]
        return Client(raise_request_exception=False).get("/page/")

    yield show
    # Django does that at the end of a request, but not of its test client's.
    connection.close()


def raiser(error):
    def view(request):
        raise error

    return view


def late_middleware(get_response):
    """Fails after the view, as sessions may."""

    def respond(request):
        get_response(request)
        raise OperationalError("the connection at 10.1.2.3 is lost")

    return respond


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_database_error_is_a_plain_page(page, settings, error, debug):
    """503 and when to come back, without a stack trace, for developers as well."""
    settings.DEBUG = debug
    response = page(raiser(error("the connection at 10.1.2.3 is lost")))

    assert 503 == response.status_code
    assert BACK in response.content
    assert b"10.1.2.3" not in response.content
    assert ("5", "no-store") == (response["Retry-After"], response["Cache-Control"])
    assert "default-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("debug", [True, False])
def test_database_error_outside_of_a_view(page, settings, debug):
    """Another middleware's error is handled alike."""
    settings.DEBUG = debug
    response = page(lambda request: HttpResponse(), [f"{__name__}.late_middleware"])

    assert 503 == response.status_code
    assert BACK in response.content


@pytest.mark.parametrize("error", [ProgrammingError("no such table"), ZeroDivisionError()])
def test_other_errors_stay_errors(page, settings, error):
    """Errors of the code stay errors of the code."""
    settings.DEBUG = False

    assert 500 == page(raiser(error)).status_code


def test_error_trips_the_breaker(page, breaker, monkeypatch):
    """One failure is enough to probe."""
    trips = []
    monkeypatch.setattr(breaker, "trip", lambda: trips.append(1))
    page(raiser(OperationalError()))

    assert [1] == trips


def test_open_circuit_fails_fast(page, breaker):
    """No view begins."""
    begun = []
    breaker.error = ConnectionError()
    response = page(lambda request: begun.append(1))

    assert 503 == response.status_code
    assert [] == begun


@pytest.mark.django_db
def test_open_circuit_leaves_other_pages(client, breaker):
    """Liveness, static files, and an unknown address answer."""
    breaker.error = ConnectionError()

    assert 200 == client.get("/health-check/live/").status_code
    assert 200 == client.get("/static/polls/polls.css").status_code
    assert 404 == client.get("/nowhere/").status_code
    assert 503 == client.get(reverse("polls:index")).status_code


@pytest.mark.django_db(transaction=True)
def test_slow_query_is_aborted(page, settings):
    """A request has so many seconds for the database, in all."""
    settings.DATABASE_DEADLINE_SECONDS = 0.5

    def view(request):
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(10)")

    started = time.monotonic()
    response = page(view)

    assert 503 == response.status_code
    assert time.monotonic() - started < 2


@pytest.mark.django_db(transaction=True)
def test_waiting_view_aborts_when_the_circuit_opens(page, breaker, monkeypatch):
    """Its thread is free for another request."""
    monkeypatch.setattr(breaker, "trip", lambda: setattr(breaker, "error", ConnectionError()))

    def view(request):
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(10)")

    started = time.monotonic()
    response = page(view)

    assert 503 == response.status_code
    assert time.monotonic() - started < 2
