"""The production image in the box of this clone, next to the development one, on the same database."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.inside import inside

COMPOSE = "docker compose -f compose.yaml -f compose.prod.yaml"
PORT = 8001


@contextmanager
def running() -> Iterator[None]:
    """Run `web-prod`, from an image of the present sources."""
    inside("docker buildx bake --progress quiet prod")
    inside(f"{COMPOSE} up --detach --wait --quiet-pull web web-prod")
    try:
        yield
    finally:
        inside(f"{COMPOSE} rm --force --stop web-prod")
