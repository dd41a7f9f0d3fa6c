"""A proxy for apt that can break: runs in the machine, on 127.0.0.1:3142.

While /tmp/broken exists, every package's download stops in the middle. Notes each address in /tmp/proxied.
"""

import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Proxy(BaseHTTPRequestHandler):
    """Hands on what it is asked for."""

    def do_GET(self) -> None:
        """Answer with the archive's answer, or half of it."""
        with Path("/tmp/proxied").open("a") as file:  # noqa: S108 - in a machine of the test's own
            file.write(f"{self.path}\n")
        names = ("If-Modified-Since", "Range", "If-Range")
        wanted = {name: self.headers[name] for name in names if name in self.headers}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(self.path, headers=wanted))  # noqa: S310 - apt's own
        except urllib.error.HTTPError as error:
            answer = error
        body = answer.read()
        self.send_response(answer.status)
        for name in ("Last-Modified", "Content-Type", "Content-Range"):
            if answer.headers[name]:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        broken = self.path.endswith(".deb") and Path("/tmp/broken").exists()  # noqa: S108
        self.wfile.write(body[: len(body) // 2] if broken else body)


ThreadingHTTPServer(("127.0.0.1", 3142), Proxy).serve_forever()
