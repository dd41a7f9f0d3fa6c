"""Send the toy's server 200 requests that do not end, of all kinds, and ask for its liveness. Runs in the box.

usage: clients.py PORT      prints what became of them, as JSON
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from contextlib import suppress
from itertools import cycle, islice, repeat

CLIENTS = 200
PATIENCE_SECONDS = 25
PAUSE_SECONDS = 0.25
MEBIBYTE = 1024 * 1024
LIVENESS = b"GET /health-check/live/ HTTP/1.1\r\nHost: 10.0.0.1\r\nConnection: close\r\n\r\n"
HEAD = b"POST /polls/1/vote/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n"
FORM = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n"
LENGTH = b"Content-Length: 100000\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"

# The pieces that each client sends, with a pause after each.
KINDS: dict[str, list[bytes]] = {
    "no body": [FORM + LENGTH + b"\r\n"],
    "dripping body": [FORM + LENGTH + b"\r\n", *repeat(b"a", 100)],
    "half a body": [FORM + b"Content-Length: %d\r\n\r\n" % MEBIBYTE, bytes(MEBIBYTE - 1)],
    "endless chunks": [FORM + CHUNKED + b"\r\n", *repeat(b"1\r\na\r\n", 100)],
    "large chunks": [FORM + CHUNKED + b"\r\n", *repeat(b"10000\r\n" + bytes(65536) + b"\r\n", 100)],
    "expectation": [FORM + LENGTH + b"Expect: 100-continue\r\n\r\n"],
    "large expectation": [FORM + b"Content-Length: 300000000\r\nExpect: 100-continue\r\n\r\n"],
    "pipelined": [FORM + b"Content-Length: 1\r\n\r\na" + FORM + LENGTH + b"\r\n"],
    "get with a body": [HEAD.replace(b"POST /polls/1/vote/", b"GET /") + LENGTH + b"\r\n"],
    "multipart": [HEAD + LENGTH + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"],
    "dripping head": [HEAD, *repeat(b"X", 100)],
    "no head": [],
    "http/2": [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(6) + b"\x04" + bytes(2)],
}


async def send(writer: asyncio.StreamWriter, pieces: list[bytes]) -> None:
    """Send the pieces, slowly."""
    with suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(PAUSE_SECONDS)


async def status(port: int, pieces: list[bytes], patience: float = PATIENCE_SECONDS) -> str:
    """Send the pieces; return the last answer's status, `closed` for a connection without, `waiting` for neither."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sending = asyncio.create_task(send(writer, pieces))
    answer, end = b"", "closed"
    try:
        async with asyncio.timeout(patience):
            while received := await reader.read(65536):
                answer += received
    except ConnectionError:
        pass
    except TimeoutError:
        end = "waiting"
    finally:
        sending.cancel()
        writer.transport.abort()
    statuses = [line.split()[1].decode() for line in answer.splitlines() if line.startswith(b"HTTP/1.1 ")]
    return statuses[-1] if statuses else end


async def main(port: int) -> None:
    """Print the ends of the clients, by kind, and the seconds that each answer of the liveness check took."""
    names = [*islice(cycle(KINDS), CLIENTS)]
    clients = [asyncio.create_task(status(port, KINDS[name])) for name in names]
    alive = []
    while not all(one.done() for one in clients):
        started = time.monotonic()
        answer = await status(port, [LIVENESS], 10)
        alive.append((answer, time.monotonic() - started))
        await asyncio.sleep(PAUSE_SECONDS)
    ends = defaultdict(set)
    for name, one in zip(names, clients, strict=True):
        ends[name].add(one.result())
    print(json.dumps({"ends": {name: sorted(end) for name, end in ends.items()}, "liveness": alive}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
