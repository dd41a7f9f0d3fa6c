import time

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from config import urls
from config.health import outage
from config.health.monitor import Monitor

BACK = b"Back in a moment"


@pytest.fixture(autouse=True)
def monitor(monkeypatch):
    """One that says what the test says."""
    monitor = Monitor(lambda: None)
    monkeypatch.setattr(outage, "monitor", monitor)
    return monitor


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
    # Django does that at the end of a request, but not of its test client's.
    connection.close()


def raiser(error):
    def view(request):
        raise error

    return view


def clumsy_middleware(get_response):
    """Asks the database after the view, as sessions do."""

    def middleware(request):
        get_response(request)
        raise OperationalError("the connection at 10.1.2.3 is lost")

    return middleware


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
    response = page(lambda request: HttpResponse(), [f"{__name__}.clumsy_middleware"])

    assert 503 == response.status_code
    assert BACK in response.content


@pytest.mark.parametrize("error", [ProgrammingError("no such table"), ZeroDivisionError()])
def test_other_errors_stay_errors(page, settings, error):
    """A mistake in the code does not pass for an outage."""
    settings.DEBUG = False

    assert 500 == page(raiser(error)).status_code


def test_error_raises_doubt(page, monitor, monkeypatch):
    """One failure is enough to ask whether there are more to come."""
    doubts = []
    monkeypatch.setattr(monitor, "doubt", lambda: doubts.append(1))
    page(raiser(OperationalError()))

    assert [1] == doubts


def test_no_view_begins_in_an_outage(page, monitor):
    """Nor waits for what is known."""
    begun = []
    monitor.down = ConnectionError()
    response = page(lambda request: begun.append(1))

    assert 503 == response.status_code
    assert [] == begun


@pytest.mark.django_db
def test_what_needs_no_database_goes_on(client, monitor):
    """Liveness, static files, and the way to an address that does not exist."""
    monitor.down = ConnectionError()

    assert 200 == client.get("/health-check/live/").status_code
    assert 200 == client.get("/static/polls/polls.css").status_code
    assert 404 == client.get("/nowhere/").status_code
    assert 503 == client.get(reverse("polls:index")).status_code


@pytest.mark.django_db(transaction=True)
def test_slow_question_is_given_up(page, settings):
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
def test_view_that_waits_gives_up_in_an_outage(page, monitor, monkeypatch):
    """When it is known that no answer comes, its thread is free for something else."""
    monkeypatch.setattr(monitor, "doubt", lambda: setattr(monitor, "down", ConnectionError()))

    def view(request):
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(10)")

    started = time.monotonic()
    response = page(view)

    assert 503 == response.status_code
    assert time.monotonic() - started < 2
