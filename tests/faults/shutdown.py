"""Stop the toy's server under load and count what became of the requests. Runs in the box.

usage: shutdown.py SERVICE      prints the counts as JSON

It asks from inside the server's own network: Docker's port forwarding would
accept connections that the server never sees.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException

READERS = 16
DEADLINE_SECONDS = 60
BEFORE = 10 * READERS  # answers, which prove the load also on a busy machine
# A reader that keeps its connection, and one that makes a new one for each request.
MANNERS = ("keep-alive", "close")


def read(manner: str, stop: threading.Event, seen: list[str]) -> None:
    """Ask for the first page again and again until the server takes no more connections; add what became of each."""
    connection = HTTPConnection("127.0.0.1", 8000, timeout=30)
    headers = {"Host": "localhost", "X-Forwarded-Proto": "https", "Connection": manner}
    while not stop.is_set():
        fresh, response = connection.sock is None, None
        try:
            if fresh:
                connection.connect()
        except OSError:
            seen.append("refused")
            return
        # http.client closes its own when the answer fails.
        wire = connection.sock.dup()
        try:
            connection.request("GET", "/", headers=headers)
            response = connection.getresponse()
            response.read()
            seen.append(f"{response.status}")
        except (OSError, HTTPException) as error:
            seen.append(failure(error, fresh, response is not None, wire))
            connection.close()
        finally:
            wire.close()


def failure(error: Exception, is_fresh: bool, is_answered: bool, wire: socket.socket) -> str:
    """Return the kind of failure that a request met."""
    if is_answered:
        return f"cut off: {type(error).__name__}"
    if not is_fresh:
        # A server may close an idle connection; a request that meets this was never accepted.
        return f"rested: {type(error).__name__}"
    # The kernel accepts connections before the server does, and resets those with an unread request when a worker
    # closes its socket. After a request that was read, the client would see a connection's end, not a reset.
    if isinstance(error, ConnectionResetError) or not is_delivered(wire):
        return "unread"
    return f"dropped: {type(error).__name__}"


def is_delivered(wire: socket.socket) -> bool:
    """Whether the server's kernel acknowledged more than the connection itself (`tcpi_bytes_acked` of Linux)."""
    info = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return int.from_bytes(info[120:128], sys.byteorder) > 1


def load() -> None:
    """Run the readers until the server is gone. Prints a line once there is load, and at its end the counts."""
    stop, deadline = threading.Event(), time.monotonic() + DEADLINE_SECONDS
    seen: list[list[str]] = [[] for _ in range(READERS)]
    readers = [
        threading.Thread(target=read, args=(MANNERS[n % 2], stop, mine), daemon=True) for n, mine in enumerate(seen)
    ]
    for reader in readers:
        reader.start()
    while sum(map(len, seen)) < BEFORE:
        if time.monotonic() > deadline or not all(reader.is_alive() for reader in readers):
            sys.exit(f"There is no load: {dict(counted(seen))}")
        time.sleep(0.01)
    print("loaded", flush=True)
    for reader in readers:
        reader.join(max(0, deadline - time.monotonic()))
    stop.set()
    print(json.dumps(counted(seen)))


def counted(seen: list[list[str]]) -> Counter[str]:
    """Count the outcomes of all readers."""
    return Counter(outcome for mine in seen for outcome in mine)


def main(service: str) -> None:
    """Start the load in the server's network, then stop the server as a deploy does."""
    name = f"toy-{service}-1"
    find = ["docker", "inspect", "--format", "{{.State.Pid}}", name]
    pid = subprocess.run(find, check=True, capture_output=True, text=True).stdout.strip()
    enter = ["sudo", "nsenter", "--net", "--target", pid, sys.executable, __file__, "--load"]
    with subprocess.Popen(enter, stdout=subprocess.PIPE, text=True) as readers:
        assert readers.stdout
        if not readers.stdout.readline():
            # They have said why.
            sys.exit(1)
        started = time.monotonic()
        subprocess.run(["docker", "stop", name], check=True, capture_output=True)
        seconds = time.monotonic() - started
        seen = json.load(readers.stdout)
    subprocess.run(["docker", "start", name], check=True, capture_output=True)
    print(json.dumps({"seen": seen, "seconds": seconds}))


if __name__ == "__main__":
    load() if sys.argv[1] == "--load" else main(sys.argv[1])
