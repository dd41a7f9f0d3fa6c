"""The Python environments after an interrupted installation of real packages."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.project import ROOT, installed, missing

from breakable_toy.packages import Environment

# Small ones and one of a thousand files, so that there is a middle of the installation.
PACKAGES = (
    "ansible-core",
    "cffi",
    "cryptography",
    "jinja2",
    "markupsafe",
    "packaging",
    "pycparser",
    "pyyaml",
    "resolvelib",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project that installs those packages as a tool, by this project's uv."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "requirements").mkdir()
    pinned = re.split(r"^(?=\S)", (ROOT / "requirements/run.txt").read_text(), flags=re.MULTILINE)
    chosen = [block for block in pinned if block.partition("==")[0] in PACKAGES]
    (tmp_path / "requirements/tool.txt").write_text("".join(chosen))
    shutil.copy(ROOT / "requirements/uv.txt", tmp_path / "requirements")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/uv").symlink_to(ROOT / ".venv/bin/uv")
    return tmp_path


def install(root: Path, *, start_new_session: bool = False) -> "subprocess.Popen[bytes]":
    """Begin to install, as a script does."""
    command = [sys.executable, "-m", "breakable_toy.packages", "install", "tool"]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=start_new_session)


@pytest.mark.parametrize("packages_before_kill", [0, 2, 4, 6])
def test_next_installation_repairs_when_killed(root: Path, packages_before_kill: int) -> None:
    """By SIGKILL, to the installer as well, at moments from the first package to the last but one."""
    tool = root / ".cache/tools/tool"
    process = install(root, start_new_session=True)
    while process.poll() is None and not installed(tool) > packages_before_kill:
        time.sleep(0.0005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not list(tool.glob(".synced-*")), "It ended before the kill."
    again = install(root)
    _, errors = again.communicate()
    assert (0, len(PACKAGES)) == (again.returncode, installed(tool)), errors
    assert [] == missing(tool)


def test_installation_waits_for_one_that_outlives_its_script(root: Path) -> None:
    """A script that is killed alone leaves its installer, which must not meet the next one in the same folder."""
    uv, ended = root / ".venv/bin/uv", root / "ended"
    uv.unlink()
    uv.write_text(f"#!/bin/sh\ntouch '{root}/begun'\nsleep 2\ntouch '{ended}'\n")
    uv.chmod(0o755)
    first = install(root)
    while not (root / "begun").exists():
        time.sleep(0.01)
    first.kill()
    first.wait()
    assert not ended.exists()
    second = install(root)
    while not ended.exists():
        assert second.poll() is None
        time.sleep(0.01)
    _, errors = second.communicate()
    assert 0 == second.returncode, errors


def test_environment_is_not_whole_when_moved(root: Path) -> None:
    """Its programs begin with the path of their interpreter."""
    (root / ".cache/tools/tool").mkdir(parents=True)
    environment = Environment("tool", root)
    environment.stamp("tool").write_text(environment.made_for)
    assert environment.is_whole
    moved = root.with_name("moved")
    root.rename(moved)
    assert not Environment("tool", moved).is_whole


def test_larger_set_of_packages_stays(tmp_path: Path) -> None:
    """Setup does not take the tests' packages away."""
    (tmp_path / ".venv").mkdir()
    assert "run" == Environment("run", tmp_path).name
    (tmp_path / ".venv/.synced-test").touch()
    assert ["test", "test", "test"] == [Environment(name, tmp_path).name for name in ("run", "deploy", "test")]


def test_checkout_is_the_collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By links, which an older environment lacks."""
    root = tmp_path / "a clone"
    (root / "plugins").mkdir(parents=True)
    environment = Environment("run", root)
    monkeypatch.setattr(Environment, "has_packages", True)
    assert not environment.is_current
    # Without the network, as nothing is to be downloaded.
    environment.install()
    assert environment.is_current
    assert (root / "plugins").samefile(environment.collection / "plugins")
    environment.link_collection()
    assert (root / "plugins").samefile(environment.collection / "plugins")


def test_full_disk_is_explained(tmp_path: Path) -> None:
    """The message says what to do, and that nothing is lost."""
    log = tmp_path / "log"
    log.write_text("error: Failed to install: x.whl\n  Caused by: No space left on device (os error 28)\n")
    script = f"set -- ; source scripts/lib/common.sh; source scripts/lib/host.sh; explain {log}"
    done = subprocess.run(["bash", "-c", script, "x"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert 1 == done.returncode
    assert "✗ The disk is full." in done.stderr
