"""A clone that root has worked in: tried in a container, as a user with sudo."""

import subprocess
import uuid
from collections.abc import Iterator

import pytest
import yaml
from tests.support.project import ROOT, copy_project

SCRIPT = """#!/usr/bin/env bash
source "$(dirname "$0")/lib/common.sh"
touch .cache/made
mkdir -p .vagrant/machines/default/docker
echo "ran as $(id -un) in $HOME with $# arguments: $*"
"""


class Clone:
    """A clone of the user `vagrant` in a container."""

    def __init__(self, container: str) -> None:
        """Take the container's name."""
        self.container = container

    def run(self, command: str, user: str = "vagrant") -> subprocess.CompletedProcess[str]:
        """Run a shell command in the clone."""
        words = ["docker", "exec", "--user", user, "--workdir", "/clone", self.container, "bash", "-c", command]
        return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """The box's image without its systemd."""
    folder = tmp_path_factory.mktemp("clone") / "toy"
    copy_project(folder)
    (folder / "scripts/show").write_text(SCRIPT)
    (folder / "scripts/show").chmod(0o755)
    image = yaml.safe_load((ROOT / "box/container.yml").read_text())["image"]
    name = f"breakable-toy-test-{uuid.uuid4().hex[:8]}"
    start = [
        "docker",
        "run",
        "--detach",
        "--name",
        name,
        "--entrypoint",
        "sleep",
        "--volume",
        f"{folder}:/given:ro",
        "--workdir",
        "/clone",
    ]
    try:
        subprocess.run([*start, image, "600"], capture_output=True, check=True)
        yield Clone(name)
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], capture_output=True, check=True)


@pytest.fixture
def clone(container: Clone) -> Clone:
    """As `git clone` leaves it."""
    container.run(
        "find /clone -mindepth 1 -delete; cp -a /given/scripts /given/src . && chown -R vagrant:vagrant .", user="root"
    )
    return container


def test_sudo_works_as_the_user_who_typed_it(clone: Clone) -> None:
    """With their home and all arguments; afterwards the same without sudo."""
    done = clone.run("sudo ./scripts/show 'two words' x")
    assert "" == done.stderr
    assert (0, "ran as vagrant in /home/vagrant with 2 arguments: two words x\n") == (done.returncode, done.stdout)
    assert "" == clone.run("find . ! -user vagrant").stdout
    assert 0 == clone.run("./scripts/show").returncode


def test_root_without_sudo_stays_root(clone: Clone) -> None:
    """As on CI."""
    done = clone.run("chown -R root:root . && ./scripts/show", user="root")
    assert (0, "ran as root in /root with 0 arguments: \n") == (done.returncode, done.stdout)


@pytest.mark.parametrize("place", [".cache/log", ".vagrant/machines/default/docker"])
def test_files_of_root_are_refused_with_what_returns_them(clone: Clone, place: str) -> None:
    """Files that an older sudo, or a `su`, has left; the command of the message is typed as it is."""
    clone.run(f"mkdir -p {place} && touch {place}/file && chown -R vagrant . && chown root {place}/file", user="root")
    done = clone.run("./scripts/show")
    assert (1, "") == (done.returncode, done.stdout)
    folder = place.partition("/")[0]
    assert f"owns files in {folder}." in done.stderr
    command = done.stderr.partition("→ Type: ")[2].partition("   in /clone")[0]
    assert f'sudo chown -R "$(id -un):$(id -gn)" {folder}' == command
    assert 0 == clone.run(command).returncode
    assert 0 == clone.run("./scripts/show").returncode


def test_folder_of_another_user_is_refused(clone: Clone) -> None:
    """Its help can be read all the same."""
    clone.run("chown root . && chmod 755 .", user="root")
    done = clone.run("./scripts/show")
    assert 1 == done.returncode
    assert "✗ The project's folder is not writable: /clone" in done.stderr
    assert 0 == clone.run("./scripts/setup --help").returncode
    clone.run("chown vagrant .", user="root")


def test_read_only_folder_is_refused(clone: Clone) -> None:
    """For root as well, who may write everywhere else."""
    done = clone.run("/given/scripts/show", user="root")
    assert 1 == done.returncode
    assert "✗ The project's folder is not writable: /given" in done.stderr


def test_preflight_refuses_sudo(clone: Clone) -> None:
    """A plain `sudo vagrant up` comes here: Vagrant itself cannot continue as another user."""
    done = clone.run("sudo PYTHONPATH=src python3 -m breakable_toy.preflight --bare --provider docker")
    assert 1 == done.returncode
    assert "✗ This runs as root, through sudo, in a user's clone." in done.stderr
