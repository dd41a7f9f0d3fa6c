#!/usr/bin/env python
"""How long a role takes, beside any other role that does the same: on a bare machine, and once more without change.

Each run has a fresh box of its own (the container that Vagrant's docker provider starts), the two roles take turns, and
ratios are taken round by round. Packages come from what boxes of this host keep, after one run that is not counted.

``.venv/bin/python benchmarks/roles.py --peer ~/roles/geerlingguy.docker``
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.history import append  # noqa: E402
from tests.negative.machine import Machine, machine  # noqa: E402

from breakable_toy.problem import Problem, report  # noqa: E402 - the paths are known only now

# Targets of the role docker beside geerlingguy.docker, both with Debian's packages, on Debian 13.
TARGETS = {"first": 0.65, "second": 0.5}
VARIABLES = ROOT / "benchmarks/peers"
RUNS = ("first", "second")


def variables(role: Path) -> dict[str, Any]:
    """Return what benchmarks/peers says for a role of that name."""
    file = VARIABLES / f"{role.name}.yml"
    return yaml.safe_load(file.read_text()) if file.is_file() else {}


def seconds(box: Machine, role: Path) -> float:
    """Return how long a playbook of the role takes on a box."""
    start = time.monotonic()
    box.applied(str(role), **variables(role))
    return time.monotonic() - start


def runs(role: Path, debian: int) -> list[float]:
    """Return the seconds of the first run and of the second, on a box of its own that knows what packages there are."""
    with tempfile.TemporaryDirectory() as folder:
        for box in machine(Path(folder), debian):
            box.run("apt-get -q update")
            return [seconds(box, role) for _ in RUNS]
    raise AssertionError


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and record; return 1 where a target is missed."""
    parser = argparse.ArgumentParser(description="Time a role beside another one, on fresh boxes.")
    parser.add_argument("--role", default="docker", help="ours, by its name (docker)")
    parser.add_argument("--peer", type=Path, required=True, metavar="PATH", help="the folder of the other role")
    parser.add_argument("--debian", type=int, default=13, choices=[12, 13], help="the boxes' release (13)")
    parser.add_argument("--rounds", type=int, default=3, help="how often, after one that is not counted (3)")
    options = parser.parse_args(argv)
    ours, peer = ROOT / "roles" / options.role, options.peer.resolve()
    for role in (ours, peer):
        if not (role / "tasks/main.yml").is_file():
            why = "It is called like any role, from its tasks/main.yml."
            return report([Problem(f"{role} is no role.", why, "Name a role of ours, and the folder of another one.")])

    counted = []
    for number in range(options.rounds + 1):
        # Whoever comes second has the warmer cache: they take turns.
        pair = (ours, peer) if number % 2 else (peer, ours)
        taken = {role: runs(role, options.debian) for role in pair}
        print(f"round {number}:", *(f"{role.name} {taken[role][0]:.1f} s, {taken[role][1]:.1f} s;" for role in pair))
        counted.append([taken[ours], taken[peer]])
    counted = counted[1:]

    figures: dict[str, float] = {}
    missed = False
    print(f"\n{'run':8}{options.role:>10}{peer.name:>24}{'ratio':>8}{'target':>8}")
    for index, run in enumerate(RUNS):
        mine, theirs = (statistics.median(pair[side][index] for pair in counted) for side in (0, 1))
        ratio = statistics.median(pair[0][index] / pair[1][index] for pair in counted)
        figures |= {f"{run} run, s": mine, f"{run} run of {peer.name}, s": theirs, f"{run} run, ratio": ratio}
        missed |= ratio > TARGETS[run]
        print(f"{run:8}{mine:9.1f}s{theirs:23.1f}s{ratio:8.2f}{TARGETS[run]:8.2f}")
    append(ROOT, f"roles: {options.role} on Debian {options.debian}", figures)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
