"""The module apt_sources."""

from pathlib import Path

import pytest
from tests.unit.plugins.conftest import RunModule
from tests.unit.plugins.module_utils.test_files import OWN


@pytest.fixture(autouse=True)
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of lists in place of the machine's."""
    from ansible_collections.breakable.toy.plugins.module_utils import apt  # noqa: PLC0415 - after the conftest

    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "a_InRelease").touch()
    defaults = list(apt.Sources.__init__.__defaults__ or ())
    monkeypatch.setattr(apt.Sources.__init__, "__defaults__", (*defaults[:-1], folder))
    return folder


def test_sources_are_replaced_once(run_module: RunModule, tmp_path: Path, lists: Path) -> None:
    own = tmp_path / "own.sources"
    own.touch()
    options = {
        "files": [{"path": f"{tmp_path}/mirror.sources", "content": "a\n", **OWN}],
        "set_aside": [str(own)],
    }
    assert run_module("apt_sources", **options, check_mode=True)["changed"]
    assert own.exists()
    changed = run_module("apt_sources", **options)
    assert [str(own), f"{tmp_path}/mirror.sources"] == changed["changed_paths"]
    assert [] == list(lists.iterdir())
    assert not run_module("apt_sources", **options)["changed"]
