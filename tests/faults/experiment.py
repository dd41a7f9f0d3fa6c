"""Take the database away from the running toy, watch it from outside, give it back. Runs in the box.

usage: experiment.py FAULT PORT...      prints what it saw, as JSON
"""

import json
import subprocess
import sys
import threading
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from itertools import product
from typing import Any

LASTS_SECONDS = 8
PAGES = (
    "/",
    "/near/?lat=39.95&lon=-75.16&radius=2000",
    # Before the view, the user is looked up in the table of sessions.
    "/admin/login/",
    "/health-check/",
    "/health-check/live/",
)
# As many readers at once as make threads scarce.
READERS = {"/": 8}
# Like a load balancer's probe, where only liveness answers.
BY_ADDRESS = {"Host": "10.0.0.1"}
BEHIND_BALANCER = {"X-Forwarded-Proto": "https", "Host": "localhost", "Cookie": f"sessionid={32 * 'a'}"}


def packets(action: str) -> str:
    """Return the command that has the database's network drop everything (I), or not any more (D)."""
    enter = "sudo nsenter --net --target $(docker inspect --format '{{.State.Pid}}' toy-database-1)"
    return f"{enter} iptables -{action} INPUT ! -i lo -j DROP && {enter} iptables -{action} OUTPUT ! -o lo -j DROP"


def suffix(word: str) -> str:
    """Return the command that makes the password the right one with a word at its end."""
    psql = f"""sh -c 'psql --quiet --username postgres --set new="${{POSTGRES_PASSWORD}}{word}"'"""
    return f"""echo "alter role toy password :'new'" | docker compose exec -T database {psql}"""


FAULTS = {
    "stopped": ("docker compose stop database", "docker compose start database"),
    "frozen": ("docker compose pause database", "docker compose unpause database"),
    "cut off": (packets("I"), packets("D")),
    "password changed": (suffix("x"), suffix("")),
}


def ask(port: int, path: str, timeout: float = 60) -> dict[str, Any]:
    """Return what the toy answers, and after how many seconds."""
    started = time.monotonic()
    headers = BY_ADDRESS if path.endswith("/live/") else BEHIND_BALANCER
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        status, body = response.status, response.read().decode()
    except (OSError, HTTPException) as error:
        status, body = 0, repr(error)
    return {"port": port, "path": path, "status": status, "body": body, "seconds": time.monotonic() - started}


def watch(ports: list[int], until: float) -> list[dict[str, Any]]:
    """Ask each server for each page, again and again, all at the same time."""
    seen = []

    def read(port: int, path: str) -> None:
        while time.monotonic() < until:
            began = time.monotonic()
            seen.append({"at": began, **ask(port, path)})
            time.sleep(0.1)

    tasks = [task for task in product(ports, PAGES) for _ in range(READERS.get(task[1], 1))]
    readers = [threading.Thread(target=read, args=task) for task in tasks]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return seen


def recovery(ports: list[int], limit: float = 60) -> list[dict[str, Any]]:
    """Return after how many seconds each page is there again."""
    started, seen = time.monotonic(), []
    for port, path in product(ports, PAGES):
        while ask(port, path)["status"] != HTTPStatus.OK and time.monotonic() - started < limit:
            time.sleep(0.1)
        seen.append({"port": port, "path": path, "seconds": time.monotonic() - started})
    return seen


def shell(command: str) -> None:
    """Run a command of this file."""
    subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL)


def main(fault: str, *ports: str) -> None:
    """Print the answers before and during the fault, and how long the recovery took."""
    servers = [int(port) for port in ports]
    begin, end = FAULTS[fault]
    # So that each server has connections to lose.
    before = watch(servers, time.monotonic() + 2)
    shell(begin)
    started = time.monotonic()
    try:
        during = watch(servers, started + LASTS_SECONDS)
    finally:
        shell(end)
    # A database that starts is back when it answers.
    shell("until docker compose exec -T database postgis-ready; do sleep 0.1; done")
    recovered = recovery(servers)
    for answer in during:
        answer["at"] -= started
    print(json.dumps({"before": before, "during": during, "recovered": recovered}))


if __name__ == "__main__":
    main(*sys.argv[1:])
