"""A proxy before moto, which lets pass what is asked and answered, or changes it as a test wants."""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

# Of an action such as DescribeTasks: an answer instead of AWS's (status and an object), or none.
Before = Callable[[str], tuple[int, dict[str, Any]] | None]
# Of an action and AWS's answer: another answer.
After = Callable[[str, dict[str, Any]], dict[str, Any]]


class Server(ThreadingHTTPServer):
    """One that lets all of Terraform's connections wait for their turn."""

    daemon_threads = True
    request_queue_size = 128


def refusal(told: dict[str, Any], *, is_json: bool) -> tuple[dict[str, str], bytes]:
    """Return an error as AWS's newer services write it, or its older ones."""
    if is_json:
        return {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(told).encode()
    error = (
        f"<Error><Code>{told['__type'].removesuffix('Exception')}</Code><Message>{told['message']}</Message></Error>"
    )
    # EC2 has a list of them.
    return {"Content-Type": "text/xml"}, f"<ErrorResponse>{error}<Errors>{error}</Errors></ErrorResponse>".encode()


class Faults:
    """Listens on a free port."""

    def __init__(self, port: int) -> None:
        """Stand before the server on that port of 127.0.0.1."""
        self.before: Before = lambda _: None
        self.after: After = lambda _, answer: answer
        self.lock = Lock()
        self.answered: dict[str, tuple[int, dict[str, str], bytes]] = {}
        faults = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                action = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
                if not action and (found := re.search(rb"Action=(\w+)", body)):
                    action = found[1].decode()
                instead = faults.before(action)
                if instead:
                    status, told = instead
                    headers, answered = refusal(told, is_json="X-Amz-Target" in self.headers)
                else:
                    status, headers, answered = self.passed_on(port, body)
                    if headers.get("Content-Type", "").startswith("application/x-amz-json") and status == 200:
                        answered = json.dumps(faults.after(action, json.loads(answered or b"{}"))).encode()
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                        self.send_header(name, value)
                length = headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(answered))
                self.send_header("Content-Length", length)
                self.end_headers()
                self.wfile.write(answered)

            # One for all that AWS is asked by.
            do_DELETE = do_GET = do_HEAD = do_PATCH = do_POST = do_PUT = answer  # noqa: N815 - http.server's names

            def passed_on(self, port: int, body: bytes) -> tuple[int, dict[str, str], bytes]:
                # A client that has missed an answer asks again. AWS then gives the same one; moto would do it twice.
                asked = self.headers.get("amz-sdk-invocation-id", "")
                # Asked by several at a time, moto may do what is asked and answer that it could not.
                with faults.lock:
                    if asked in faults.answered:
                        return faults.answered[asked]
                    connection = HTTPConnection("127.0.0.1", port, timeout=120)
                    connection.request(self.command, self.path, body, dict(self.headers))
                    response = connection.getresponse()
                    answer = response.status, dict(response.headers), response.read()
                    connection.close()
                    if asked and response.status == HTTPStatus.OK:
                        faults.answered[asked] = answer
                return answer

            def log_message(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def none(self) -> None:
        """Let everything pass again."""
        self.before = lambda _: None
        self.after = lambda _, answer: answer

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
