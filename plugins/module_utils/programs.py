"""Programs of the machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

ROOT_NEEDED = "This task needs root. Set become: true for the play or the role."


def stdout_of(command: Sequence[str]) -> str:
    """Return a program's standard output in English; "" where the program is missing."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, errors="backslashreplace", env=environment
        )
    except OSError:
        return ""
    return done.stdout


def succeed(command: Sequence[str]) -> None:
    """Run a program. Raises RuntimeError with its last words where it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="backslashreplace")
    if done.returncode:
        words = (done.stderr or done.stdout).strip()
        raise RuntimeError(f"{' '.join(command)} failed with status {done.returncode}: {words}")


def is_root() -> bool:
    """Return whether this process may change the machine."""
    return os.geteuid() == 0
