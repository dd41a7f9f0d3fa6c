"""A box without any role, for playbooks of one role, as any project would write them."""

import json
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tests.support.project import ROOT

ROLES = ROOT / "roles"
# In its first moments systemd cannot be asked at all.
BOOTED = "until systemctl is-system-running --wait | grep -E '^(running|degraded)$'; do sleep 0.1; done"


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

    @property
    def address(self) -> str:
        """Its address, from this machine."""
        address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        inspect = ["docker", "inspect", "--format", address, self.name]
        return subprocess.run(inspect, capture_output=True, text=True, check=True).stdout.strip()

    @property
    def inventory(self) -> str:
        """Its line of Ansible's inventory."""
        return f"{self.name} ansible_connection=community.docker.docker"

    def apply(self, role: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        """Apply one role to it."""
        return play(self.folder, role, self.inventory, variables)

    def applied(self, role: str, **variables: Any) -> str:
        """The same where it must succeed; returns what was said."""
        done = self.apply(role, **variables)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def checked(self, role: str, **variables: Any) -> str:
        """Ask what applying it would do; returns what was said."""
        done = play(self.folder, role, self.inventory, variables, options=("--check",))
        assert done.returncode == 0, done.stdout
        return done.stdout

    def refused(self, role: str, **variables: Any) -> str:
        """The same where it must fail; returns what was said, in one line."""
        done = self.apply(role, **variables)
        assert done.returncode != 0, done.stdout
        return " ".join(done.stdout.split())


def play(  # noqa: PLR0913 - all that differs between plays
    folder: Path,
    role: str,
    inventory: str,
    variables: dict[str, Any],
    *,
    roles: Path | None = None,
    tasks: Sequence[dict[str, Any]] = (),
    options: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a playbook of one role, and of tasks after it, on the one host of an inventory's line.

    The role is one of the collection, or one of the folder ``roles``.
    """
    (folder / "hosts").write_text(f"{inventory}\n")
    content = {"roles": [role if roles else f"breakable.toy.{role}"], "tasks": [*tasks]}
    (folder / "playbook.yml").write_text(
        yaml.safe_dump([{"hosts": "all", "become": True, "gather_subset": ["!all", "local", "virtual"], **content}])
    )
    command = [
        "ansible-playbook",
        "--inventory",
        "hosts",
        "--extra-vars",
        json.dumps(variables),
        *options,
        "playbook.yml",
    ]
    environment = {
        # ansible.cfg has it for SSH alone. One call of Docker for a task instead of four.
        "ANSIBLE_PIPELINING": "true",
        **os.environ,
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        **({"ANSIBLE_ROLES_PATH": str(roles)} if roles else {}),
        # Skipped tasks count, too.
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "true",
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def machine(
    folder: Path, debian: int = 13, image: str = "", prepare: Callable[[str], None] = lambda name: None
) -> Iterator[Machine]:
    """Start a box of that release, or of another image, prepared before it boots, and remove it in the end."""
    container = yaml.safe_load((ROOT / "box/container.yml").read_text())
    image = image or container["image"].replace(":13", f":{debian}")
    name = f"breakable-toy-test-{uuid.uuid4().hex[:8]}"
    try:
        command = ["docker", "create", "--name", name, *container["create_args"], image]
        subprocess.run(command, capture_output=True, check=True)
        prepare(name)
        subprocess.run(["docker", "start", name], capture_output=True, check=True)
        subprocess.run(["docker", "exec", name, "timeout", "60", "sh", "-c", BOOTED], capture_output=True, check=False)
        yield Machine(name, folder)
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], capture_output=True, check=True)
