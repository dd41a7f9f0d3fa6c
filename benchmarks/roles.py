#!/usr/bin/env python
"""Measure a role and any other role that does the same: on a bare machine, and once more without change.

Each run has a fresh box (the container that Vagrant's docker provider starts), the two roles take turns, and
ratios are taken round by round. Packages come from what boxes of this host keep, after one round that is not counted.
The variables of both are in benchmarks/peers:
``.venv/bin/python benchmarks/roles.py --peer ~/roles/geerlingguy.docker``.
"""

import argparse
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "src"))

from benchmarks.beside import no_role, not_applied  # noqa: E402 - the paths are known only now
from benchmarks.history import append  # noqa: E402
from tests.refusals.machine import ROLES, machine, play  # noqa: E402

from breakable_toy.problem import Problem, report  # noqa: E402

RUNS = ("first", "second")
# The part of geerlingguy.docker's time that ours may take, both with Debian's packages, on Debian 13.
TARGETS = {"docker": {"first": 0.65, "second": 0.5}}


def variables(role: Path) -> dict[str, Any]:
    """Return what a role of that name is called with."""
    file = ROOT / "benchmarks/peers" / f"{role.name}.yml"
    return yaml.safe_load(file.read_text()) if file.is_file() else {}


def measure(role: Path, debian: int) -> list[float] | Problem:
    """Return the seconds of the first run and of the second, on a fresh box that knows what packages there are."""
    with tempfile.TemporaryDirectory(prefix="toy-") as folder, contextmanager(machine)(Path(folder), debian) as box:
        box.run("apt-get --quiet update")
        seconds = []
        for _ in RUNS:
            start = time.monotonic()
            done = play(box.folder, role.name, box.inventory, variables(role), roles=role.parent)
            seconds.append(time.monotonic() - start)
            if done.returncode != 0:
                return not_applied(role, done.stdout)
        return seconds


def summary(ours: Path, peer: Path, rounds: list[dict[Path, list[float]]], debian: int) -> int:
    """Print and record the medians; return 1 where a target is missed."""
    figures: dict[str, float] = {}
    missed = False
    print(f"\n{'run':8}{ours.name:>12}{peer.name:>24}{'ratio':>8}{'target':>8}")
    for index, run in enumerate(RUNS):
        mine, theirs = (statistics.median(taken[role][index] for taken in rounds) for role in (ours, peer))
        ratio = statistics.median(taken[ours][index] / taken[peer][index] for taken in rounds)
        figures |= {f"{run}, s": mine, f"{run}, {peer.name}, s": theirs, f"{run}, ratio": ratio}
        target = TARGETS.get(ours.name, {}).get(run, 1)
        missed |= ratio > target
        print(f"{run:8}{mine:10.1f} s{theirs:22.1f} s{ratio:8.2f}{target:8.2f}")
    append(ROOT, f"role {ours.name}, Debian {debian}", figures)
    return int(missed)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure round by round; return 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--role", default="docker", help="ours, by its name (default: docker)")
    parser.add_argument("--peer", type=Path, required=True, metavar="FOLDER", help="the role to compare with")
    parser.add_argument("--debian", type=int, choices=(12, 13), default=13, help="the box's release (default: 13)")
    parser.add_argument("--rounds", type=int, default=3, help="how many are counted (default: 3)")
    arguments = parser.parse_args(argv)
    ours, peer = ROLES / arguments.role, arguments.peer.expanduser().resolve()
    if problems := [problem for problem in map(no_role, (ours, peer)) if problem]:
        return report(problems)
    # To be stopped is to be interrupted: either way the boxes go.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    rounds: list[dict[Path, list[float]]] = []
    try:
        subprocess.run([ROOT / "scripts/box", "container", "--debian", str(arguments.debian)], check=True)
        for number in range(arguments.rounds + 1):
            taken: dict[Path, list[float]] = {}
            # The second has the warmer cache: they take turns.
            for role in (ours, peer) if number % 2 else (peer, ours):
                seconds = measure(role, arguments.debian)
                if isinstance(seconds, Problem):
                    return report([seconds])
                taken[role] = seconds
                print(f"round {number}: {role.name:24}", *(f"{second:8.1f} s" for second in seconds), flush=True)
            rounds.append(taken)
    except KeyboardInterrupt:
        return 130
    return summary(ours, peer, rounds[1:], arguments.debian)


if __name__ == "__main__":
    sys.exit(main())
