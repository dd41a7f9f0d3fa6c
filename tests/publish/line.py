"""A line to a registry that breaks once."""

import socketserver
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from tests.infra.front import pipe


class Line(socketserver.ThreadingTCPServer):
    """Hands on what is said. At the moment that was chosen, by all bytes sent and the last ones, it hangs up, once."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, when: Callable[[int, bytes], bool], then: Callable[[], None] = lambda: None) -> None:
        """Lead to the server on that port; call ``then`` before hanging up."""
        self.passed = 0
        self.broken = 0
        line, lock = self, Lock()

        def passes(said: bytes) -> None:
            with lock:
                line.passed += len(said)
                if line.broken or not when(line.passed, said):
                    return
                line.broken += 1
            then()
            raise ConnectionAbortedError

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    pipe(self.request, port, passes)

        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server_address[1]}"
