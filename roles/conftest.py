"""Shared by the tests of all roles: the roles of the box, and the variables that the machine was made with."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from testinfra.host import Host

HERE = Path(__file__).parent
(PLAY,) = yaml.safe_load((HERE.parent / "playbooks/box.yml").read_text())
BOX = {entry["role"].rpartition(".")[2] for entry in PLAY["roles"]}
# Pytest of this whole folder tests the box. Other roles are tested by their names, as the scenario `role` does.
collect_ignore = [path.name for path in HERE.iterdir() if path.is_dir() and path.name not in BOX]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the owner of another machine name its variables."""
    parser.addoption(
        "--variables",
        type=Path,
        default=HERE.parent / "playbooks/group_vars/all.yml",
        help="YAML file of the variables that the machine was made with (those of the toy unless given)",
    )


@pytest.fixture
def variables(request: pytest.FixtureRequest, host: Host) -> dict[str, Any]:
    """The role's variables: its defaults, and what the machine's own file says.

    A machine of the scenario `role` is called after its set, such as debian12-alternative; one release may have a
    separate file. Any other machine has the file of the option `--variables`.
    """
    tests = request.path.parent
    name = host.backend.get_hostname()
    # Vagrant calls every machine `default`, which is not a set here.
    stems = [name, name.rpartition("-")[2]] if name.startswith("debian") and "-" in name else []
    own = [tests / "variables" / f"{stem}.yml" for stem in stems]
    file = next((path for path in own if path.is_file()), request.config.getoption("--variables"))
    defaults = yaml.safe_load((tests.parent / "defaults/main.yml").read_text())
    return {**defaults, **(yaml.safe_load(file.read_text()) or {})}
