"""Folders that were moved or copied with their box, and paths that no tool can take."""

import json
from pathlib import Path

import pytest

from breakable_toy import clone, project_path

MACHINE = ".vagrant/machines/default/docker"


def clone_with_box(root: Path, made_in: Path, box_id: str = "0123") -> Path:
    """Return a folder with the notes that Vagrant has of a box that was made in `made_in`."""
    machine = root / MACHINE
    machine.mkdir(parents=True)
    (machine / "id").write_text(box_id)
    folder = {"guestpath": "/vagrant", "hostpath": str(made_in), "args": ["--archive"]}
    (machine / "synced_folders").write_text(json.dumps({"rsync": {"/vagrant": folder}}))
    return root


def synced(root: Path) -> str:
    """Return the folder from which the next sync would come."""
    return str(json.loads((root / MACHINE / "synced_folders").read_text())["rsync"]["/vagrant"]["hostpath"])


def test_folder_keeps_its_box(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is said, and nothing changed, where the folder is where it was, also by another of its names."""
    root = clone_with_box(tmp_path / "toy", tmp_path / "toy")
    (tmp_path / "link").symlink_to(root)
    assert [None, None] == [clone.box(root), clone.box(tmp_path / "link")]
    assert str(root) == synced(root)
    assert ("", "") == capsys.readouterr()


@pytest.mark.parametrize("other", ["nothing", "a file", "a new clone", "a new box"])
def test_moved_folder_takes_its_box_over(tmp_path: Path, capsys: pytest.CaptureFixture[str], other: str) -> None:
    """Whatever is at the old path now: it is not this box's folder any more, and the next sync comes from here."""
    before = tmp_path / "before"
    root = clone_with_box(tmp_path / "after", before)
    (root / MACHINE / "ssh-config").write_text("IdentityFile elsewhere")
    if other == "a file":
        before.write_text("")
    elif other == "a new clone":
        before.mkdir()
    elif other == "a new box":
        clone_with_box(before, before, "4567")
    assert clone.box(root) is None
    assert f"moved here from {before}" in capsys.readouterr().err
    assert str(root) == synced(root)
    assert not (root / MACHINE / "ssh-config").exists()
    assert clone.box(root) is None
    assert "" == capsys.readouterr().err


def test_copied_folder_is_refused(tmp_path: Path) -> None:
    """The original is named, with the command that makes the copy an independent clone; its notes stay as they are."""
    original = clone_with_box(tmp_path / "original", tmp_path / "original")
    copy = clone_with_box(tmp_path / "copy", original)
    problem = clone.box(copy)
    assert problem is not None
    assert f"a copy of {original}" in problem.what
    assert "rm -r .vagrant" in problem.fix
    assert str(original) == synced(copy)
    assert clone.box(original) is None


def test_folder_without_a_whole_box_is_left_alone(tmp_path: Path) -> None:
    """Notes that an interrupted start left, or none at all, are Vagrant's business."""
    (tmp_path / MACHINE).mkdir(parents=True)
    assert clone.box(tmp_path) is None
    (tmp_path / MACHINE / "id").write_text("0123")
    (tmp_path / MACHINE / "synced_folders").write_text("{")
    assert clone.box(tmp_path) is None


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["up"], 10),
        (["--provider=docker", "up"], 10),
        (["status"], 0),
        (["provision"], 0),
        (["up", "--help"], 0),
        ([], 0),
    ],
)
def test_host_is_prepared_before_the_first_box(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], status: int
) -> None:
    """In a fresh clone `vagrant up` brings what is missing; no other command does."""
    monkeypatch.setattr(clone, "ROOT", tmp_path)
    assert status == clone.main(command)


@pytest.mark.parametrize(
    "name", ["toy", "my toy", "Köln", "o\u0308", "日本語", "toy (1)", "a,b;c&d#e!f^g@h+i=j~k", "toy-2_x.y"]
)
def test_usual_path_is_accepted(name: str) -> None:
    """Letters of any script, spaces and the signs that were tried."""
    assert project_path.problem(Path("/home", name, "toy")) is None


@pytest.mark.parametrize(
    "character", ["%", "'", '"', "$", ":", "`", "\\", "*", "?", "[", "{", "<", "|", "\n", "\t", "\udcff"]
)
def test_path_with_a_sign_of_a_tools_own_is_refused(character: str) -> None:
    """The character is named, so that it can be found, and so is a way on."""
    problem = project_path.problem(Path(f"/home/a{character}b/toy"))
    assert problem is not None
    named = character if character.isprintable() else f"U+{ord(character):04X}"
    assert problem.what.endswith(f" {named}")
    assert "Move the project" in problem.fix
    str(problem).encode()
