"""The collection, as another project installs it: built here, used in an empty folder."""

import json
import os
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.project import ROOT

ROLES = sorted(path.parent.parent.name for path in ROOT.glob("roles/*/tasks/main.yml"))
PARTS = ["CHANGELOG.md", "LICENSE", "meta", "plugins", "roles"]


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that `ansible-galaxy collection build` makes."""
    folder = tmp_path_factory.mktemp("built")
    galaxy("build", "--output-path", str(folder), folder=ROOT)
    (built,) = folder.glob("*.tar.gz")
    return built


@pytest.fixture(scope="module")
def installed(tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder with that collection in it. What it depends on comes with the package `ansible`."""
    folder = tmp_path_factory.mktemp("elsewhere")
    # By force: a user's machine may have it already, in a folder of all projects.
    galaxy("install", "--force", "--no-deps", "--collections-path", str(folder), str(tarball), folder=folder)
    return folder


def galaxy(*arguments: str, folder: Path) -> None:
    """Run `ansible-galaxy collection`."""
    subprocess.run(["ansible-galaxy", "collection", *arguments], cwd=folder, check=True, capture_output=True)


def ansible(*command: str, collections: Path) -> str:
    """Run a program of Ansible's that knows the installed collection, but not this project; return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
    done = subprocess.run(
        command,
        cwd=collections,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert 0 == done.returncode, done.stdout
    return done.stdout


def test_only_the_roles_are_in_it(tarball: Path) -> None:
    """Every file of theirs that git knows, but no tests; nothing of the toy, and nothing that lies about."""
    with tarfile.open(tarball) as archive:
        packed = {member.name for member in archive if member.isfile()}
    listed = subprocess.run(["git", "ls-files", *PARTS], cwd=ROOT, capture_output=True, text=True, check=True)
    known = {name for name in listed.stdout.splitlines() if not re.match(r"roles/(\w+/tests/|conftest)", name)}
    assert known | {"FILES.json", "MANIFEST.json"} == packed


@pytest.mark.parametrize("role", ROLES)
def test_specification_is_printed(installed: Path, role: str) -> None:
    """`ansible-doc` knows every variable of each role, with its type and its default."""
    name = f"breakable.toy.{role}"
    told = json.loads(ansible("ansible-doc", "--json", "--type", "role", name, collections=installed))
    spec = yaml.safe_load((ROOT / "roles" / role / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    options: dict[str, Any] = told[name]["entry_points"]["main"]["options"]
    assert {name: option.get("default") for name, option in spec["options"].items()} == {
        name: option.get("default") for name, option in options.items()
    }


@pytest.mark.parametrize("role", ROLES)
def test_no_role_needs_a_file_outside(installed: Path, role: str) -> None:
    """A playbook elsewhere finds the role's files: all that it imports is read before the first task runs."""
    playbook = installed / f"{role}.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "roles": [f"breakable.toy.{role}"]}]))
    tasks = ansible("ansible-playbook", "--list-tasks", playbook.name, collections=installed)
    assert f"breakable.toy.{role} : " in tasks


def test_version_is_semantic() -> None:
    """The version has three numbers."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"])


@pytest.mark.parametrize("page", ["roles/README.md", "examples/second-template/requirements.yml"])
def test_pages_ask_for_this_release(page: str) -> None:
    """A copied example gets the roles that the page describes."""
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    assert f"    type: git\n    version: v{version}\n" in (ROOT / page).read_text()


def test_changelog_has_this_release() -> None:
    """A version has its section, with its date."""
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    assert re.search(rf"(?m)^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text())
