"""An image of a box that has Docker and the packages of base: made once a day, and shared by all who test then.

Installing them takes most of the time of a test that is about something else.
"""

import fcntl
import hashlib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import yaml
from tests.refusals.machine import ROLES, Machine, machine
from tests.support.project import ROOT

NAME = "breakable-toy/prepared"
LABEL = "toy.prepared"


def image() -> str:
    """Return its name, after it was made where there was none."""
    name = f"{NAME}:{_key()}"
    with locked("prepared"):
        if subprocess.run(["docker", "image", "inspect", name], capture_output=True, check=False).returncode:
            _make(name)
    return name


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Let one process of this clone at a time do something; the others wait."""
    with (ROOT / f".cache/{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _key() -> str:
    """Return what it depends on: the box, the role, and the day, because a package archive drops old packages."""
    container = yaml.safe_load((ROOT / "box/container.yml").read_text())["image"]
    inspect = ["docker", "image", "inspect", "--format", "{{.Id}}", container]
    seen = hashlib.sha256(subprocess.run(inspect, capture_output=True, check=True).stdout)
    seen.update(f"{datetime.now(timezone.utc):%Y-%m-%d}".encode())
    rooms = ("defaults", "files", "handlers", "tasks", "vars")
    files = [file for room in rooms for file in sorted((ROLES / "docker" / room).glob("*.*"))]
    for file in (*files, Path(__file__)):
        seen.update(file.read_bytes())
    return seen.hexdigest()[:12]


def _make(name: str) -> None:
    """Make it of a machine, and remove those of former days."""
    packages = yaml.safe_load((ROLES / "base/defaults/main.yml").read_text())["base_packages"]
    with tempfile.TemporaryDirectory() as folder, contextmanager(machine)(Path(folder)) as made:
        made.applied("docker")
        packages += ["unattended-upgrades", "busybox-static"]
        made.run(f"DEBIAN_FRONTEND=noninteractive apt-get -q -y install {' '.join(packages)}")
        _commit(made, name)
    old = ["docker", "image", "prune", "--all", "--force", "--filter", f"label={LABEL}", "--filter", "until=24h"]
    subprocess.run(old, capture_output=True, check=True)


def _commit(made: Machine, name: str) -> None:
    """Make an image of a machine; each machine of it gets a new identity."""
    made.run("truncate --size 0 /etc/machine-id")
    subprocess.run(["docker", "stop", made.name], capture_output=True, check=True)
    commit = ["docker", "commit", "--change", f"LABEL {LABEL}=yes", made.name, name]
    subprocess.run(commit, capture_output=True, check=True)
