"""The module json_file."""

import json
from pathlib import Path

from tests.unit.plugins.conftest import RunModule
from tests.unit.plugins.module_utils.test_files import OWN


def test_keys_are_merged_once(run_module: RunModule, tmp_path: Path) -> None:
    file = tmp_path / "daemon.json"
    file.write_text('{"others": 1, "gone": 2}')
    options = {"path": str(file), "values": {"a": [1], "gone": None}, "defaults": {"b": "x"}, **OWN}
    assert run_module("json_file", check_mode=True, **options)["changed"]
    assert '{"others": 1, "gone": 2}' == file.read_text()
    written = run_module("json_file", **options)
    assert (True, '{"others": 1, "gone": 2}') == (written["changed"], written["previous"])
    assert {"others": 1, "a": [1], "b": "x"} == json.loads(file.read_text())
    assert (False, {}) == ((again := run_module("json_file", **options))["changed"], again["diff"])


def test_equal_object_keeps_its_text(run_module: RunModule, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text('{"a":1}')
    run_module("json_file", path=str(file), values={"a": 1}, **OWN)
    assert '{"a":1}' == file.read_text()


def test_number_differs_from_a_boolean(run_module: RunModule, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text('{"a": 1}')
    assert run_module("json_file", path=str(file), values={"a": True}, **OWN)["changed"]
    assert {"a": True} == json.loads(file.read_text())


def test_mode_is_corrected(run_module: RunModule, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text("{}")
    file.chmod(0o666)
    assert run_module("json_file", path=str(file), values={}, **OWN)["changed"]
    assert 0o644 == file.stat().st_mode & 0o777


def test_refused_content_leaves_the_old_one(run_module: RunModule, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text("{}")
    result = run_module("json_file", path=str(file), values={"a": 1}, validate="false %s", **OWN)
    assert result["failed"]
    assert f"Invalid content for {file}" in result["msg"]
    assert ("{}", ["file.json"]) == (file.read_text(), [path.name for path in tmp_path.iterdir()])


def test_unreadable_file_is_kept(run_module: RunModule, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_text('{"debug": tru')
    result = run_module("json_file", path=str(file), values={"a": 1}, **OWN)
    assert '{"debug": tru' == Path(result["backup_file"]).read_text()
    assert {"a": 1} == json.loads(file.read_text())


def test_new_file_has_no_previous_text(run_module: RunModule, tmp_path: Path) -> None:
    assert run_module("json_file", path=f"{tmp_path}/new", values={}, **OWN)["previous"] is None
