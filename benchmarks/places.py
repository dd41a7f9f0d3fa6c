#!/usr/bin/env python
"""How long a request among a million places takes, and how a file of a million loads.

Asks for the nearest ones, and for 500 in a box of degrees.
Runs in a copy of this project, with another box and port, on the production image, one request after the other
over 127.0.0.1; destroys that box at the end. Prints a table with the targets, the database's plan where one is
missed, and appends one line of JSON to benchmarks/history.jsonl: ``.venv/bin/python benchmarks/places.py``.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.history import append  # noqa: E402 - the path is known only now
from tests.e2e.box import Box  # noqa: E402
from tests.support.project import copy_project, free_port  # noqa: E402

PLACES, IN_BOX = 1_000_000, 500
# The area of make_polls, less a margin for the boxes.
WEST, SOUTH, EAST, NORTH = -76.1, 39.1, -74.3, 40.9
# Degrees: a little more than 500 places lie in such a box, and the limit cuts them to 500.
SIDE = 0.048
WARM_UP, REQUESTS = 50, 300
# The headers of a load balancer: without them, the app redirects to HTTPS.
HEADERS = {"Host": "localhost", "X-Forwarded-Proto": "https"}
COMPOSE = "docker compose -f compose.yaml -f benchmarks/places.yaml"
# name: (target in ms, which percentile)
TARGETS = {
    "near me, page, p50": 5.0,
    "box of 500 places, GeoJSON, p95": 60.0,
    # In the container of the running toy, which has 256, too.
    "load_places, a million rows, peak MiB": 160.0,
}
PLANS = """
from django.contrib.gis.geos import Point
from django.db import connection
from polls.models import Question
from polls.near import NEAREST
place, question = Point(-75.2, 40, srid=4326), Question.objects.latest("pk")
with connection.cursor() as cursor:
    cursor.execute("explain (analyze, buffers)" + NEAREST, {"here": place.ewkt, "radius": 1_000_000, "limit": 10})
    print(*(line for (line,) in cursor), sep=chr(10))
for choices in (
    question.choices.nearest_to(place)[:20],
    question.choices.in_bbox(-75.2, 40, -75.152, 40.048)[:501],
):
    print(choices.explain(analyze=True, buffers=True))
"""
# A file of places, and what loading it from standard input takes in memory.
ROWS = f"""
from random import uniform
print("text,lat,lon")
for number in range({PLACES}):
    print(f"Tree \\N{{deciduous tree}} {{number}},{{uniform({SOUTH}, {NORTH})}},{{uniform({WEST}, {EAST})}}")
"""
PEAK = """
import resource, subprocess
command = ["python", "manage.py", "load_places", "-", "--question", "Which tree?"]
subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""

Ask = Callable[[float, float], str]


def milliseconds(port: int, ask: Ask, features: int | None = None) -> list[float]:
    """Return the sorted durations of REQUESTS requests at random places, over one connection; stop on a bad answer."""
    chance, connection = random.Random(1), HTTPConnection("127.0.0.1", port, timeout=30)  # noqa: S311 - no secret
    took = []
    for _ in range(WARM_UP + REQUESTS):
        path = ask(chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH))
        start = time.perf_counter()
        connection.request("GET", path, headers=HEADERS)
        response = connection.getresponse()
        body = response.read()
        took.append((time.perf_counter() - start) * 1000)
        if response.status != 200 or (features and len(json.loads(body)["features"]) != features):  # noqa: PLR2004
            raise SystemExit(f"{path}: {response.status} {body[:300]!r}")
    return sorted(took[WARM_UP:])


def exists(port: int, path: str) -> bool:
    """Whether the toy has this page."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=HEADERS)
    return connection.getresponse().status == 200  # noqa: PLR2004


def shell(box: Box, python: str) -> str:
    """Return what Python code prints in Django's shell."""
    return box.inside(f"{COMPOSE} exec -T web python manage.py shell --verbosity 0 --command '{python}'").strip()


def requests(box: Box, question: int) -> dict[str, float]:
    """Return the figures in milliseconds."""
    page = f"/polls/{question}/places.geojson"
    floor = milliseconds(box.port, lambda lon, lat: "/health-check/live/")
    near = milliseconds(box.port, lambda lon, lat: f"{page}?limit=20&near={lon},{lat}", 20)
    within = milliseconds(box.port, lambda lon, lat: f"{page}?limit=20&near={lon},{lat}&radius=1000")
    boxes = milliseconds(
        box.port, lambda lon, lat: f"{page}?limit={IN_BOX}&bbox={lon},{lat},{lon + SIDE},{lat + SIDE}", IN_BOX
    )
    figures = {
        "an answer without database, p50": statistics.median(floor),
        "near, 20 places, GeoJSON, p50": statistics.median(near),
        "near and radius, GeoJSON, p50": statistics.median(within),
        "box of 500 places, GeoJSON, p50": statistics.median(boxes),
        "box of 500 places, GeoJSON, p95": boxes[int(len(boxes) * 0.95)],
    }
    if exists(box.port, "/near/?lat=40&lon=-75.2"):
        pages = milliseconds(box.port, lambda lon, lat: f"/near/?lat={lat}&lon={lon}&radius=1000")
        figures["near me, page, p50"] = statistics.median(pages)
    return figures


def loading(box: Box) -> dict[str, float]:
    """Return what a million rows take in a container of their own, and what visitors notice of it."""
    command = f"PYTHONIOENCODING=utf-8 python3 -c '{ROWS}' | {COMPOSE} run --rm -T web python -c '{PEAK}'"
    start, pages = time.perf_counter(), []
    with ThreadPoolExecutor(1) as other:
        load = other.submit(box.inside, command)
        while not load.done():
            pages += milliseconds(box.port, lambda lon, lat: "/")
    return {
        "load_places, a million rows, seconds": time.perf_counter() - start,
        "load_places, a million rows, peak MiB": float(load.result()),
        "first page while they load, p50": statistics.median(pages),
    }


def measure(box: Box) -> dict[str, float]:
    """Return the figures of a box with a million places in one question; print the plans where a target is missed."""
    machine = box.vagrant("up", "--provider=docker")
    if machine.returncode != 0:
        raise SystemExit(machine.stdout + machine.stderr)
    box.inside(f"docker buildx bake web-prod && {COMPOSE} up --detach --wait web")
    start = time.perf_counter()
    box.inside(f"{COMPOSE} exec -T web python manage.py make_polls 1 --choices {PLACES}")
    figures = {"make_polls, a million places, seconds": time.perf_counter() - start}
    question = int(shell(box, 'from polls.models import Question; print(Question.objects.latest("pk").pk)'))
    figures |= requests(box, question)
    if missed(figures):
        print(shell(box, PLANS))
    figures |= loading(box)
    return figures


def missed(figures: dict[str, float]) -> list[str]:
    """Return the names of the figures that miss their target."""
    return [name for name, target in TARGETS.items() if figures.get(name, 0) > target]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, append; return 1 when a target is missed."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="toy benchmark ") as temporary:
        box = Box(Path(temporary) / "toy", free_port(), "docker")
        copy_project(box.folder)
        (box.folder / ".venv").symlink_to(ROOT / ".venv")
        try:
            figures = measure(box)
        finally:
            box.vagrant("destroy", "-f")
    print(f"{'figure':<42} {'measured':>10} {'target':>8}")
    for name, figure in figures.items():
        print(f"{name:<42} {figure:>10.2f} {TARGETS.get(name, ''):>8}")
    append(ROOT, "places", figures)
    return int(bool(missed(figures)))


if __name__ == "__main__":
    sys.exit(main())
