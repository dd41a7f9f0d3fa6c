"""Which roles' tests a box is asked."""

import subprocess
import sys

import pytest
import yaml
from tests.support.project import ROOT

(PLAY,) = yaml.safe_load((ROOT / "playbooks/box.yml").read_text())
BOX = {entry["role"].rpartition(".")[2] for entry in PLAY["roles"]}


def asked(path: str) -> set[str]:
    """Return the roles whose tests pytest finds there."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-p", "no:cacheprovider", path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {line.split("/")[1] for line in done.stdout.splitlines() if "::" in line}


def test_box_is_asked_for_what_it_has() -> None:
    """All roles of its playbook, and no other."""
    assert BOX == asked("roles")


@pytest.mark.parametrize("path", ["", "/tests", "/tests/test_deploy_tools.py"])
def test_role_is_asked_by_its_name(path: str) -> None:
    """Nothing is left out of what is named: the scenario `role` does that."""
    assert {"deploy_tools"} == asked(f"roles/deploy_tools{path}")


@pytest.mark.parametrize("scenario", ["default", "vm"])
def test_whole_box_is_asked_by_its_folder(scenario: str) -> None:
    """Molecule names each file below `directory`, by which none would be left out."""
    verifier = yaml.safe_load((ROOT / f"molecule/{scenario}/molecule.yml").read_text())["verifier"]
    assert "." == verifier["directory"]
    assert "../../roles" in verifier["additional_files_or_dirs"]
