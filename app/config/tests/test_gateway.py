import asyncio
import threading
import time
from encodings.aliases import aliases
from http import HTTPStatus

import pytest

from config.gateway import REFUSED, Gateway
from config.wsgi import application as django

MAX_SIZE = 1000
SILENCE = object()
SECURITY_HEADERS = {"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Permissions-Policy"}


def echo(environ, start_response):
    """Say what arrived."""
    refused = environ.get(REFUSED, HTTPStatus.OK)
    start_response(f"{refused} {refused.phrase}", [("X-Method", environ["REQUEST_METHOD"])])
    yield b"".join((environ["CONTENT_LENGTH"].encode(), b" ", environ["wsgi.input"].read()))


@pytest.fixture
def gateway():
    """A gateway to that application, with one thread."""
    return Gateway(echo, threads=1, max_size=MAX_SIZE, max_total_size=2 * MAX_SIZE, seconds=0.3)


class Request:
    """As a server hands it over: its body piece by piece, and then silence or the end."""

    def __init__(self, *pieces, method="POST", path=b"/", query=b"", **headers):
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "raw_path": path,
            "query_string": query,
            "server": ("127.0.0.1", 8000),
            "client": ("192.0.2.1", 40000),
            "headers": [(b"host", b"localhost")],
        }
        self.scope["headers"] += [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
        self.pieces, self.sent, self.reads = list(pieces), [], 0

    async def receive(self):
        self.reads += 1
        piece = self.pieces.pop(0)
        if piece is SILENCE:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}

    async def send(self, message):
        self.sent.append(message)

    async def through(self, gateway):
        await gateway(self.scope, self.receive, self.send)
        return self

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def headers(self):
        return {name.decode() for name, _ in self.sent[0]["headers"]}

    @property
    def body(self):
        return self.sent[1]["body"]


def through(gateway, request):
    return asyncio.run(request.through(gateway))


def chunked(*pieces, **headers):
    return Request(*pieces, transfer_encoding=b"chunked", **headers)


def environ_of(request):
    """The application's environ."""
    received = {}

    def keep(environ, start_response):
        received.update(environ)
        return echo(environ, start_response)

    through(Gateway(keep, threads=1, max_size=MAX_SIZE, max_total_size=MAX_SIZE, seconds=1), request)
    return received


def test_body_arrives_whole(gateway):
    """With its length, which a body in chunks does not announce."""
    request = through(gateway, chunked(b"a" * 600, b"b" * 400))

    assert (200, b"1000 " + b"a" * 600 + b"b" * 400) == (request.status, request.body)


def test_request_without_body_is_not_waited_for(gateway):
    assert b"0 " == through(gateway, Request(SILENCE, method="GET")).body


def test_silent_clients_take_no_thread(gateway):
    """Four of them were enough to silence production."""

    async def together():
        silent = [asyncio.create_task(Request(SILENCE, content_length=b"100").through(gateway)) for _ in range(200)]
        await asyncio.sleep(0)
        started = time.monotonic()
        answered = await Request(method="GET").through(gateway)
        return answered, time.monotonic() - started, await asyncio.gather(*silent)

    answered, seconds, silent = asyncio.run(together())

    assert 200 == answered.status
    assert seconds < 0.3
    assert {408} == {request.status for request in silent}


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (chunked(b"a", SILENCE), 408),
        (chunked(b"a" * 1000, b"a"), 413),
        (Request(b"a" * 1001, content_length=b"1001"), 413),
        (Request(b"a" * 1000, content_length=b"1000"), 200),
        (Request(SILENCE, content_length=b"300000000"), 408),
        (Request(b"a" * 1001, method="GET", content_length=b"1001"), 413),
    ],
)
def test_bodies_have_limits(gateway, request_, status):
    request = through(gateway, request_)

    assert status == request.status
    assert status == 200 or b"0 " == request.body


def test_client_that_asks_first_sends_nothing(gateway):
    """A body that is too large is refused before it is sent."""
    request = through(gateway, Request(SILENCE, content_length=b"1001", expect=b"100-continue"))

    assert (413, 0) == (request.status, request.reads)


def test_all_bodies_together_have_a_limit(gateway):
    """The memory is for two of them; when they have gone, for two others."""

    async def together(count):
        requests = [chunked(b"a" * 900, b"") for _ in range(count)]
        held = [chunked(b"a" * 900, SILENCE) for _ in range(2)]
        tasks = [asyncio.create_task(request.through(gateway)) for request in held]
        await asyncio.sleep(0)
        await asyncio.gather(*(request.through(gateway) for request in requests))
        await asyncio.gather(*tasks)
        return [request.status for request in requests]

    assert [503, 503] == asyncio.run(together(2))
    assert 200 == through(gateway, chunked(b"a" * 900)).status


def test_client_that_leaves_is_refused(gateway):
    """There is a line about it in the log."""
    request = chunked(b"a")

    async def leave():
        return {"type": "http.disconnect"}

    request.receive = leave

    assert 400 == through(gateway, request).status


