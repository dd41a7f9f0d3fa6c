"""A clone of this project in which an image can be kept and published, and a registry of this machine."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.publish.registry import Registry
from tests.support.project import ROOT, copy_project

# More than a line holds on its way, so that it can break in the middle.
LAYER_BYTES = 8_000_000
# Variables that would lead elsewhere.
OTHERS = ("AWS_", "PYTHONPATH", "IMAGE_REGISTRY", "REGISTRY_AUTH_FILE")


@dataclass(frozen=True)
class Clone:
    """A clone with one commit and nothing else."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *words: Any, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a program in it."""
        environment = {**self.variables, **variables}
        return subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of its programs."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(OTHERS)}
        return {**own, "PYTHONPATH": str(self.folder / "src"), **self.environment}

    def git(self, *words: str) -> str:
        """Run git; return what it says."""
        identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
        done = self.run("git", *identity, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def keep(self, archive: Path, *tested: str) -> str:
        """Keep an archive as the release of the commit; return its digest."""
        parts = ["--tested", *tested] if tested else []
        done = self.run(sys.executable, "-m", "breakable_toy.release", "keep", archive, *parts)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def publish(self, *words: str, **variables: str) -> str:
        """Publish; it must succeed. Returns the last line of what is printed."""
        return self.told(*words, **variables).splitlines()[-1]

    def told(self, *words: str, **variables: str) -> str:
        """Publish; it must succeed. Returns all that is printed."""
        done = self.run("scripts/cipublish", *words, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stderr + done.stdout

    def refused(self, *words: str, **variables: str) -> str:
        """Publish; it must fail, in three beats. Returns what was said."""
        done = self.run("scripts/cipublish", *words, **variables)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "✗" in done.stderr
        assert "→" in done.stderr
        return " ".join((done.stdout + done.stderr).split())

    @property
    def commit(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    @property
    def release(self) -> Path:
        """Its kept files."""
        return self.folder / ".cache/release" / self.commit


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One commit, of this project as it is."""
    folder = tmp_path_factory.mktemp("origin") / "project"
    copy_project(folder)
    clone = Clone(folder)
    clone.git("init", "--quiet")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--message", "Begin")
    return folder


@pytest.fixture
def clone(origin: Path, tmp_path: Path) -> Clone:
    """A clone of it, with the tools of this one."""
    folder = tmp_path / "a clone"
    subprocess.run(["git", "clone", "--quiet", origin, folder], check=True)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    # Git's rule for the folder does not hold for a link.
    (folder / ".git/info/exclude").write_text(".venv\n")
    return Clone(folder)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """An empty one."""
    made = Registry(tmp_path / "registry")
    yield made
    made.stop()


def archived(folder: Path) -> Path:
    """Make an image that no other one is like, and return its archive."""
    (folder / "layer").write_bytes(os.urandom(LAYER_BYTES))
    subprocess.run(["tar", "-cf", "root.tar", "layer"], cwd=folder, check=True)
    # With what ends a path for skopeo.
    kept = folder / "image:1.tar"
    name = f"breakable-toy/test-publish:{uuid.uuid4().hex[:12]}"
    subprocess.run(["docker", "import", "root.tar", name], cwd=folder, check=True, capture_output=True)
    try:
        subprocess.run(["docker", "save", "--output", kept, name], cwd=folder, check=True)
    finally:
        subprocess.run(["docker", "image", "rm", name], check=True, capture_output=True)
    return kept


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `docker save` writes of a small image."""
    return archived(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def another_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of another image."""
    return archived(tmp_path_factory.mktemp("archive"))
