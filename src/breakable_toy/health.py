"""Wait until a URL answers 200: ``python3 -m breakable_toy.health URL --timeout SECONDS``."""

import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from http import HTTPStatus

from breakable_toy.problem import Problem, report, uninterrupted
from breakable_toy.usage import Parser


def ask(url: str) -> str:
    """Return an empty string when ``url`` answers 200 within 5 s, otherwise what went wrong."""
    # A company's proxy must not be asked for a page of this very machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return "" if answer.status == HTTPStatus.OK else f"status {answer.status}"
    except urllib.error.HTTPError as error:
        # The toy says which of its checks failed.
        return f"status {error.code} {error.read(300).decode(errors='replace')}".strip()
    except OSError as error:
        return str(error)


def main(argv: Sequence[str] | None = None) -> int:
    """Return 0 as soon as the URL answers 200, 1 when it has not within the timeout (seconds)."""
    parser = Parser(prog="health", description="Wait until a URL answers 200.")
    parser.add_argument("url")
    parser.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS")
    arguments = parser.parse_args(argv)
    deadline = time.monotonic() + arguments.timeout
    while last := ask(arguments.url):
        if time.monotonic() > deadline:
            return report(
                [
                    Problem(
                        f"{arguments.url} did not answer within {arguments.timeout:.0f} s (last: {last}).",
                        "The box runs, but the toy in it is not healthy or its port is not forwarded.",
                        "Type: vagrant ssh -c 'cd /vagrant && docker compose ps && docker compose logs --tail 50'",
                    )
                ]
            )
        time.sleep(0.5)
    return 0


if __name__ == "__main__":
    sys.exit(uninterrupted(main))
