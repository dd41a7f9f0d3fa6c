"""The promises of the role synced_folder, asked of the machine."""

from pathlib import Path
from typing import Any

import yaml
from testinfra.host import Host

Variables = dict[str, Any]
REFUSED = yaml.safe_load((Path(__file__).parents[1] / "vars/main.yml").read_text())["__synced_folder_refused"]


def test_all_belongs_to_its_user(host: Host, variables: Variables) -> None:
    """The project's user, and his group, own the folder, and all that is in it."""
    path, owner = variables["synced_folder_path"], variables["synced_folder_owner"]
    group = host.user(owner).group
    assert (owner, group) == (host.file(path).user, host.file(path).group)
    assert "" == host.check_output(f"sudo find {path} -xdev '(' ! -user {owner} -o ! -group {group} ')' -print -quit")


def test_folder_is_no_shared_folder(host: Host, variables: Variables) -> None:
    """The project lies on an ordinary file system, never on a hypervisor's shared folder."""
    kind = host.check_output(f"findmnt --noheadings --output FSTYPE --target {variables['synced_folder_path']}")
    assert kind not in REFUSED


def test_folder_is_for_all_to_read(host: Host, variables: Variables) -> None:
    """Services that run as other users can read the project; only its user writes it."""
    assert 0o755 == host.file(variables["synced_folder_path"]).mode


def test_user_can_make_files(host: Host, variables: Variables) -> None:
    """Files that the user creates there belong to the user."""
    made = f"{variables['synced_folder_path']}/.made-by-a-test"
    host.check_output(f"sudo -u {variables['synced_folder_owner']} touch {made}")
    try:
        assert variables["synced_folder_owner"] == host.file(made).user
    finally:
        host.check_output(f"sudo rm {made}")


def test_rsync_is_there(host: Host) -> None:
    """The next sync finds its counterpart, which knows --chown."""
    assert 0 == host.run("rsync --chown=root:root --version").rc
