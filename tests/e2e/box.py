"""A copy of the project and its Vagrant machine."""

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests
import vagrant


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
        """The exported variables of this copy's user."""
        # Molecule, when it brings the box, wants colours from every Ansible below it.
        path = f"{ssh_folder(self.folder)}:{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "TOY_PORT": str(self.port), "ANSIBLE_FORCE_COLOR": "0"}

    @property
    def machine(self) -> vagrant.Vagrant:
        """The machine, driven through python-vagrant; what Vagrant says is kept in `log`."""
        keep = vagrant.make_file_cm(self.log)
        return vagrant.Vagrant(root=str(self.folder), env=self.environment, out_cm=keep, err_cm=keep)

    @property
    def log(self) -> Path:
        """What Vagrant said, in the folder that git and rsync leave alone."""
        cache = self.folder / ".cache"
        cache.mkdir(exist_ok=True)
        return cache / "vagrant.log"

    def vagrant(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `vagrant` command as a user types it; return its output (not checked)."""
        command = ["vagrant", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def script(self, name: str, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run one of the project's scripts, with `typed` as its standard input (not checked)."""
        command = [f"./scripts/{name}", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, input=typed, capture_output=True, text=True, check=False
        )

    def inside(self, command: str) -> str:
        """Run a shell command in the box's project folder; return its standard output."""
        return str(self.machine.ssh(command=f"cd /vagrant && {command}"))


def ssh_folder(copy: Path) -> Path:
    """Return where a copy's user has an `ssh` that is set up for other machines, if there is one."""
    return copy.parent / "user-ssh"


def eventually(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask until the condition holds; False when it does not within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def answers(url: str) -> bool:
    """Whether the URL answers 200."""
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False
