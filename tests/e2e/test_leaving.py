"""A user's last day with the box. Not for a box that Molecule made, which destroys it itself."""

import docker
import pytest
from tests.e2e.box import Box

from breakable_toy import checks


def test_destroy_leaves_nothing(box: Box) -> None:
    """`vagrant destroy -f` frees the port and removes the container with its anonymous volumes."""
    client = docker.from_env()
    container = client.containers.get((box.folder / ".vagrant/machines/default/docker/id").read_text())
    volumes = {mount["Name"] for mount in container.attrs["Mounts"] if mount["Type"] == "volume"}
    assert box.vagrant("destroy", "-f").returncode == 0
    with pytest.raises(docker.errors.NotFound):
        client.containers.get(container.id)
    left = volumes & {volume.name for volume in client.volumes.list()}
    assert left <= {"breakable-toy-cache"}
    assert checks.port("TOY_PORT", str(box.port)) is None
