"""Copies of this project for tests that run its commands."""

import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_ports(count: int) -> list[int]:
    """Return so many ports of 127.0.0.1 that nobody has at the moment."""
    with ExitStack() as held:
        # All at once, so that each is another one.
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(probe.getsockname()[1]) for probe in probes]


def free_port() -> int:
    """Return one."""
    return free_ports(1)[0]


def copy_project(target: Path) -> None:
    """Copy what git knows and what is new but not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    target.mkdir(parents=True)
    copy = ["rsync", "--archive", "--files-from=-", "--from0", "--ignore-missing-args", f"{ROOT}/", f"{target}/"]
    subprocess.run(copy, input=listed, check=True)
