"""Another project, far from this one, which takes the roles from this repository."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import vagrant
import yaml
from tests.support.project import ROOT, free_port


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example in an empty folder, with the collection of this very clone: all that its README says."""
    folder = tmp_path_factory.mktemp("a second", numbered=False) / "template"
    shutil.copytree(ROOT / "examples/second-template", folder, ignore=shutil.ignore_patterns(".vagrant"))
    wanted = {"name": f"git+file://{ROOT}", "type": "git", "version": "HEAD"}
    (folder / "requirements.yml").write_text(yaml.safe_dump({"collections": [wanted]}))
    install = ["collection", "install", "--force", "--offline", "-r", "requirements.yml", "-p", "collections"]
    subprocess.run(["ansible-galaxy", *install], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def address(template: Path) -> Iterator[str]:
    """Its service's address; the box is made for these tests, and removed after them."""
    port = free_port()
    # Nothing that points to this project's roles.
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "TOY_"))}
    machine = vagrant.Vagrant(root=str(template), env={**mine, "PORT": str(port)}, quiet_stdout=False)
    try:
        machine.up(provider="docker")
        yield f"http://127.0.0.1:{port}"
    finally:
        machine.destroy()


def test_its_service_answers(address: str) -> None:
    """The page and the health check come through the forwarded port."""
    assert "second template works" in requests.get(address, timeout=10).text
    assert {"status": "ok"} == requests.get(f"{address}/health", timeout=10).json()


def test_second_run_changes_nothing(address: str, template: Path) -> None:
    """The roles have nothing to do in a box that they have just made."""
    environment = {**os.environ, "PORT": address.rpartition(":")[2], "ANSIBLE_FORCE_COLOR": "0"}
    command = ["vagrant", "provision"]
    done = subprocess.run(command, cwd=template, env=environment, check=True, capture_output=True, text=True)
    assert "changed=0" in done.stdout, done.stdout