def test_refusals_do_not_wait_for_threads():
    """While the only one works."""
    release = threading.Event()

    def slow(environ, start_response):
        if REFUSED not in environ:
            release.wait(10)
        return echo(environ, start_response)

    gateway = Gateway(slow, threads=1, max_size=MAX_SIZE, max_total_size=MAX_SIZE, seconds=0.1)

    async def together():
        busy = asyncio.create_task(Request(method="GET").through(gateway))
        refused = await chunked(SILENCE).through(gateway)
        waiting = not busy.done()
        release.set()
        await busy
        return refused.status, waiting

    assert (408, True) == asyncio.run(together())


def test_threads_are_bounded():
    """However many requests come at once."""
    names = set()

    def note(environ, start_response):
        names.add(threading.current_thread())
        time.sleep(0.01)
        return echo(environ, start_response)

    gateway = Gateway(note, threads=2, max_size=MAX_SIZE, max_total_size=MAX_SIZE, seconds=1)

    async def together():
        await asyncio.gather(*(Request(method="GET").through(gateway) for _ in range(20)))

    asyncio.run(together())

    assert 2 == len(names)


def test_answer_is_closed():
    """Django ends a request there, and gives its connection back."""
    closed = []

    class Answer(list):
        def close(self):
            closed.append(threading.current_thread())

    def application(environ, start_response):
        start_response("200 OK", [])
        return Answer([b"a", b"b"])

    request = through(Gateway(application, threads=1, max_size=1, max_total_size=1, seconds=1), Request(method="GET"))

    assert b"ab" == request.body
    assert [True] == [thread is not threading.main_thread() for thread in closed]


def test_underscore_is_no_hyphen():
    """A header with underscores would take the place of the one that our proxy wrote."""
    request = Request(method="GET", X_Forwarded_For=b"203.0.113.7")
    request.scope["headers"] += [(b"x_forwarded_for", b"198.51.100.1"), (b"content_length", b"7")]
    environ = environ_of(request)

    assert "203.0.113.7" == environ["HTTP_X_FORWARDED_FOR"]
    assert "0" == environ["CONTENT_LENGTH"]


def test_repeated_headers_are_joined():
    """Each in its own manner."""
    request = Request(method="GET")
    request.scope["headers"] += [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"via", b"x"), (b"via", b"y")]
    environ = environ_of(request)

    assert ("a=1; b=2", "x,y") == (environ["HTTP_COOKIE"], environ["HTTP_VIA"])


def test_path_keeps_its_bytes():
    """As other servers pass them, also if they are not UTF-8."""
    assert "/\xff\xc3\xa9+" == environ_of(Request(method="GET", path=b"/%ff%C3%A9+"))["PATH_INFO"]


@pytest.fixture
def site():
    """The site itself behind the gateway."""
    return Gateway(django, threads=1, max_size=MAX_SIZE, max_total_size=MAX_SIZE, seconds=0.1)


CHARSETS = sorted({*aliases, *aliases.values(), "undefined", "unicode_escape", "raw_unicode_escape", "idna", "nowhere"})
CONTENT_TYPES = [
    *(f"text/plain; charset={charset}" for charset in CHARSETS),
    "text/plain; x*=hex''a",
    "text/plain; x*=nowhere''a",
    "a" * 20000 + "; charset=utf-8",
    "multipart/form-data",
    "multipart/form-data; boundary=\xff",
    "application/x-www-form-urlencoded; charset=utf-7",
]


def test_no_content_type_is_an_error(site, caplog):
    """Each is refused, or the page is not found: with the usual headers, and a line in the log."""
    caplog.set_level("INFO")
    received = {}
    for content_type in CONTENT_TYPES:
        caplog.clear()
        request = Request(path=b"/nowhere/", query=b"a=%E4", content_type=content_type.encode("latin-1"))
        through(site, request)
        received[content_type] = request.status
        assert request.headers >= SECURITY_HEADERS
        assert [f"POST /nowhere/ {request.status}"] == [" ".join(line.split()[:3]) for line in caplog.messages[-1:]]

    assert {400, 404} == set(received.values())
    assert 404 == received["text/plain; charset=utf8"]
    assert 400 == received["text/plain; charset=hex"]


@pytest.mark.parametrize(
    ("request_", "status"),
    [(chunked(SILENCE), 408), (chunked(b"a" * 1001), 413), (chunked(b"a" * 600, b"a" * 300), 404)],
)
def test_site_answers_refusals(site, caplog, request_, status):
    """With its own page."""
    caplog.set_level("INFO")
    request_.scope["raw_path"] = b"/nowhere/"
    request = through(site, request_)

    assert status == request.status
    assert request.headers >= SECURITY_HEADERS
    assert caplog.messages[-1].startswith(f"POST /nowhere/ {status} ")
    assert b"Breakable Toy" in request.body
