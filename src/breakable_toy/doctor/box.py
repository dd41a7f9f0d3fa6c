"""The box: provider, state and age; and how to run a command in it without waiting for Vagrant."""

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from breakable_toy import checks
from breakable_toy.doctor.section import Section, output
from breakable_toy.problem import Problem

MACHINES = checks.ROOT / ".vagrant/machines/default"
LIBVIRT = ("virsh", "--connect", "qemu:///system")


@dataclass(frozen=True)
class Box:
    """The machine that this clone has, by its provider's name for it."""

    provider: str
    identity: str

    def command(self, script: str) -> list[str]:
        """Return the command that runs a shell script in the box, as root in a container."""
        if self.provider == "docker":
            return ["docker", "exec", self.identity, "bash", "-c", script]
        return ["ssh", "-F", str(self._ssh_config), "-o", "LogLevel=ERROR", "default", script]

    def remote(self) -> tuple[str, str]:
        """Return rsync's remote shell and the host's name for it."""
        if self.provider == "docker":
            return "docker exec -i", self.identity
        return f"ssh -F '{self._ssh_config}'", "default"

    @property
    def _ssh_config(self) -> Path:
        """The file that scripts/lib/box.sh keeps."""
        return MACHINES / self.provider / "ssh-config"


def found() -> Box | None:
    """Return this clone's box, or None."""
    for file in sorted(MACHINES.glob("*/id")):
        if identity := file.read_text().strip():
            return Box(file.parent.name, identity)
    return None


def state(box: Box) -> str:
    """Return the provider's word for the box's state: ``running`` where it runs; empty where nothing answers."""
    if box.provider == "docker":
        return output(["docker", "inspect", "--format", "{{.State.Status}}", box.identity])
    if box.provider == "libvirt":
        return output([*LIBVIRT, "domstate", box.identity])
    return output(["vagrant", "status", "--machine-readable"]).partition(",state,")[2].partition("\n")[0]


def running() -> Box | None:
    """Return this clone's box where it runs, or None."""
    box = found()
    return box if box and state(box) == "running" else None


def examine() -> Section:
    """Return the section."""
    section = Section("Box")
    section.facts["port of the toy"] = noted_port()
    box = found()
    if box is None:
        section.facts["state"] = "none"
        section.check(Problem("There is no box yet.", "The toy runs inside it.", "Run: ./scripts/setup"))
        return section
    section.facts |= {"provider": box.provider, "identity": box.identity[:12], "made": _made(box)}
    section.facts["state"] = state(box) or "unknown"
    if box.provider == "docker":
        section.check(checks.docker_daemon())
    if section.facts["state"] != "running":
        section.check(
            Problem(f"The box is {section.facts['state']}.", "The toy runs inside it.", "Run: vagrant up")
            if section.facts["state"] != "unknown"
            else Problem(
                f"The provider {box.provider} does not know this clone's box.",
                "The machine was removed without Vagrant, or its daemon does not answer.",
                "Run: vagrant status   If the machine is gone: vagrant destroy -f && ./scripts/setup",
            )
        )
    return section


def noted_port() -> str:
    """Return the port as the Vagrantfile has noted it."""
    noted = checks.ROOT / ".vagrant/TOY_PORT"
    return noted.read_text().strip() if noted.is_file() else "8000"


def _made(box: Box) -> str:
    created = output(["docker", "inspect", box.identity]) if box.provider == "docker" else ""
    if created:
        at = datetime.fromisoformat(json.loads(created)[0]["Created"][:19] + "+00:00")
    else:
        at = datetime.fromtimestamp((MACHINES / box.provider / "id").stat().st_mtime, timezone.utc)
    age = datetime.now(timezone.utc) - at
    return f"{at:%Y-%m-%d %H:%M} UTC ({age.days} days, {age.seconds // 3600} hours ago)"
