"""A box of its own for these tests: a copy of this project, a free port, a real `vagrant up`, then `destroy`."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import vagrant

ROOT = Path(__file__).resolve().parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `molecule test -s vm` bring the machine that it made."""
    parser.addoption("--provider", default="docker", help="Vagrant's provider (default: docker)")
    parser.addoption("--box", metavar="FOLDER", help="use the running box of this copy, and leave it running")
    parser.addoption("--web-port", type=int, help="TOY_PORT of that box")


@dataclass(frozen=True)
class Box:
    """A copy of the project, its Vagrant machine, and where its page is."""

    folder: Path
    port: int
    provider: str

    @property
    def url(self) -> str:
        """The page's address, as a user of this host types it."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the user of this copy would have exported."""
        return {**os.environ, "TOY_PORT": str(self.port)}

    @property
    def machine(self) -> vagrant.Vagrant:
        """The machine, driven through python-vagrant."""
        return vagrant.Vagrant(root=str(self.folder), env=self.environment)

    def vagrant(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `vagrant` command as a user types it; return its output (not checked)."""
        command = ["vagrant", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def inside(self, command: str) -> str:
        """Run a shell command in the box's project folder; return its standard output."""
        return str(self.machine.ssh(command=f"cd /vagrant && {command}"))


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def copy_project(target: Path) -> None:
    """Copy what git knows and what is new but not ignored; the Python environment is shared by a link."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    target.mkdir(parents=True)
    copy = ["rsync", "--archive", "--files-from=-", "--from0", "--ignore-missing-args", f"{ROOT}/", f"{target}/"]
    subprocess.run(copy, input=listed, check=True)
    (target / ".venv").symlink_to(ROOT / ".venv")


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Box:
    """A copy of the project in a folder whose path has a space; no box yet."""
    if given := pytestconfig.getoption("--box"):
        return Box(Path(given), pytestconfig.getoption("--web-port"), pytestconfig.getoption("--provider"))
    folder = tmp_path_factory.mktemp("a clone", numbered=False) / "toy"
    copy_project(folder)
    return Box(folder, free_port(), pytestconfig.getoption("--provider"))


@pytest.fixture(scope="session")
def box(copy: Box, pytestconfig: pytest.Config) -> Iterator[Box]:
    """The running, provisioned box of that copy."""
    if pytestconfig.getoption("--box"):
        yield copy
        return
    try:
        # The output is a user's view of a first start: pytest shows it when that fails.
        started = copy.vagrant("up", f"--provider={copy.provider}")
        print(started.stdout, started.stderr)
        assert started.returncode == 0, "vagrant up failed"
        yield copy
    finally:
        copy.machine.destroy()
        shutil.rmtree(copy.folder.parent)
