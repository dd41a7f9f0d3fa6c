#!/usr/bin/env python
"""How long a user waits: first start, start with caches, provision, an edit's way to the page; and the stack's memory.

Runs in a copy of this project, with another box and port, and destroys that box at the end. Prints a table
with the targets and appends one line of JSON to benchmarks/history.jsonl. Needs what ./scripts/test needs:
``.venv/bin/python benchmarks/journey.py``.
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.history import append  # noqa: E402 - the path is known only now
from tests.e2e.box import Box  # noqa: E402 - likewise
from tests.support.project import copy_project, free_port  # noqa: E402 - likewise

TEMPLATE = "app/polls/templates/polls/index.html"
TREE_FILES = 2000
EDITS = 10
# name: (target, unit)
TARGETS = {
    "destroy and up with caches": (90.0, "s"),
    "provision without change": (12.0, "s"),
    "changed tasks of that": (0.0, ""),
    f"edit to page, {TREE_FILES} files, median": (1.0, "s"),
    f"edit to page, {TREE_FILES} files, worst of {EDITS}": (1.0, "s"),
    "memory of the stack": (700.0, "MiB"),
}


def timed(action: Callable[[], object]) -> float:
    """Return the seconds that the action took."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def succeed(box: Box, *arguments: str) -> str:
    """Run a vagrant command; return its output, or stop with it."""
    run = box.vagrant(*arguments)
    if run.returncode != 0:
        raise SystemExit(run.stdout + run.stderr)
    return run.stdout


def edits(box: Box) -> list[float]:
    """Return the seconds from saving a template to seeing it through the forwarded port, EDITS times."""
    folder = box.folder / "app/polls/static/many"
    folder.mkdir()
    for number in range(TREE_FILES - sum(1 for path in box.folder.rglob("*") if path.is_file())):
        (folder / f"{number}.txt").write_text(str(number))
    succeed(box, "rsync")
    with (box.folder / ".rsync-auto.log").open("w") as log:
        watcher = subprocess.Popen(
            ["vagrant", "rsync-auto"], cwd=box.folder, env=box.environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            time.sleep(8)
            return [timed(partial(edit, box, number)) for number in range(EDITS)]
        finally:
            watcher.terminate()
            watcher.wait()


def edit(box: Box, number: int) -> None:
    """Save a template with a mark, and wait until the page has it."""
    template, mark = box.folder / TEMPLATE, f"edit {number} of many"
    template.write_text(template.read_text().replace("</h1>", f" {mark}</h1>", 1))
    for _ in range(3000):
        if mark in requests.get(box.url, timeout=10).text:
            return
        time.sleep(0.01)
    raise SystemExit(f"edit {number} never arrived")


def memory(box: Box) -> float:
    """Return the MiB that the containers' processes use together: proportional set sizes, read from the kernel.

    `docker stats` shows zeros in a Docker that runs inside a container.
    """
    pids = "for c in $(docker ps --quiet); do docker top $c -o pid | tail -n +2; done"
    told = box.inside(f"for p in $({pids}); do sudo grep ^Pss: /proc/$p/smaps_rollup; done")
    return sum(int(kib) for kib in re.findall(r"Pss:\s+(\d+) kB", told)) / 1024


def measure(provider: str) -> dict[str, float]:
    """Return the figures of one whole journey."""
    with tempfile.TemporaryDirectory(prefix="toy benchmark ") as temporary:
        box = Box(Path(temporary) / "toy", free_port(), provider)
        copy_project(box.folder)
        (box.folder / ".venv").symlink_to(ROOT / ".venv")
        up = ("up", f"--provider={provider}")
        try:
            figures = {"first up": timed(lambda: succeed(box, *up))}
            figures["destroy and up with caches"] = timed(lambda: (succeed(box, "destroy", "-f"), succeed(box, *up)))
            start = time.perf_counter()
            told = succeed(box, "provision")
            figures["provision without change"] = time.perf_counter() - start
            figures["changed tasks of that"] = float(re.findall(r"changed=(\d+)", told)[-1])
            figures["memory of the stack"] = memory(box)
            seen = edits(box)
            figures[f"edit to page, {TREE_FILES} files, median"] = statistics.median(seen)
            figures[f"edit to page, {TREE_FILES} files, worst of {EDITS}"] = max(seen)
        finally:
            box.vagrant("destroy", "-f")
    return figures


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, append; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--provider", default="docker")
    provider = parser.parse_args(argv).provider
    figures = measure(provider)
    missed = 0
    print(f"{'figure':<42} {'measured':>10} {'target':>8}")
    for name, figure in figures.items():
        target, unit = TARGETS.get(name, (None, "s"))
        missed += target is not None and figure > target
        print(f"{name:<42} {figure:>6.1f} {unit:<3} {'' if target is None else target:>8}")
    append(ROOT, f"journey {provider}", figures)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
