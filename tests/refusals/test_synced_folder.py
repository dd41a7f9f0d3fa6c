"""Refusals and messages of the role synced_folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.refusals.machine import Machine
from tests.support.project import ROOT

# The controller's part, which needs the standard library only; prints the files of the folder in its argument.
SYNC = (ROOT / "plugins/module_utils/sync.py").read_text()
LIST = f"{SYNC}\nimport sys\nprint(*source_files(sys.argv[1], []), sep='\\n')\n"
# A package of that name and age, with a program that says so. What is older than 3.1.0 does not know --chown.
OLD_RSYNC = r"""
mkdir -p /tmp/rsync/DEBIAN /tmp/rsync/usr/bin && cd /tmp/rsync
printf 'Package: rsync\nVersion: 3.0.9-4\nArchitecture: %s\nMaintainer: Ada\nDescription: old\n' \
  "$(dpkg --print-architecture)" >DEBIAN/control
printf '#!/bin/sh\necho "rsync  version 3.0.9  protocol version 30"\n' >usr/bin/rsync && chmod +x usr/bin/rsync
dpkg-deb --build . /tmp/rsync.deb && dpkg --install /tmp/rsync.deb
"""


@pytest.fixture(params=["9p", "fuse.vmhgfs-fuse", "prl_fs", "vboxsf", "vmhgfs"])
def kind(lasting: Machine, request: pytest.FixtureRequest) -> Iterator[str]:
    """Each file system of hypervisors' shared folders, as findmnt reports it."""
    lasting.run("cat >/usr/local/bin/findmnt && chmod +x /usr/local/bin/findmnt", f"#!/bin/sh\necho {request.param}\n")
    yield request.param
    lasting.run("rm /usr/local/bin/findmnt")


def test_hypervisors_shared_folder_is_refused(lasting: Machine) -> None:
    """A folder on a file system of the refused kind is refused by the name of that kind."""
    refused = yaml.safe_load((ROOT / "roles/synced_folder/vars/main.yml").read_text())["__synced_folder_refused"]
    assert "vboxsf" in refused
    # The kernels of these tests have no vboxsf: a tmpfs replaces it.
    lasting.run("mkdir /shared && mount -t tmpfs tmpfs /shared")
    told = lasting.refused("synced_folder", __synced_folder_refused=["tmpfs"], synced_folder_path="/shared")
    assert "/shared is a tmpfs mount, a hypervisor's shared folder." in told
    assert 'type: "rsync"' in told


def test_shared_folders_of_all_hypervisors_are_refused(lasting: Machine, kind: str) -> None:
    """VirtualBox's, VMware's old and new ones, Parallels' and QEMU's: the role has the names of all of them."""
    told = lasting.refused("synced_folder")
    assert f"/vagrant is a {kind} mount, a hypervisor's shared folder." in told
    assert "changed=0" in told


def test_old_rsync_is_replaced(lasting: Machine) -> None:
    """One that does not know --chown, with which a sync would stop in the middle, gives way to the archive's."""
    lasting.run(OLD_RSYNC)
    assert "3.0.9" in lasting.run("rsync --version")
    lasting.applied("synced_folder")
    assert "3.0.9" not in lasting.run("rsync --chown=root:root --version")


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
    """If nothing would be lost, there is no message."""
    lasting.run("rm -rf /vagrant")
    assert "the next sync overwrites" not in lasting.applied("synced_folder", synced_folder_source=str(tmp_path))


def test_controller_needs_no_gnu_find(lasting: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The find of macOS and others is not used; files that exist only on the machine are reported all the same."""
    find, project = tmp_path / "bin/find", tmp_path / "project"
    find.parent.mkdir()
    find.write_text("#!/bin/sh\nexit 1\n")
    find.chmod(0o755)
    project.mkdir()
    (project / "both").touch()
    lasting.run("rm -rf /vagrant; mkdir /vagrant && touch /vagrant/made")
    monkeypatch.setenv("PATH", str(find.parent), prepend=os.pathsep)
    assert "Only in /vagrant" in lasting.applied("synced_folder", synced_folder_source=str(project))


def test_trailing_slash_keeps_exclusions(lasting: Machine, tmp_path: Path) -> None:
    """A folder that is not synced is not compared, whether or not its parent is written with a slash at its end."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/theirs").touch()
    lasting.run("rm -rf /vagrant; mkdir -p /vagrant/.venv && touch /vagrant/.venv/ours")
    told = lasting.applied("synced_folder", synced_folder_source=f"{tmp_path}/", synced_folder_excludes=["/.venv/"])
    assert "ours" not in told


def test_unreadable_folder_is_passed_over(lasting: Machine) -> None:
    """A file that the controller's user may not read cannot be compared; the rest is."""
    lasting.run("mkdir -p /srv/listed/closed /srv/listed/known && touch /srv/listed/open /srv/listed/known/of")
    lasting.run("chmod 0700 /srv/listed/closed; chmod 0744 /srv/listed/known")
    listed = lasting.run("runuser -u nobody -- python3 - /srv/listed", stdin=LIST)
    assert ["open"] == listed.splitlines()


def test_missing_source_is_named(lasting: Machine, tmp_path: Path) -> None:
    """A typo in the controller's folder is refused, not taken for an empty folder."""
    told = lasting.refused("synced_folder", synced_folder_source=f"{tmp_path}/typo")
    assert f"{tmp_path}/typo is not a folder of the machine that runs Ansible." in told


def test_source_left_empty_compares_nothing(lasting: Machine) -> None:
    """`synced_folder_source:` without a value counts as unset."""
    assert "Only in" not in lasting.applied("synced_folder", synced_folder_source=None)


def test_names_may_be_any_bytes(lasting: Machine, tmp_path: Path) -> None:
    """Names other than UTF-8 are compared like others; the one that exists only here is reported."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/both\xe9")).touch()
    lasting.run(r"rm -rf /vagrant; mkdir /vagrant && cd /vagrant && touch $(printf 'both\351') $(printf 'made\351')")
    lasting.run(r"touch -d 2000-01-01 /vagrant/$(printf 'both\351')")
    told = lasting.applied("synced_folder", synced_folder_source=str(tmp_path))
    assert r"made\xe9" in told
    assert "both" not in told
    assert "" == lasting.run("find /vagrant ! -user vagrant")


@pytest.mark.parametrize("path", ["/vagrant", "/vagrant/file"])
def test_another_group_is_mended(lasting: Machine, path: str) -> None:
    """The group that the role has given comes back, to the folder and to what is in it."""
    lasting.applied("synced_folder")
    lasting.run(f"cd /vagrant && touch file && chown vagrant: file && chgrp root {path}")
    lasting.applied("synced_folder")
    assert "vagrant" == lasting.run(f"stat -c %G {path}")


def test_owner_without_account_is_refused(lasting: Machine) -> None:
    """An unknown owner is refused, and nothing is made."""
    told = lasting.refused("synced_folder", synced_folder_owner="vagarnt", synced_folder_path="/none")
    assert "vagarnt has no account on this machine." in told
    lasting.run("test ! -e /none")


def test_owners_group_may_have_another_name(lasting: Machine) -> None:
    """The folder is given to its owner's own group, however that is called."""
    lasting.run("useradd --gid users deploy; mkdir /srv/theirs; touch /srv/theirs/file")
    variables = {"synced_folder_owner": "deploy", "synced_folder_path": "/srv/theirs"}
    lasting.applied("synced_folder", **variables)
    assert "deploy:users\ndeploy:users" == lasting.run("stat -c %U:%G /srv/theirs /srv/theirs/file")
    assert "changed=0" in lasting.applied("synced_folder", **variables)
