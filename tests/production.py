"""The production image in the box of this clone, beside the development one and on the same database."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.project import ROOT

COMPOSE = "docker compose -f compose.yaml -f compose.prod.yaml"
PORT = 8001

Inside = Callable[[str], str]


@pytest.fixture(name="inside", scope="session")
def inside_fixture(tmp_path_factory: pytest.TempPathFactory) -> Inside:
    """Run a shell command in the project's folder of the box; return its output.

    By ssh itself: `vagrant ssh` takes three seconds to find out each time how.
    """
    config = tmp_path_factory.mktemp("ssh") / "config"
    config.write_text(
        subprocess.run(["vagrant", "ssh-config"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    )

    def inside(command: str) -> str:
        ssh = ["ssh", "-F", str(config), "default", f"cd /vagrant && {command}"]
        done = subprocess.run(ssh, capture_output=True, text=True, check=False)
        assert 0 == done.returncode, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    return inside


@contextmanager
def running(inside: Inside) -> Iterator[None]:
    """Run `web-prod`, from an image of the present sources. `inside` runs a command in the box's project folder."""
    inside("docker buildx bake --progress quiet prod")
    inside(f"{COMPOSE} up --detach --wait --quiet-pull web web-prod")
    try:
        yield
    finally:
        inside(f"{COMPOSE} rm --force --stop web-prod")
