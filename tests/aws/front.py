"""What visitors of CloudFront reach, for the tests: a proxy that leads every name to a server of its own, by HTTPS."""

import ssl
import subprocess
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


class Front:
    """Answers ``https://NAME.cloudfront.net`` for programs that take it for their proxy and trust its authority."""

    def __init__(self, folder: Path) -> None:
        """Make a certificate in that folder, and begin to answer."""
        self.authority = folder / "front.pem"
        key = folder / "front.key"
        make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=front"
        names = ["-addext", "subjectAltName=DNS:*.cloudfront.net", "-keyout", str(key), "-out", str(self.authority)]
        subprocess.run([*make.split(), *names], check=True, capture_output=True)
        self.status = 200
        self.asked: list[str] = []
        front = self
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.authority, key)

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                name = self.path.partition(":")[0]
                # Who does not trust the certificate goes away.
                with suppress(OSError), context.wrap_socket(self.connection, server_side=True) as connection:
                    request = connection.recv(65536).decode()
                    front.asked.append(f"https://{name}{request.split()[1]}")
                    body = f"status {front.status}"
                    head = f"HTTP/1.1 {front.status} .\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                    connection.sendall((head + body).encode())
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
