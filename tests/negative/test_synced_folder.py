"""What stops the role synced_folder, and what it says of a folder."""

from pathlib import Path

import yaml
from tests.negative.machine import Machine
from tests.project import ROOT


def test_hypervisors_shared_folder_is_refused(lasting: Machine) -> None:
    """A folder on a file system of the refused kind is refused by the name of that kind."""
    refused = yaml.safe_load((ROOT / "roles/synced_folder/vars/main.yml").read_text())["__synced_folder_refused"]
    assert "vboxsf" in refused
    # No kernel of ours has vboxsf: a tmpfs stands in for it.
    lasting.run("mkdir /shared && mount -t tmpfs tmpfs /shared")
    told = lasting.refused("synced_folder", __synced_folder_refused=["tmpfs"], synced_folder_path="/shared")
    assert "/shared is a tmpfs mount, a hypervisor's shared folder." in told
    assert 'type: "rsync"' in told


def test_what_a_sync_would_lose_is_told(lasting: Machine, tmp_path: Path) -> None:
    """Files that are newer on the machine, or only there, are named; what is excluded or equal is not."""
    for name in ("same", "edited", "older", ".env"):
        (tmp_path / name).write_text("")
    (tmp_path / ".venv").mkdir()
    lasting.run(
        "mkdir -p /vagrant/.cache && cd /vagrant && touch same edited made .env .cache/kept"
        " && touch -d 2000-01-01 older && touch -d '+1 hour' edited && touch -d '-1 hour' same"
    )
    told = lasting.applied(
        "synced_folder", synced_folder_source=str(tmp_path), synced_folder_excludes=["/.env", "/.venv/"]
    )
    newer, _, only = told.partition("Only in /vagrant")
    assert "edited" in newer
    assert "made" in only
    assert not [name for name in ("same", "older", ".env", "kept") if f"  {name}" in told]


def test_equal_folders_are_no_news(lasting: Machine, tmp_path: Path) -> None:
    """Where nothing would be lost, nothing is said."""
    lasting.run("rm -rf /vagrant")
    assert "the next sync overwrites" not in lasting.applied("synced_folder", synced_folder_source=str(tmp_path))
