"""Pending work of apt and dpkg, and sources of packages."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils import apt
from tests.unit.plugins.module_utils.test_files import wanted

Run = Callable[[Sequence[str]], str]
URIS = """\
'http://a.example/debian/dists/trixie/InRelease' a.example_debian_dists_trixie_InRelease 0
'file:///srv/vendor/dists/trixie/vendor/7.0/InRelease' _srv_vendor_dists_trixie_vendor_7.0_InRelease 0
"""
LOCK = """
import fcntl, sys
lock = open(sys.argv[1], "a")
fcntl.lockf(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def printing(output: str) -> Run:
    """Return a function that runs nothing, and prints the same each time."""
    return lambda command: output


def test_missing_packages_are_those_that_are_not_installed() -> None:
    shown = "ii \tcurl\nrc \tgit\nun \tless\nhi \trsync\niU \tvim\n"
    names = ["curl", "git", "less", "rsync", "vim", "g++"]
    # vim is unpacked only.
    assert ["git", "less", "vim", "g++"] == apt.missing_packages(names, printing(shown))


def test_package_with_a_version_is_missing() -> None:
    assert ["less=668-1"] == apt.missing_packages(["less=668-1"], printing(""))


@pytest.mark.parametrize(
    ("audit", "updates", "expected"), [("", [], False), ("less\n", [], True), ("", ["0001"], True)]
)
def test_interrupted_installation_is_found(tmp_path: Path, audit: str, updates: list[str], expected: bool) -> None:
    (tmp_path / "updates").mkdir()
    for name in updates:
        (tmp_path / "updates" / name).touch()
    assert expected is apt.is_interrupted(printing(audit), tmp_path)


def test_lock_of_another_program_is_found(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    assert not apt.is_locked(lock)
    lock.touch()
    assert not apt.is_locked(lock)
    command = [sys.executable, "-c", LOCK, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert "held\n" == holder.stdout.readline()
        assert apt.is_locked(lock)
        holder.communicate("")
    assert not apt.is_locked(lock)


def test_lists_are_missing_until_each_source_has_its_release(tmp_path: Path) -> None:
    assert apt.lists_missing(printing(URIS), tmp_path)
    (tmp_path / "a.example_debian_dists_trixie_InRelease").touch()
    assert apt.lists_missing(printing(URIS), tmp_path)
    # A source without a signature.
    (tmp_path / "_srv_vendor_dists_trixie_vendor_7.0_Release").touch()
    assert not apt.lists_missing(printing(URIS), tmp_path)


def test_no_source_misses_no_list(tmp_path: Path) -> None:
    assert not apt.lists_missing(printing(""), tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Apt's own sources, and lists that it has read."""
    (tmp_path / "lists").mkdir()
    for name in ("a_InRelease", "b_Release", "a_Packages"):
        (tmp_path / "lists" / name).touch()
    (tmp_path / "own.sources").write_text("own")
    return tmp_path


def sources(folder: Path, mirror: bool) -> apt.Sources:
    """Return the wanted sources: a mirror instead of the own ones, or these."""
    own = [str(folder / "own.sources"), str(folder / "own.list")]
    file = wanted(folder / "mirror.sources", "mirror\n" if mirror else None)
    return apt.Sources([file], own if mirror else [], [] if mirror else own, lists=folder / "lists")


def names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_mirror_replaces_the_own_sources_and_gives_way_to_them(folder: Path) -> None:
    there, back = sources(folder, mirror=True), sources(folder, mirror=False)
    there.apply(there.differences())
    assert ["lists", "mirror.sources", "own.sources.aside"] == names(folder)
    assert ["a_Packages"] == names(folder / "lists")
    assert ([], []) == (there.differences(), list(there.renames()))
    back.apply(back.differences())
    assert ["lists", "own.sources"] == names(folder)
    assert "own" == (folder / "own.sources").read_text()
    assert ([], []) == (back.differences(), list(back.renames()))
