"""Folders that are synced by rsync."""

import getpass
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils import sync
from ansible_collections.breakable.toy.plugins.module_utils.programs import stdout_of


def make(folder: Path, **files: float) -> None:
    """Create files with their times of change."""
    for name, seconds in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (seconds, seconds))


def test_source_files_have_their_times(tmp_path: Path) -> None:
    make(tmp_path, a=10, b__c=20.5)
    assert {"a": 10, "b/c": 20.5} == sync.source_files(str(tmp_path), [])


def test_excluded_paths_and_git_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, a=1, venv__b=1, keep__venv__c=1, env=1)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").touch()
    found = sync.source_files(f"{tmp_path}/", ["/venv/", "env"])
    assert {"a", "keep/venv/c"} == found.keys()


def test_links_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    assert {} == sync.source_files(str(tmp_path), [])


def test_newer_files_and_own_files_are_losses(tmp_path: Path) -> None:
    make(tmp_path, same=100, rounded=101.5, newer=200, older=50, own=1, both__own=1)
    source = {"same": 100.0, "rounded": 100.0, "newer": 100.0, "older": 100.0, "both/x": 1.0}
    found = sync.losses(str(tmp_path), source, [])
    assert ["newer"] == found.newer
    assert ["own", "both/own"] == found.only_here


def test_folder_without_files_of_the_source_is_no_loss(tmp_path: Path) -> None:
    make(tmp_path, venv__a=1, a=1)
    assert sync.Losses() == sync.losses(str(tmp_path), {"a": 1.0}, [])


def test_excluded_file_is_no_loss(tmp_path: Path) -> None:
    make(tmp_path, a=1, env=1)
    assert sync.Losses() == sync.losses(str(tmp_path), {"a": 1.0}, ["/env"])


def test_source_without_files_is_not_compared(tmp_path: Path) -> None:
    make(tmp_path, a=1)
    assert sync.Losses() == sync.losses(str(tmp_path), {}, [])


def test_names_may_be_any_bytes(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder, name in ((here, b"both\xe9"), (there, b"both\xe9"), (here, b"own\xe9")):
        folder.mkdir(exist_ok=True)
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).touch()
    found = sync.losses(str(here), sync.source_files(str(there), []), [])
    assert sync.Losses([], [r"own\xe9"]) == found


def test_group_of_unknown_user_is_none() -> None:
    assert os.getgid() == sync.group_of(getpass.getuser())
    assert sync.group_of("no-such-user") is None


@pytest.mark.skipif(not shutil.which("find"), reason="needs find")
def test_file_of_another_user_is_found(tmp_path: Path) -> None:
    make(tmp_path, a=1)
    gid = tmp_path.stat().st_gid
    assert "" == sync.foreign_file(str(tmp_path), getpass.getuser(), gid, stdout_of)
    assert str(tmp_path) == sync.foreign_file(str(tmp_path), getpass.getuser(), gid + 1, stdout_of)


@pytest.mark.parametrize(
    ("printed", "version"), [("rsync  version v3.2.7  protocol", "3.2.7"), ("rsync version 3.0.9 x", "3.0.9"), ("", "")]
)
def test_rsync_version_is_read(printed: str, version: str) -> None:
    assert version == sync.rsync_version(lambda command: printed)


def test_filesystem_is_that_of_findmnt() -> None:
    def run(command: Sequence[str]) -> str:
        assert "/vagrant" == command[-1]
        return "vboxsf\n"

    assert "vboxsf" == sync.filesystem("/vagrant", run)
