"""An ASGI adapter for the WSGI application: its threads never wait for a client.

The event loop reads whole bodies first, within a size, a time and a share of the memory, and sends the answers.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from config.content_type import is_usable

# The key of the environment with the status that config.refusals answers.
REFUSED = "toy.refused"

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class RefusedError(Exception):
    """The body is refused with this status."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Gateway:
    """Serve a WSGI application with so many threads.

    A body is refused when it is larger than `max_size` bytes (413), takes longer than `seconds` (408), or makes all
    bodies together larger than `max_total_size` (503). The application answers refused requests, without their body:
    the answer has the usual headers, and a line in the log.
    """

    def __init__(
        self, application: Application, threads: int, max_size: int, max_total_size: int, seconds: float
    ) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads)
        # Many refusals at once do not delay other requests.
        self._refusals = ThreadPoolExecutor(1)
        self._max_size, self._max_total_size, self._seconds = max_size, max_total_size, seconds
        self._together = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        environ = _environ(scope)
        with self._share() as take:
            try:
                body = await self._body(environ, receive, take)
            except RefusedError as refused:
                environ[REFUSED], body = refused.status, b""
            environ |= {"CONTENT_LENGTH": f"{len(body)}", "wsgi.input": BytesIO(body)}
            if not is_usable(environ.get("CONTENT_TYPE", "")):
                # Django would fail before its first middleware.
                environ.setdefault(REFUSED, HTTPStatus.BAD_REQUEST)
                del environ["CONTENT_TYPE"]
            threads = self._refusals if REFUSED in environ else self._threads
            answer = await asyncio.get_running_loop().run_in_executor(threads, _answer, self._application, environ)
        await _send(answer, send)

    @contextmanager
    def _share(self) -> Iterator[Callable[[int], None]]:
        """Count this request's bytes in the memory for all bodies."""
        taken = 0

        def take(size: int) -> None:
            nonlocal taken
            taken += size
            self._together += size
            if self._together > self._max_total_size:
                raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE)

        try:
            yield take
        finally:
            self._together -= taken

    async def _body(self, environ: Environ, receive: Receive, take: Callable[[int], None]) -> bytes:
        length = int(environ.get("CONTENT_LENGTH", 0))
        if not length and "HTTP_TRANSFER_ENCODING" not in environ:
            return b""
        if length > self._max_size and "HTTP_EXPECT" in environ:
            # The client waits for `100 Continue` before it sends.
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        parts, size = [], 0
        try:
            async with asyncio.timeout(self._seconds):
                async for part in _parts(receive):
                    size += len(part)
                    # A body that is too large is read and dropped: most clients read only after they have sent all.
                    if size <= self._max_size:
                        take(len(part))
                        parts.append(part)
        except TimeoutError:
            raise RefusedError(HTTPStatus.REQUEST_TIMEOUT) from None
        if size > self._max_size:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return b"".join(parts)


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedError(HTTPStatus.BAD_REQUEST)
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _environ(scope: Message) -> Environ:
    """The request as WSGI has it, without its body."""
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # As it was sent: `path` has lost what is not UTF-8.
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": f"{scope['server'][1]}",
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" in name:
            # In WSGI it has the name of the header with hyphens, which a trusted proxy may have written.
            continue
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"
        separator = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    return environ


def _answer(application: Application, environ: Environ) -> Answer:
    """The application's whole answer: small enough, and its thread is free while a slow client reads."""
    start: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        start[:] = status, headers

    parts = application(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    status, headers = start
    lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return int(status.split(" ", 1)[0]), lines, body


async def _send(answer: Answer, send: Send) -> None:
    status, headers, body = answer
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
