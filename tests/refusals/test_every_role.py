"""Refusals of every role, and the wait of every role that installs packages."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.refusals import prepared
from tests.refusals.machine import ROLES, Machine, machine

NAMES = sorted(path.parent.parent.name for path in ROLES.glob("*/tasks/main.yml"))
# Of each, one value that Ansible's own check converts, and what the role should have had.
MISTYPED: dict[str, tuple[dict[str, Any], str]] = {
    "base": ({"base_packages": "git"}, "base_packages (list)"),
    "compose_project": ({"compose_project_wait_timeout": "60"}, "compose_project_wait_timeout (int)"),
    "deploy_tools": ({"deploy_tools_terraform_version": 1.11}, "deploy_tools_terraform_version (str)"),
    "docker": ({"docker_upstream_enabled": "false"}, "docker_upstream_enabled (bool)"),
    "synced_folder": ({"synced_folder_excludes": "/.venv/"}, "synced_folder_excludes (list)"),
}
# Of each, what makes it install packages, and keeps it from asking for more than Debian's archive.
INSTALLING: dict[str, dict[str, Any]] = {
    "base": {},
    "compose_project": {
        "compose_project_src": "/srv/project",
        "compose_project_owner": "root",
        # No registry answers, so that it is made here.
        "compose_project_base_images": [{"name": "nowhere.invalid/base", "suite": "trixie"}],
        "compose_project_bake_targets": ["web"],
    },
    "deploy_tools": {"deploy_tools_terraform_version": ""},
    "docker": {},
    "synced_folder": {},
}
# As on a machine that has had Docker for long: the lists of packages are gone, or old.
PROJECT = """
mkdir /srv/project && cd /srv/project && echo 'services: {}' >compose.yaml
echo 'target "web" { dockerfile-inline = "FROM nowhere.invalid/base" }' >docker-bake.hcl
rm -r /var/lib/apt/lists/* && touch --date=@0 /var/lib/apt/periodic/update-success-stamp
"""
SECONDS = 200
# Makes a Debian that is not supported of it.
OLD = r"""sed -i 's/^VERSION_ID=.*/VERSION_ID="11"/; s/trixie/bullseye/g' /etc/os-release
echo 11.9 >/etc/debian_version"""
# Says so when it has the lock.
LOCK = f"""import fcntl, time
held = open("/var/lib/dpkg/lock-frontend", "a")
fcntl.lockf(held, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep({SECONDS})
"""


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine of a Debian that no role knows."""
    for made in machine(tmp_path_factory.mktemp("old")):
        made.run(OLD)
        yield made


def test_unsupported_distribution_is_refused(old: Machine) -> None:
    """On a system that the roles do not know, each of them touches nothing, and names the system."""
    for role in NAMES:
        told = old.refused(role)
        assert "This machine runs Debian 11.9" in told
        assert "which is not supported." in told
        assert "changed=0" in told


def test_values_of_another_type_are_refused(lasting: Machine) -> None:
    """A text for a list, "false" for false, a number for a version: the role names the variable and its type."""
    assert NAMES == sorted(MISTYPED)
    for role, (variables, named) in MISTYPED.items():
        told = lasting.refused(role, **variables)
        assert named in told
        assert "changed=0" in told


@pytest.mark.parametrize("role", NAMES)
def test_root_is_asked_for(lasting: Machine, role: str) -> None:
    """Without become, the failure says so."""
    told = lasting.refused(role, ansible_become=False, ansible_user="vagrant")
    assert "Set become: true for the play or the role." in told


def test_facts_are_gathered_where_the_play_has_not(old: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """With gather_facts: false, the roles still know the system, and refuse an old one."""
    monkeypatch.setenv("ANSIBLE_GATHERING", "explicit")
    for role in NAMES:
        assert "This machine runs Debian 11.9" in old.refused(role)


def under_lock(folder: Path, role: str) -> str:
    """Apply a role to a bare machine where another program holds dpkg's lock; return what was said."""
    folder.mkdir()
    image = prepared.image() if role == "compose_project" else ""
    with contextmanager(machine)(folder, image=image) as box:
        box.run("apt-get -q update && apt-get -q -y purge rsync")
        if role == "compose_project":
            box.run(PROJECT)
        command = ["docker", "exec", box.name, "python3", "-c", LOCK]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as lock:
            assert lock.stdout
            assert "held\n" == lock.stdout.readline()
            told = box.applied(role, **INSTALLING[role])
            assert lock.poll() == 0
        return told


def test_dpkgs_lock_is_waited_for(tmp_path: Path) -> None:
    """While another program holds dpkg's lock for 200 s, roles wait, and then continue. base says so."""
    assert NAMES == sorted(INSTALLING)
    with ThreadPoolExecutor() as pool:
        told = dict(zip(INSTALLING, pool.map(lambda role: under_lock(tmp_path / role, role), INSTALLING), strict=True))
    assert "when no other program holds dpkg's lock" in told["base"]
