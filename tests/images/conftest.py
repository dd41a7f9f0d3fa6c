"""The running box of this clone, whose Docker has the images and runs the services."""

import json
import shlex
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.support.inside import inside
from tests.support.production import COMPOSE, running

IMAGES = {
    "prod": "breakable-toy/web:prod",
    "dev": "breakable-toy/web:dev",
    "postgis": "breakable-toy/postgis:17",
}
# As strict as it gets. Settings that load, and nothing behind them.
STRICT = (
    "--read-only --cap-drop ALL --security-opt no-new-privileges --network none --tmpfs /tmp "
    "--env DJANGO_SECRET_KEY=unused --env DJANGO_ALLOWED_HOSTS=localhost --env POSTGRES_PASSWORD=unused"
)

Run = Callable[..., str]
Inspect = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def run() -> Run:
    """Run a shell command in a fresh, strict container of an image; return its output."""

    def run(image: str, command: str, options: str = "") -> str:
        shell = f"--entrypoint sh {IMAGES[image]} -c {shlex.quote(command)}"
        return inside(f"docker run --rm {STRICT} {options} {shell}")

    return run


@pytest.fixture(scope="session")
def image() -> Inspect:
    """Return what Docker knows of an image."""
    return lambda name: dict(json.loads(inside(f"docker image inspect {IMAGES[name]}"))[0])


@pytest.fixture(scope="session")
def prod() -> Iterator[None]:
    """Run the production image with the other services."""
    with running():
        yield


@pytest.fixture(scope="session")
def container(prod: None) -> Inspect:
    """Return what Docker knows of a service's running container."""
    return lambda service: dict(json.loads(inside(f"docker inspect $({COMPOSE} ps --quiet {service})"))[0])
