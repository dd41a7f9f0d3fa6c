"""Boxes for one role, which start from another box's state."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant
from tests.negative.machine import Machine, machine
from tests.project import ROOT

DATA = "/var/lib/docker"
# A wait for health that never comes is stopped: its tests have gone red long before.
PATIENCE = 300

Outcomes = dict[tuple[str, int], set[str]]


def docker(*arguments: str) -> str:
    """Run a command of the host's Docker and return what it prints."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout.strip()


def _volume(name: str) -> str:
    """Return the volume of a box's own Docker, which no image holds."""
    mounts = json.loads(docker("inspect", "--format", "{{json .Mounts}}", name))
    return str(next(mount["Name"] for mount in mounts if mount["Destination"] == DATA))


@dataclass(frozen=True)
class Stage:
    """A stopped box, and its image."""

    box: str
    image: str

    def hand_on(self, name: str) -> None:
        """Give a box that was not started yet what the Docker of the stopped one had."""
        volumes = [f"--volume={_volume(self.box)}:/from", f"--volume={_volume(name)}:/to"]
        # Layers of an overlay have attributes that only this right may copy.
        command = ["run", "--rm", "--cap-add=SYS_ADMIN", "--entrypoint=cp", *volumes, self.image]
        docker(*command, "--archive", "/from/.", "/to/")

    @contextmanager
    def begin(self, folder: Path) -> Iterator[Machine]:
        """Start a box that begins where the stopped one ended."""
        folder.mkdir(parents=True)
        yield from machine(folder, image=self.image, prepare=self.hand_on)


@contextmanager
def stopped(box: Machine) -> Iterator[Stage]:
    """Stop a box in order, so that others can begin there."""
    docker("stop", "--time", "60", box.name)
    image = docker("commit", box.name, f"{box.name}:stage")
    try:
        yield Stage(box.name, image)
    finally:
        # It is not needed any more, but a box that is still being removed may ask for it.
        docker("rmi", "--force", image)


def play(box: Machine, role: str, variables: str, playbook: str, roles: Path, **more: str) -> tuple[int, str]:
    """Run a playbook of the scenario `role`; return its status and its output."""
    connection = f"ansible_host={box.name} ansible_connection=docker ansible_user=root"
    (box.folder / "hosts").write_text(f"debian13-{variables} {connection}\n")
    own = {"MOLECULE_PROJECT_DIRECTORY": str(ROOT), "ROLE": role, "ANSIBLE_ROLES_PATH": str(roles)}
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), **own, **more}
    command = ["timeout", str(PATIENCE), "ansible-playbook", "--inventory", str(box.folder / "hosts")]
    command += [str(ROOT / "molecule/role" / playbook)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    (box.folder / f"{playbook}.log").write_text(done.stdout + done.stderr)
    # A check that could not start says why on the other stream.
    return done.returncode, done.stdout or done.stderr


def red_test(box: Machine, role: str) -> str:
    """Return the name of the role's first test that fails on a box, or nothing."""
    own = ["--hosts=ansible://all", f"--ansible-inventory={box.folder / 'hosts'}"]
    command = [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", *own, f"roles/{role}/tests"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    (box.folder / "pytest.log").write_text(done.stdout + done.stderr)
    # A box that does not even answer proves nothing.
    box.run("true")
    red = re.search(r"^(?:FAILED|ERROR) \S+?::(\w+)", done.stdout, re.MULTILINE)
    if done.returncode not in (0, 1) or (done.returncode == 1) is (red is None):
        raise RuntimeError(f"pytest could not ask: {done.stdout[-800:]}{done.stderr[-800:]}")
    return red[1] if red else ""


def outcomes(output: str, role: str) -> Outcomes:
    """Read what became of each task of a role, by its file and line, from the JSON that Ansible wrote."""
    found: Outcomes = defaultdict(set)
    for entry in (task for play in json.loads(output[output.index("{") :])["plays"] for task in play["tasks"]):
        file, _, line = entry["task"].get("path", "").rpartition(":")
        if Path(file).is_relative_to(ROOT / "roles" / role):
            for result in entry["hosts"].values():
                outcome = "skipped" if result.get("skipped") else "changed" if result.get("changed") else "ok"
                found[str(Path(file).relative_to(ROOT / "roles" / role)), int(line)].add(outcome)
    return found


def spoil(folder: Path, role: str, mutant: Mutant) -> Path:
    """Make a copy of a role with one file spoiled, next to all others as they are; return their folder."""
    roles = folder / "roles"
    shutil.copytree(ROOT / "roles" / role, roles / role)
    (roles / role / mutant.file).write_text(mutant.text)
    for other in (ROOT / "roles").iterdir():
        if other.name != role:
            (roles / other.name).symlink_to(other)
    return roles
