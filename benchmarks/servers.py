#!/usr/bin/env python
"""Which server and worker model serves this toy best: gunicorn, granian and uvicorn, with and without a pool.

All serve the production image at the same time, and are asked in turns, by one thread of wrk, over 127.0.0.1. Prints
requests a second and how many times that of `gunicorn config.wsgi`; appends to benchmarks/history.jsonl. Makes a box
of its own and destroys it, or takes the running one of a folder: ``.venv/bin/python benchmarks/servers.py --box .``.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.history import append  # noqa: E402 - the path is known only now
from benchmarks.stack import STOCK, Samples, Server, running  # noqa: E402

GRANIAN = "GRANIAN_PORT=$port exec granian --interface wsgi config.wsgi:application"
# The production image's own command: the gateway's threads behind an event loop.
GATEWAY = "GRANIAN_PORT=$port exec granian config.asgi:application"
GTHREAD = "gunicorn --bind 127.0.0.1:$port config.wsgi --worker-class gthread"
MODELS = {
    "gunicorn sync": STOCK.command,
    "gunicorn gthread 4": f"{GTHREAD} --threads 4",
    "granian 4": f"GRANIAN_WORKERS=1 GRANIAN_BLOCKING_THREADS=4 {GRANIAN}",
    "uvicorn": "uvicorn --port $port --no-access-log asgi:application",
}
TWO = {
    "2 x gunicorn sync": f"{STOCK.command} --workers 2",
    "2 x gunicorn gthread 2": f"{GTHREAD} --workers 2 --threads 2",
    "2 x granian 2": f"GRANIAN_WORKERS=2 GRANIAN_BLOCKING_THREADS=2 {GRANIAN}",
    "2 x granian 1": f"GRANIAN_WORKERS=2 GRANIAN_BLOCKING_THREADS=1 {GRANIAN}",
    "2 x gateway 2": f"GRANIAN_WORKERS=2 WEB_THREADS=2 {GATEWAY}",
}
POOL = {"pool": "5", "no pool": "0"}
REFERENCE = "gunicorn sync, no pool"
TARGETS = ("liveness", "index", "vote", "hashed static")
ROUNDS, SECONDS, CONNECTIONS = 3, 2, 16


def servers() -> list[Server]:
    """Every model with and without a pool; two workers only with."""
    models = [(name, command, pool) for name, command in MODELS.items() for pool in POOL]
    models += [(name, command, "pool") for name, command in TWO.items()]
    return [Server(f"{name}, {pool}", command, {"POSTGRES_POOL_SIZE": POOL[pool]}) for name, command, pool in models]


def table(samples: Samples, memory: dict[str, float]) -> str:
    """Return the table, in Markdown: it goes into an ADR."""
    lines = [f"| server | {' | '.join(TARGETS)} | memory |", "|---" * (len(TARGETS) + 2) + "|"]
    for server, mebibytes in memory.items():
        cells = [
            f"{samples.median(server, target):.0f} ({samples.ratio(server, REFERENCE, target):.1f})"
            for target in TARGETS
        ]
        lines.append(f"| {server} | {' | '.join(cells)} | {mebibytes:.0f} MiB |")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, append; return 1 when a request was not answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--box", type=Path, metavar="FOLDER", help="take the running box of that clone")
    with running(parser.parse_args(argv).box) as stack:
        targets = stack.prepare()
        for server in servers():
            stack.start(server)
        samples = stack.ask({name: targets[name] for name in TARGETS}, ROUNDS, SECONDS, CONNECTIONS)
        memory = {server.name: stack.memory(server) for server in servers()}
    print(table(samples, memory))
    figures = {f"{s}, {t}": samples.median(s, t) for s in memory for t in TARGETS}
    append(ROOT, "servers", figures)
    for error in samples.errors():
        print("errors:", error, file=sys.stderr)
    return int(bool(samples.errors()))


if __name__ == "__main__":
    sys.exit(main())
