#!/usr/bin/env python
"""How many requests a second the production image answers, how late the slowest hundredth is, in how much memory.

Compares with `gunicorn config.wsgi` with stock settings, a connection for each request among them, the same with our
pool of connections, and nginx on the same static file. All serve at the same time and are asked in
turns, by one thread of wrk, over 127.0.0.1. The requests: benchmarks/load/targets.yaml. Makes a box of its own
and destroys it, or takes the running one of a folder: ``.venv/bin/python benchmarks/load.py --box .``.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.history import append  # noqa: E402 - the path is known only now
from benchmarks.stack import NGINX, PROD, STOCK, Samples, Server, running  # noqa: E402

POOL = replace(STOCK, name="gunicorn, stock, and our pool", environment={})
SERVERS = (PROD, STOCK, POOL, NGINX)
STATIC = "hashed static"
# How many times the requests of gunicorn with stock settings.
TARGETS = {"index": 2.0, STATIC: 2.0}
ROUNDS, SECONDS, CONNECTIONS = 5, 3, 16


def rows(samples: Samples, targets: Sequence[str]) -> Iterator[str]:
    """Return the table, in Markdown."""
    yield "| asked for | server | requests/s | p50 ms | p99 ms | times the requests of gunicorn, stock | target |"
    yield "|---" * 7 + "|"
    for target in targets:
        for server in asked(target):
            rps, p50, p99 = (samples.median(server.name, target, figure) for figure in ("rps", "p50", "p99"))
            ratio = samples.ratio(server.name, STOCK.name, target)
            wanted = TARGETS.get(target, "") if server == PROD else ""
            yield f"| {target} | {server.name} | {rps:.0f} | {p50:.1f} | {p99:.1f} | {ratio:.2f} | {wanted} |"


def asked(target: str) -> list[Server]:
    """Return who can answer: nginx has nothing but files."""
    return [server for server in SERVERS if server != NGINX or target == STATIC]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, append; return 1 when a target is missed or a request was not answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--box", type=Path, metavar="FOLDER", help="take the running box of that clone")
    with running(parser.parse_args(argv).box) as stack:
        targets = stack.prepare()
        for server in SERVERS:
            stack.start(server)
        plan = {name: {**target, "servers": [s.name for s in asked(name)]} for name, target in targets.items()}
        samples = stack.ask(plan, ROUNDS, SECONDS, CONNECTIONS)
        memory = {server.name: stack.memory(server) for server in SERVERS}
    print("\n".join(rows(samples, list(targets))))
    print("memory after it: " + ", ".join(f"{name} {mebibytes:.0f} MiB" for name, mebibytes in memory.items()))
    figures = {f"{s.name}, {t}, rps": samples.median(s.name, t) for t in targets for s in asked(t)}
    figures |= {f"{PROD.name}, {t}, p99 ms": samples.median(PROD.name, t, "p99") for t in targets}
    ratios = {t: samples.ratio(PROD.name, STOCK.name, t) for t in TARGETS}
    append(ROOT, "load", figures | {f"{t}, times stock": ratio for t, ratio in ratios.items()} | memory)
    for error in samples.errors():
        print("errors:", error, file=sys.stderr)
    return int(bool(samples.errors()) or any(ratios[t] < wanted for t, wanted in TARGETS.items()))


if __name__ == "__main__":
    sys.exit(main())
