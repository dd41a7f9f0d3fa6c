"""Files: compared, written, removed."""

import getpass
import grp
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.files import File, access, apply, difference, differences

OWN = {"owner": getpass.getuser(), "group": grp.getgrgid(os.getgid()).gr_name}


def wanted(path: Path, content: str | None = "a\n", **options: Any) -> File:
    """Return a wanted file of this user."""
    return File(path=str(path), content=content, **{**OWN, **options})


def test_written_file_is_equal(tmp_path: Path) -> None:
    file = wanted(tmp_path / "file", mode="0600")
    assert difference(file)
    apply(file)
    assert difference(file) is None
    assert ["file"] == [path.name for path in tmp_path.iterdir()]
    assert access(tmp_path / "file")[2] == 0o600


@pytest.mark.parametrize("change", ["content", "line ends", "mode", "link"])
def test_change_is_a_difference_and_is_repaired(tmp_path: Path, change: str) -> None:
    path, file = tmp_path / "file", wanted(tmp_path / "file")
    apply(file)
    if change == "content":
        path.write_text("b\n")
    elif change == "line ends":
        path.write_bytes(b"a\r\n")
    elif change == "mode":
        path.chmod(0o666)
    else:
        path.rename(tmp_path / "other")
        path.symlink_to(tmp_path / "other")
    assert difference(file)
    apply(file)
    assert difference(file) is None
    assert not path.is_symlink()


def test_absent_file_is_removed(tmp_path: Path) -> None:
    file = wanted(tmp_path / "file", None)
    assert difference(file) is None
    (tmp_path / "file").write_text("a")
    assert difference(file)
    apply(file)
    assert [] == list(tmp_path.iterdir())


def test_dangling_link_is_removed(tmp_path: Path) -> None:
    (tmp_path / "file").symlink_to("nowhere")
    file = wanted(tmp_path / "file", None)
    assert difference(file)
    apply(file)
    assert [] == list(tmp_path.iterdir())


def test_followed_link_stays(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")
    file = wanted(tmp_path / "link", follow=True)
    assert difference(file)
    apply(file)
    assert (tmp_path / "link").is_symlink()
    assert "a\n" == (tmp_path / "target").read_text()
    assert difference(file) is None


def test_file_without_its_folder_is_left_out(tmp_path: Path) -> None:
    assert difference(wanted(tmp_path / "none/file", needs_folder=False)) is None
    assert difference(wanted(tmp_path / "none/file"))


def test_invalid_content_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old\n")
    with pytest.raises(ValueError, match=r"Invalid content for .*file"):
        apply(wanted(tmp_path / "file", validate="grep --quiet valid %s"))
    assert "old\n" == (tmp_path / "file").read_text()
    assert ["file"] == [path.name for path in tmp_path.iterdir()]


def test_valid_content_is_written(tmp_path: Path) -> None:
    apply(wanted(tmp_path / "file", "valid\n", validate="grep --quiet valid %s"))
    assert "valid\n" == (tmp_path / "file").read_text()


def test_unknown_owner_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Unknown owner"):
        apply(wanted(tmp_path / "file", owner="no-such-user"))


def test_differences_keep_their_order(tmp_path: Path) -> None:
    files = [wanted(tmp_path / name) for name in ("b", "a", "c")]
    apply(files[1])
    assert [files[0], files[2]] == [found.file for found in differences(files)]


def test_difference_has_the_texts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old\n")
    found = difference(wanted(tmp_path / "file", "new\n"))
    assert found
    assert ("old\n", "new\n") == (found.diff["before"], found.diff["after"])
