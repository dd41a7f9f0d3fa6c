"""Trusted certificate authorities."""

import os
from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.certificates import Authorities
from tests.unit.plugins.module_utils.test_files import OWN


@pytest.fixture
def authorities(tmp_path: Path) -> Authorities:
    """Two wanted authorities, none of them trusted yet."""
    return Authorities(tmp_path / "folder", {"a.crt": "A\n", "b.crt": "B\n"}, tmp_path / "bundle.crt", **OWN)


def make(authorities: Authorities) -> None:
    """Bring about the state, with a bundle as update-ca-certificates makes it."""
    authorities.apply(lambda: make_bundle(authorities))


def make_bundle(authorities: Authorities) -> None:
    """Replace the bundle."""
    authorities.bundle.write_text("".join(path.read_text() for path in sorted(authorities.folder.glob("*.crt"))))


def test_applied_state_has_no_changes(authorities: Authorities) -> None:
    assert str(authorities.bundle) == authorities.changes()[-1]
    make(authorities)
    assert [] == authorities.changes()
    assert "A\nB\n" == authorities.bundle.read_text()
    assert 0o755 == authorities.folder.stat().st_mode & 0o7777


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_unlisted_path_is_removed(authorities: Authorities, kind: str) -> None:
    make(authorities)
    old = authorities.folder / "old.crt"
    if kind == "file":
        old.write_text("old")
    elif kind == "folder":
        old.mkdir()
        (old / "inside").touch()
    else:
        old.symlink_to("nowhere")
    assert str(old) in authorities.changes()
    make(authorities)
    assert ["a.crt", "b.crt"] == sorted(path.name for path in authorities.folder.iterdir())
    assert [] == authorities.changes()


def test_changed_certificate_is_replaced(authorities: Authorities) -> None:
    make(authorities)
    (authorities.folder / "a.crt").write_text("X")
    assert [str(authorities.folder / "a.crt"), str(authorities.bundle)] == authorities.changes()
    make(authorities)
    assert "A\nB\n" == authorities.bundle.read_text()


def test_folder_open_to_all_is_closed(authorities: Authorities) -> None:
    make(authorities)
    authorities.folder.chmod(0o777)
    assert str(authorities.folder) in authorities.changes()
    make(authorities)
    assert [] == authorities.changes()


def test_bundle_older_than_the_folder_is_made_again(authorities: Authorities) -> None:
    """As after an interruption between the two."""
    make(authorities)
    os.utime(authorities.bundle, (0, 0))
    assert [str(authorities.bundle)] == authorities.changes()


def test_missing_bundle_is_made(authorities: Authorities) -> None:
    make(authorities)
    authorities.bundle.unlink()
    assert [str(authorities.bundle)] == authorities.changes()
