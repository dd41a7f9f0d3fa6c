"""The module swap_file."""

from pathlib import Path

from tests.unit.plugins.conftest import RunModule


def test_check_mode_changes_nothing(run_module: RunModule, tmp_path: Path) -> None:
    result = run_module("swap_file", path=str(tmp_path / "swapfile"), size_mib=1, check_mode=True)
    assert ["unit", "file", "enable"] == result["steps"]
    assert [] == list(tmp_path.iterdir())


def test_negative_size_fails(run_module: RunModule) -> None:
    result = run_module("swap_file", path="/var/swapfile", size_mib=-1)
    assert result["failed"]
    assert "Invalid size_mib: -1 (expected 0 or more)." == result["msg"]
