#!/usr/bin/env python
"""Audit a machine with the role base, one with another role and one with none, by Lynis.

Makes three boxes, one after the other, and applies to each at most one role, with no variables: ours, and any role's
folder (its name is the role's). Audits each with Debian's lynis, which comes last, and in the same way:
``.venv/bin/python benchmarks/hardening.py --peer ~/roles/geerlingguy.security``. Appends a line to history.jsonl.
"""

import argparse
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "src"))

from benchmarks.beside import no_role, not_applied  # noqa: E402 - the paths are known only now
from benchmarks.history import append  # noqa: E402 - likewise
from tests.refusals.machine import ROLES, Machine, machine, play  # noqa: E402 - likewise

from breakable_toy.problem import Problem, report  # noqa: E402 - likewise

OURS = ROLES / "base"
# No color, no wait for a key: the same words on a terminal and in a pipe.
AUDIT = "lynis audit system --quick --no-colors 2>/dev/null"
REPORT = "/var/log/lynis-report.dat"
UPDATE = "apt-get --quiet update"
INSTALL = "DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --no-install-recommends install lynis"


def audit(box: Machine) -> int:
    """Return the hardening index that Lynis gives to the box."""
    # The report has all of the terminal's output.
    box.run(f"{INSTALL} && {AUDIT}")
    return int(re.findall(r"^hardening_index=(\d+)$", box.run(f"cat {REPORT}"), re.MULTILINE)[0])


def measure(role: Path | None, debian: int, keep: Path | None) -> int | Problem:
    """Return the index of a fresh box with a role, or with none; leave the report in a folder where one is given."""
    with tempfile.TemporaryDirectory(prefix="toy-") as folder, contextmanager(machine)(Path(folder), debian) as box:
        # As people call them: few roles read apt's lists themselves.
        box.run(UPDATE)
        if role:
            done = play(box.folder, role.name, box.inventory, {}, roles=role.parent)
            if done.returncode != 0:
                return not_applied(role, done.stdout)
        index = audit(box)
        if keep:
            (keep / f"{role.name if role else 'bare'}-{debian}.dat").write_text(box.run(f"cat {REPORT}"))
        return index


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, append; return 1 when the role base is below the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", type=Path, required=True, metavar="FOLDER", help="the role to compare with")
    parser.add_argument("--debian", type=int, choices=(12, 13), default=13, help="the box's release (default: 13)")
    parser.add_argument("--reports", type=Path, metavar="FOLDER", help="put Lynis' reports into that folder")
    arguments = parser.parse_args(argv)
    peer = arguments.peer.expanduser().resolve()
    if problem := no_role(peer):
        return report([problem])
    # To be stopped is to be interrupted: either way the boxes go.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    indices: dict[str, int] = {}
    try:
        subprocess.run([ROOT / "scripts/box", "container", "--debian", str(arguments.debian)], check=True)
        for name, role in {"no role": None, peer.name: peer, "ours": OURS}.items():
            print(f"{name} ...", flush=True)
            index = measure(role, arguments.debian, arguments.reports)
            if isinstance(index, Problem):
                return report([index])
            indices[name] = index
    except KeyboardInterrupt:
        return 130
    print(f"\n{f'hardening index, Debian {arguments.debian}':<32} {'index':>6} {'ratio to ours':>14}")
    for name, index in indices.items():
        print(f"{name:<32} {index:>6} {index / indices['ours']:>14.2f}")
    append(ROOT, "hardening", {f"{name}, Debian {arguments.debian}": index for name, index in indices.items()})
    return int(indices["ours"] < indices[peer.name])


if __name__ == "__main__":
    sys.exit(main())
