"""Ask several servers for several pages, in turns, so that a slow minute of the machine hits all of them.

usage: rounds.py PLAN      the plan and the samples are JSON, see `benchmarks/stack.py`

Runs next to the servers, and sends requests to 127.0.0.1 only.
"""

import json
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection, HTTPException
from itertools import product
from typing import Any

# The headers of a load balancer; and the same bytes from each server.
HEADERS = {"Host": "localhost", "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
START_SECONDS = 30


def check(port: int, target: dict[str, Any]) -> None:
    """Wait for the server; stop when it answers with another status than the target's."""
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
            headers = HEADERS | target.get("headers", {})
            connection.request(target.get("method", "GET"), target["path"], target.get("body"), headers)
            response = connection.getresponse()
            break
        except (OSError, HTTPException) as error:
            if time.monotonic() > end:
                sys.exit(f"port {port}: {error}")
            time.sleep(0.2)
    if response.status != target.get("status", 200):
        sys.exit(f"port {port}, {target['path']}: {response.status} {response.read(300)!r}")


def script(target: dict[str, Any]) -> str:
    """Write wrk's Lua for this request; return the file's name."""
    lines = [f"wrk.method = {json.dumps(target.get('method', 'GET'))}"]
    if body := target.get("body"):
        lines.append(f"wrk.body = {json.dumps(body)}")
    for name, value in (HEADERS | target.get("headers", {})).items():
        lines.append(f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}")
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as file:
        file.write("\n".join([*lines, 'dofile("/load/report.lua")']))
    return file.name


def wrk(port: int, target: dict[str, Any], seconds: float, connections: int) -> dict[str, float]:
    """Ask one server for one page for a while; return requests a second, latencies in ms, and errors."""
    command = ["wrk", "--threads=1", f"--connections={connections}", f"--duration={seconds}s", "--timeout=10s"]
    command += [f"--script={script(target)}", f"http://127.0.0.1:{port}{target['path']}"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(output.splitlines()[-1]))


def main() -> None:
    """Warm up, ask, print the samples."""
    plan = json.loads(sys.argv[1])
    servers, targets = plan["servers"], plan["targets"]
    pairs = [(s, t) for t, s in product(targets, servers) if s in targets[t].get("servers", servers)]
    for server, target in pairs:
        check(servers[server], targets[target])
        wrk(servers[server], targets[target], 1, plan["connections"])
    samples: list[dict[str, Any]] = []
    for turn in range(plan["rounds"]):
        # Each second round the other way: what comes first has no advantage.
        for server, target in pairs[:: -1 if turn % 2 else 1]:
            seen = wrk(servers[server], targets[target], plan["seconds"], plan["connections"])
            samples.append({"round": turn, "server": server, "target": target, **seen})
    print(json.dumps(samples))


if __name__ == "__main__":
    main()
