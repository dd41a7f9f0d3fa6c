"""What every role refuses, and what every role that installs packages waits for."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.negative.machine import ROLES, Machine, machine

NAMES = sorted(path.parent.parent.name for path in ROLES.glob("*/tasks/main.yml"))
# Of those that install packages on a bare machine: what keeps them from asking for more than Debian's archive.
INSTALLING = {"base": {}, "docker": {}, "synced_folder": {}, "deploy_tools": {"deploy_tools_terraform_version": ""}}
SECONDS = 200
# Says so when it has the lock.
LOCK = f"""import fcntl, time
held = open("/var/lib/dpkg/lock-frontend", "a")
fcntl.lockf(held, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep({SECONDS})
"""


def test_unsupported_distribution_is_refused(fresh: Machine) -> None:
    """On a system that the roles do not know, each of them touches nothing, and names the system."""
    fresh.run(r"sed -i 's/^VERSION_ID=.*/VERSION_ID=\"11\"/; s/trixie/bullseye/g' /etc/os-release")
    fresh.run("echo 11.9 >/etc/debian_version")
    for role in NAMES:
        told = fresh.refused(role)
        assert "This machine runs Debian 11.9" in told
        assert "which is not supported." in told
        assert "changed=0" in told


def under_lock(folder: Path, role: str) -> str:
    """Apply a role to a bare machine where another program holds dpkg's lock; return what was said."""
    folder.mkdir()
    with contextmanager(machine)(folder) as box:
        box.run("apt-get -q update && apt-get -q -y purge rsync")
        command = ["docker", "exec", box.name, "python3", "-c", LOCK]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as lock:
            assert lock.stdout
            assert "held\n" == lock.stdout.readline()
            told = box.applied(role, **INSTALLING[role])
            assert lock.poll() == 0
        return told


def test_dpkgs_lock_is_waited_for(tmp_path: Path) -> None:
    """While another program holds dpkg's lock for 200 s, roles wait, and then go on. base says so."""
    with ThreadPoolExecutor() as pool:
        told = dict(zip(INSTALLING, pool.map(lambda role: under_lock(tmp_path / role, role), INSTALLING), strict=True))
    assert "when no other program holds dpkg's lock" in told["base"]
