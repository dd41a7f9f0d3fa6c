"""The tests' HTTPS hosts: a proxy that leads every name to its own server, or of this machine."""

import select
import socket
import ssl
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

CLOUDFRONT = "*.cloudfront.net"


def pipe(client: socket.socket, port: int, passes: Callable[[bytes], None] = lambda _: None) -> None:
    """Hand on what a client and the server on that port say, until one has gone; ``passes`` sees the client's."""
    with socket.create_connection(("127.0.0.1", port)) as server:
        while True:
            waiting = isinstance(client, ssl.SSLSocket) and client.pending()
            for source in [client] if waiting else select.select([client, server], [], [])[0]:
                said = source.recv(65536)
                if not said:
                    return
                if source is client:
                    passes(said)
                (server if source is client else client).sendall(said)


class Front:
    """Answers ``https://NAME.cloudfront.net`` for programs that take it for their proxy and trust its authority.

    Or other names: ``ports`` says for the end of a name which server of this machine is behind it.
    """

    def __init__(self, folder: Path, names: Sequence[str] = (CLOUDFRONT,), ports: Mapping[str, int] = {}) -> None:
        """Make a certificate in that folder, and begin to answer."""
        self.authority = folder / "front.pem"
        key = folder / "front.key"
        make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=front"
        subject = f"subjectAltName={','.join(f'DNS:{name}' for name in names)}"
        files = ["-addext", subject, "-keyout", str(key), "-out", str(self.authority)]
        subprocess.run([*make.split(), *files], check=True, capture_output=True)
        self.status = 200
        # The answers before that one: their status, and who gives them.
        self.first: list[tuple[int, str]] = []
        self.asked: list[str] = []
        self.ports = dict(ports)
        front = self
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.authority, key)

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                name = self.path.partition(":")[0]
                # A client that does not trust the certificate disconnects.
                with suppress(OSError), context.wrap_socket(self.connection, server_side=True) as connection:
                    for end, port in front.ports.items():
                        if name.endswith(end):
                            pipe(connection, port)
                            break
                    else:
                        self.answer(name, connection)
                self.close_connection = True

            def answer(self, name: str, connection: ssl.SSLSocket) -> None:
                request = connection.recv(65536).decode()
                front.asked.append(f"https://{name}{request.split()[1]}")
                status, by = front.first.pop(0) if front.first else (front.status, "gunicorn")
                body = f"status {status}"
                head = f"HTTP/1.1 {status} .\r\nServer: {by}\r\nContent-Length: {len(body)}\r\nConnection: close"
                connection.sendall(f"{head}\r\n\r\n{body}".encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
