"""Copies of this project for tests that run its commands."""

import csv
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_ports(count: int) -> list[int]:
    """Return so many free ports of 127.0.0.1."""
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


def missing(environment: Path) -> list[str]:
    """Return the files that the packages' own lists name and that a Python environment does not have."""
    records = environment.glob("lib/python*/site-packages/*.dist-info/RECORD")
    files = [
        (record.parents[1], name) for record in records for name, *_ in csv.reader(record.read_text().splitlines())
    ]
    return [name for folder, name in files if not (folder / name).exists()]


def installed(environment: Path) -> int:
    """Return the number of packages whose metadata is there."""
    return len(list(environment.glob("lib/python*/site-packages/*.dist-info")))
