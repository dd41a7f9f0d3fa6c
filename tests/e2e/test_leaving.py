"""A user's last day with the box: a `git pull`, then `destroy`. Not for a box that Molecule made, and will destroy."""

import docker
import pytest
from tests.e2e.box import Box

from breakable_toy import ports


def test_update_migrates_the_database(box: Box) -> None:
    """A migration that a `git pull` brought is applied by `./scripts/update`."""
    folder = box.folder / "app/polls/migrations"
    last = max(path.stem for path in folder.glob("0*.py"))
    text = "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
    (folder / "0900_pulled.py").write_text(f'{text}    dependencies = [("polls", "{last}")]\n')
    run = box.script("update")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "[X] 0900_pulled" in box.inside("docker compose exec -T web ./manage.py showmigrations polls")


def test_a_stopped_box_is_not_provisioned(box: Box) -> None:
    """`vagrant provision` says so, and does not take note of what it has not done."""
    note = next(box.folder.glob(".vagrant/machines/default/*/provisioned"))
    note.unlink()
    assert box.vagrant("halt").returncode == 0
    run = box.vagrant("provision")
    assert (1, True) == (run.returncode, "The box does not run." in run.stderr), run.stderr
    assert not note.exists()


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
    assert ports.port("TOY_PORT", str(box.port)) is None
