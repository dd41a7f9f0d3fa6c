"""Machines for what stops the roles, or makes them wait: provoked for real."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.negative.machine import Machine, machine
from tests.project import ROOT

TINY = """
apt-get -q update && apt-get -q -y install busybox-static
tar --create --directory=/ bin/busybox | docker import - tiny
"""


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Machine]:
    """A machine for one test."""
    yield from machine(tmp_path)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine without Docker for the tests of one file, which leave it as they found it."""
    yield from machine(tmp_path_factory.mktemp("lasting"))


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with Docker and an image `tiny`, for the tests of one file."""
    for made in machine(tmp_path_factory.mktemp("docker")):
        made.applied("docker")
        # One static program makes an image without a registry.
        made.run(TINY)
        yield made


@pytest.fixture(scope="session")
def archive() -> Path:
    """An archive of Debian packages in the form of Docker's own, as a tar file (roles/docker/tests)."""
    made = ROOT / ".cache/docker-repository.tar"
    if not made.is_file():
        script = (ROOT / "roles/docker/tests/make-repository.sh").read_bytes()
        command = ["docker", "run", "--rm", "--interactive", "--pull=never", "breakable-toy/box:13", "sh", "-s"]
        # Several processes may do so at once.
        new = made.with_suffix(f".{os.getpid()}")
        with new.open("wb") as file:
            subprocess.run(command, input=script, stdout=file, check=True)
        new.rename(made)
    return made


@pytest.fixture
def upstream(fresh: Machine, archive: Path) -> Machine:
    """A machine that has that archive, but no Docker yet."""
    with archive.open("rb") as file:
        extract = "mkdir -p /srv/docker-repository && tar --extract --directory /srv/docker-repository"
        subprocess.run(["docker", "exec", "--interactive", fresh.name, "sh", "-c", extract], stdin=file, check=True)
    return fresh
