"""What the role synced_folder promises, asked of the machine."""

from pathlib import Path

import yaml
from testinfra.host import Host

PROJECT = "/vagrant"
REFUSED = yaml.safe_load((Path(__file__).parents[1] / "vars/main.yml").read_text())["__synced_folder_refused"]


def test_folder_belongs_to_its_user(host: Host) -> None:
    """The user of the box owns the project."""
    assert "vagrant" == host.file(PROJECT).user


def test_folder_is_no_shared_folder(host: Host) -> None:
    """The project lies on an ordinary file system, never on a hypervisor's shared folder."""
    kind = host.check_output(f"findmnt --noheadings --output FSTYPE --target {PROJECT}")
    assert kind not in REFUSED


def test_user_can_make_files(host: Host) -> None:
    """What the user makes there belongs to the user."""
    made = f"{PROJECT}/app/.made-by-a-test"
    host.check_output(f"sudo -u vagrant touch {made}")
    try:
        assert "vagrant" == host.file(made).user
    finally:
        host.check_output(f"rm {made}")


def test_rsync_is_there(host: Host) -> None:
    """The next sync finds its counterpart."""
    assert host.run("rsync --version").rc == 0


def test_many_files_can_be_watched(host: Host) -> None:
    """An auto-reloader can watch a large project."""
    assert int(host.check_output("cat /proc/sys/fs/inotify/max_user_watches")) >= 8192
