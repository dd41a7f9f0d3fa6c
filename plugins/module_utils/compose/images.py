"""Images on the machine."""

from __future__ import annotations

from .config import Config
from .docker import Docker

FORMAT = "{{.Repository}}:{{.Tag}} {{.ID}}"


def service_images(docker: Docker, config: Config) -> dict[str, str]:
    """Return, by service, the line with the id of its image; "" where the image is missing."""
    inspect = ("image", "inspect", "--format", "{{.Id}}")
    found = {name: docker(*inspect, config.image(name)) for name in config.defined}
    # Of a missing image, Docker prints an empty line.
    return {name: done.stdout if done.returncode == 0 else "" for name, done in found.items()}


def all_images(docker: Docker) -> list[str]:
    """Return a line `name:tag id` for each image that has a name."""
    listed = docker("image", "ls", "--no-trunc", "--filter", "dangling=false", "--format", FORMAT)
    return sorted(listed.stdout.splitlines())
