"""The module ca_certificates."""

from pathlib import Path

from tests.unit.plugins.conftest import RunModule


def test_check_mode_changes_nothing(run_module: RunModule, tmp_path: Path) -> None:
    folder = tmp_path / "company"
    result = run_module("ca_certificates", folder=str(folder), certificates={"a.crt": "A"}, check_mode=True)
    assert result["changed"]
    assert str(folder / "a.crt") in result["changed_paths"]
    assert not folder.exists()
