"""The box of this clone, with the production image beside the development one."""

from collections.abc import Callable, Iterator

import pytest
import vagrant
from tests.project import ROOT

Inside = Callable[[str], str]
COMPOSE = "docker compose -f compose.yaml -f compose.prod.yaml"


@pytest.fixture(scope="session")
def inside() -> Inside:
    """Run a shell command in the box's project folder and return its standard output."""
    machine = vagrant.Vagrant(root=str(ROOT))
    return lambda command: str(machine.ssh(command=f"cd /vagrant && {command}"))


@pytest.fixture(scope="session", autouse=True)
def production(inside: Inside) -> Iterator[None]:
    """Run `web-prod`, from an image of the present sources, as long as these tests take."""
    inside("docker buildx bake --progress quiet prod")
    inside(f"{COMPOSE} up --detach --wait --quiet-pull web web-prod")
    try:
        yield
    finally:
        inside(f"{COMPOSE} rm --force --stop web-prod")
