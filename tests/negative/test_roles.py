"""What stops the roles, or makes them wait, provoked for real on boxes of their own."""

import json
import os
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.project import ROOT

LOCK = """import fcntl, time
held = open("/var/lib/dpkg/lock-frontend", "a")
fcntl.lockf(held, fcntl.LOCK_EX)
time.sleep(15)
"""
# An image without a registry: one static program.
TINY = "apt-get -q -y install busybox-static && tar --create --directory=/ bin/busybox | docker import - tiny"
SICK = {
    "services": {
        "sick": {
            "image": "tiny",
            "command": ["/bin/busybox", "sh", "-c", "echo the disk of my dreams is full; exec /bin/busybox sleep 600"],
            "healthcheck": {"test": ["CMD", "/bin/busybox", "false"], "interval": "1s", "retries": 2},
        },
        "broken": {"image": "tiny", "profiles": ["tasks"], "command": ["/bin/busybox", "ls", "/no/such/table"]},
    }
}


@dataclass(frozen=True)
class Machine:
    """A running box without any role, and where playbooks for it are written."""

    name: str
    folder: Path

    def run(self, command: str, stdin: str = "") -> None:
        """Run a shell command in it, as root."""
        subprocess.run(
            ["docker", "exec", "--interactive", self.name, "sh", "-ec", command], input=stdin, text=True, check=True
        )

    def apply(self, role: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        """Apply one role, as a playbook of any project would."""
        play = {
            "hosts": "all",
            "gather_subset": ["!all", "virtual"],
            "roles": [role],
        }
        playbook = self.folder / "playbook.yml"
        playbook.write_text(yaml.safe_dump([play]))
        command = [
            "ansible-playbook",
            "--inventory",
            f"{self.name},",
            "--extra-vars",
            json.dumps(variables),
            str(playbook),
        ]
        environment = {
            **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_ROLES_PATH": str(ROOT / "roles"),
        }
        connection = ["--connection", "community.docker.docker"]
        return subprocess.run([*command, *connection], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Machine]:
    """A machine for one test."""
    yield from box(tmp_path)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with Docker, which tests leave as they found it."""
    for made in box(tmp_path_factory.mktemp("machine")):
        applied = made.apply("docker")
        assert applied.returncode == 0, applied.stdout
        yield made


def box(folder: Path) -> Iterator[Machine]:
    """Start a box and remove it in the end."""
    container = yaml.safe_load((ROOT / "box/container.yml").read_text())
    name = f"breakable-toy-test-{uuid.uuid4().hex[:8]}"
    command = ["docker", "run", "--detach", "--name", name, *container["create_args"], container["image"]]
    subprocess.run(command, capture_output=True, check=True)
    try:
        subprocess.run(
            ["docker", "exec", name, "systemctl", "is-system-running", "--wait"], capture_output=True, check=False
        )
        yield Machine(name, folder)
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], capture_output=True, check=True)


def test_unsupported_distribution_is_refused(fresh: Machine) -> None:
    """On a system that the roles do not know, nothing is touched, and the message names it."""
    fresh.run(r"sed -i 's/^VERSION_ID=.*/VERSION_ID=\"11\"/; s/trixie/bullseye/g' /etc/os-release")
    fresh.run("echo 11.9 >/etc/debian_version")
    done = fresh.apply("base")
    assert done.returncode != 0
    assert "This machine runs Debian 11.9, which is not supported." in " ".join(done.stdout.split())
    assert "changed=0" in done.stdout


def test_locked_dpkg_is_waited_for(fresh: Machine) -> None:
    """While another program holds dpkg's lock, the role says that it waits, and then goes on."""
    with subprocess.Popen(["docker", "exec", fresh.name, "python3", "-c", LOCK]):
        time.sleep(1)
        done = fresh.apply("base")
    assert "FAILED - RETRYING" in done.stdout
    assert "when no other program holds dpkg's lock" in done.stdout
    assert done.returncode == 0, done.stdout


def test_interrupted_installation_is_finished(fresh: Machine) -> None:
    """A package that was unpacked when dpkg was killed is configured by the next run."""
    fresh.run("apt-get -q update && cd /tmp && apt-get -q download less && dpkg --unpack less_*.deb")
    done = fresh.apply("base")
    assert done.returncode == 0, done.stdout
    fresh.run("dpkg --status less | grep -x 'Status: install ok installed'")


def test_authority_of_the_controller_is_trusted(fresh: Machine, tmp_path: Path) -> None:
    """A certificate authority that only the controller knows is one of the machine's after the role."""
    certificate = tmp_path / "company.crt"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=company -keyout /dev/null -out"
    subprocess.run([*make.split(), certificate], check=True, capture_output=True)
    done = fresh.apply("base", base_ca_certificates=[str(certificate)])
    assert done.returncode == 0, done.stdout
    fresh.run("openssl verify /usr/local/share/ca-certificates/company.crt")


def test_hypervisors_shared_folder_is_refused(fresh: Machine) -> None:
    """A folder on a file system of the refused kind is refused by the name of that kind."""
    refused = yaml.safe_load((ROOT / "roles/synced_folder/vars/main.yml").read_text())["__synced_folder_refused"]
    assert "vboxsf" in refused
    # No kernel of ours has vboxsf: a tmpfs stands in for it.
    fresh.run("mkdir /vagrant && mount -t tmpfs tmpfs /vagrant")
    done = fresh.apply("synced_folder", __synced_folder_refused=["tmpfs"])
    assert done.returncode != 0
    assert "/vagrant is a tmpfs mount, a hypervisor's shared folder." in done.stdout
    assert 'type: "rsync"' in done.stdout


@pytest.mark.parametrize(
    ("variable", "program"),
    [("docker_version", "Engine"), ("docker_compose_version", "compose"), ("docker_buildx_version", "buildx")],
)
def test_another_version_is_refused(machine: Machine, variable: str, program: str) -> None:
    """A Docker that is not the pinned one stops the role, with the variable to change."""
    done = machine.apply("docker", **{variable: "99.9"})
    assert done.returncode != 0
    told = " ".join(done.stdout.split())
    assert f"{program} is " in told
    assert f"but {variable} says 99.9." in told


def test_longer_version_is_another_version(machine: Machine) -> None:
    """The pin 26.1 is not 26.10: a prefix ends where a number ends."""
    done = machine.apply("docker", docker_version="2")
    assert "Engine is 26" in " ".join(done.stdout.split())


def compose(machine: Machine, **variables: Any) -> str:
    """Apply compose_project to the sick project; return what it said when it failed."""
    machine.run("mkdir -p /srv/sick && cat >/srv/sick/compose.yaml", stdin=yaml.safe_dump(SICK))
    machine.run(f"docker image inspect tiny >/dev/null 2>&1 || {{ {TINY}; }}")
    done = machine.apply("compose_project", compose_project_src="/srv/sick", compose_project_owner="root", **variables)
    assert done.returncode != 0
    return done.stdout


def test_service_that_never_becomes_healthy_is_shown(machine: Machine) -> None:
    """The message has the service's last log lines and what to type."""
    told = compose(machine)
    assert "A service of /srv/sick failed, or never became healthy." in told
    assert "the disk of my dreams is full" in told
    assert "vagrant provision" in told


def test_failed_task_is_shown(machine: Machine) -> None:
    """A one-shot task that fails shows what it said."""
    told = compose(machine, compose_project_tasks=[{"service": "broken", "changed_pattern": "x"}])
    assert "/no/such/table: No such file or directory" in told


def test_failed_build_is_shown(machine: Machine) -> None:
    """A build that fails shows its last lines, and what to do about a network or a proxy."""
    machine.run("mkdir -p /srv/sick && cat >/srv/sick/docker-bake.hcl", stdin='target "web" {}')
    machine.run("cat >/srv/sick/Dockerfile", stdin='FROM tiny\nRUN ["/bin/busybox", "ls", "/no/such/index"]\n')
    told = compose(machine, compose_project_bake_targets=["web"])
    assert "The images of /srv/sick could not be built." in told
    assert "/no/such/index: No such file or directory" in told
    assert "base_ca_certificates" in told


def test_folder_without_project_is_refused(machine: Machine) -> None:
    """Where no project was synced, the message says so."""
    done = machine.apply("compose_project", compose_project_src="/srv/nothing")
    assert done.returncode != 0
    assert "There is no compose.yaml in /srv/nothing" in done.stdout
