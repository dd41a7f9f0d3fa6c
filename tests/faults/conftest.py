"""The box of this clone, with the production image beside the development one."""

from collections.abc import Iterator

import pytest
import vagrant
from tests.production import Inside, running
from tests.project import ROOT


@pytest.fixture(scope="session")
def inside() -> Inside:
    """Run a shell command in the box's project folder and return its standard output."""
    machine = vagrant.Vagrant(root=str(ROOT))
    return lambda command: str(machine.ssh(command=f"cd /vagrant && {command}"))


@pytest.fixture(scope="session", autouse=True)
def production(inside: Inside) -> Iterator[None]:
    """Have it run as long as these tests take."""
    with running(inside):
        yield
