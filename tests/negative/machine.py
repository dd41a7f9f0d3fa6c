"""A box without any role, for playbooks of one role, as any project would write them."""

import json
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tests.project import ROOT


@dataclass(frozen=True)
class Machine:
    """A running box, and where playbooks for it are written."""

    name: str
    folder: Path

    def run(self, command: str, stdin: str = "") -> str:
        """Run a shell command in it, as root, and return what it prints."""
        done = subprocess.run(
            ["docker", "exec", "--interactive", self.name, "sh", "-ec", command],
            input=stdin,
            text=True,
            check=True,
            stdout=subprocess.PIPE,
        )
        return done.stdout.strip()

    def apply(self, role: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        """Apply one role to it."""
        inventory = f"{self.name} ansible_connection=community.docker.docker"
        return play(self.folder, role, inventory, variables)

    def applied(self, role: str, **variables: Any) -> str:
        """The same where it must succeed; returns what was said."""
        done = self.apply(role, **variables)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def refused(self, role: str, **variables: Any) -> str:
        """The same where it must fail; returns what was said, in one line."""
        done = self.apply(role, **variables)
        assert done.returncode != 0, done.stdout
        return " ".join(done.stdout.split())


def play(folder: Path, role: str, inventory: str, variables: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Run a playbook of one role on the one host of an inventory's line."""
    (folder / "hosts").write_text(f"{inventory}\n")
    (folder / "playbook.yml").write_text(
        yaml.safe_dump(
            [{"hosts": "all", "become": True, "gather_subset": ["!all", "local", "virtual"], "roles": [role]}]
        )
    )
    command = ["ansible-playbook", "--inventory", "hosts", "--extra-vars", json.dumps(variables), "playbook.yml"]
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_ROLES_PATH": str(ROOT / "roles")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def machine(folder: Path, image: str = "", prepare: Callable[[str], None] = lambda name: None) -> Iterator[Machine]:
    """Start a box, of another image if one is named, and remove it in the end; it can be prepared before it boots."""
    container = yaml.safe_load((ROOT / "box/container.yml").read_text())
    name = f"breakable-toy-test-{uuid.uuid4().hex[:8]}"
    command = ["docker", "create", "--name", name, *container["create_args"], image or container["image"]]
    subprocess.run(command, capture_output=True, check=True)
    try:
        prepare(name)
        subprocess.run(["docker", "start", name], capture_output=True, check=True)
        wait = ["docker", "exec", name, "systemctl", "is-system-running", "--wait"]
        subprocess.run(wait, capture_output=True, check=False)
        yield Machine(name, folder)
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], capture_output=True, check=True)
