"""The module files."""

from pathlib import Path

from tests.unit.plugins.conftest import RunModule
from tests.unit.plugins.module_utils.test_files import OWN


def test_files_are_written_once(run_module: RunModule, tmp_path: Path) -> None:
    (tmp_path / "old").touch()
    files = [{"path": f"{tmp_path}/new", "content": "a\n", **OWN}, {"path": f"{tmp_path}/old"}]
    checked = run_module("files", files=files, check_mode=True)
    assert (True, [f"{tmp_path}/new", f"{tmp_path}/old"]) == (checked["changed"], checked["changed_paths"])
    assert ["old"] == [path.name for path in tmp_path.iterdir()]
    assert run_module("files", files=files)["changed"]
    assert ["new"] == [path.name for path in tmp_path.iterdir()]
    again = run_module("files", files=files)
    assert (False, [], []) == (again["changed"], again["changed_paths"], again["diff"])


def test_invalid_content_fails(run_module: RunModule, tmp_path: Path) -> None:
    files = [{"path": f"{tmp_path}/new", "content": "a\n", "validate": "false %s", **OWN}]
    result = run_module("files", files=files)
    assert result["failed"]
    assert f"Invalid content for {tmp_path}/new" in result["msg"]
    assert [] == list(tmp_path.iterdir())
