import io
import json
import logging
import re
from contextlib import contextmanager

import pytest
from django.test import Client
from django.urls import path
from pythonjsonlogger.json import JsonFormatter

from config import logs, urls
from config.logs import client_address

GIVEN = "0f3c-1.a_B"


def boom(request):
    raise ZeroDivisionError("a line\nand another")


class Urls:
    urlpatterns = [*urls.urlpatterns, path("boom/", boom)]


@contextmanager
def written(formatter):
    """The log of a test, in that form."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(formatter)
    handler.addFilter(logs.add_request_id)
    root = logging.getLogger()
    root.addHandler(handler)
    yield text
    root.removeHandler(handler)


@pytest.fixture
def lines(settings):
    """The lines that production writes, parsed."""
    options = {name: value for name, value in settings.LOGGING["formatters"]["json"].items() if name != "()"}
    with written(JsonFormatter(**options)) as text:
        yield lambda: [json.loads(line) for line in text.getvalue().splitlines()]


@pytest.fixture
def readable(settings):
    """The lines that development writes."""
    options = settings.LOGGING["formatters"]["line"]
    with written(logging.Formatter(options["format"], style=options["style"])) as text:
        yield lambda: text.getvalue().splitlines()


def test_request_is_one_line(client, lines):
    """A request's client, path, status and duration."""
    client.get("/nowhere/?q=secret", headers={"X-Request-ID": GIVEN})
    (line,) = lines()

    assert line.pop("duration_ms") >= 0
    assert line.pop("timestamp")
    assert {
        "level": "INFO",
        "logger": "requests",
        "message": line["message"],
        "method": "GET",
        "path": "/nowhere/",
        "status": 404,
        "remote_addr": "127.0.0.1",
        "request_id": GIVEN,
    } == line
    assert "secret" not in json.dumps(line)


def test_development_reads_one_line(client, readable):
    """For people: what was asked, what came of it. A line break in an address does not begin a new line."""
    client.get("/a%0AINFO requests: GET /admin/ 200", headers={"X-Request-ID": GIVEN})
    (line,) = readable()

    assert re.fullmatch(rf"INFO requests: GET /a%0AINFO\S+ 404 [\d.]+ ms 127\.0\.0\.1 \[{GIVEN}\]", line)


def test_exception_is_one_line(lines, settings):
    """A stack trace is one line as well, with the request's id, and the answer shows nothing of it."""
    settings.ROOT_URLCONF, settings.DEBUG = Urls, False
    response = Client(raise_request_exception=False).get("/boom/", headers={"X-Request-ID": GIVEN})
    trace, request = lines()

    assert "ZeroDivisionError: a line\nand another" in trace["exc_info"]
    assert [GIVEN, GIVEN] == [trace["request_id"], request["request_id"]]
    assert 500 == request["status"]
    assert b"ZeroDivisionError" not in response.content
    assert b"Something went wrong" in response.content


def test_id_is_returned(client):
    """The id that came goes back, so that both sides can speak of the same request."""
    assert GIVEN == client.get("/health-check/live/", headers={"X-Request-ID": GIVEN})["X-Request-ID"]


@pytest.mark.parametrize("given", ["", "x" * 65, 'a"b', "a b", "ä", "{}"])
def test_unsafe_id_is_replaced(client, given):
    """An id of our own, where none came or one that could break a log."""
    given = client.get("/health-check/live/", headers={"X-Request-ID": given} if given else {})["X-Request-ID"]

    assert re.fullmatch("[0-9a-f]{32}", given)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.7", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.1.1.1", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "<script>", "10.0.0.9"),
    ],
)
def test_address_is_what_our_proxy_saw(rf, settings, proxies, forwarded, expected):
    """Only the entries of our own proxies count, and only addresses."""
    settings.PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert expected == client_address(rf.get("/", headers=headers, REMOTE_ADDR="10.0.0.9"))
