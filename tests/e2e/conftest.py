"""A separate box for these tests: a copy of this project, a free port, a real `vagrant up`, then `destroy`."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.box import Box, ssh_folder
from tests.support.project import ROOT, copy_project, free_port


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `molecule test -s vm` bring the machine that it made."""
    parser.addoption("--provider", default="docker", help="Vagrant's provider (default: docker)")
    parser.addoption("--box", metavar="FOLDER", help="use the running box of this copy, and leave it running")
    parser.addoption("--web-port", type=int, help="TOY_PORT of that box")


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Box:
    """A copy of the project, as a user has it who is not like us; no box yet.

    Its path has a space and a letter that is not ASCII, it was cloned under umask 077, and the user's ssh is set up for
    other machines.
    """
    if given := pytestconfig.getoption("--box"):
        return Box(Path(given), pytestconfig.getoption("--web-port"), pytestconfig.getoption("--provider"))
    folder = tmp_path_factory.mktemp("a clone of Zoë", numbered=False) / "toy"
    copy_project(folder)
    subprocess.run(["chmod", "--recursive", "go=", folder], check=True)
    own_ssh(folder)
    # The Python environment is the same, and takes a while to make.
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return Box(folder, free_port(), pytestconfig.getoption("--provider"))


def own_ssh(folder: Path) -> None:
    """Make `ssh` as it is with a ~/.ssh/config for other machines, which breaks whatever reads it.

    ssh finds that file by the user's account, which a test cannot change; an option later on the line wins over this.
    """
    ssh = shutil.which("ssh")
    script, config = ssh_folder(folder) / "ssh", ssh_folder(folder) / "config"
    script.parent.mkdir()
    config.write_text(
        "Host *\n  RequestTTY force\n  RemoteCommand echo this is another machine\n  ProxyJump nowhere.invalid\n"
    )
    script.write_text(f'#!/bin/sh\nexec {ssh} -F "${{0%/*}}/config" "$@"\n')
    script.chmod(0o755)


@pytest.fixture(scope="session")
def box(copy: Box, pytestconfig: pytest.Config) -> Iterator[Box]:
    """The running, provisioned box of that copy."""
    if pytestconfig.getoption("--box"):
        yield copy
        return
    try:
        interrupt(copy)
        try:
            copy.machine.up(provider=copy.provider)
        except subprocess.CalledProcessError:
            pytest.fail(copy.log.read_text())
        yield copy
    finally:
        copy.machine.destroy()
        shutil.rmtree(copy.folder.parent)


@pytest.fixture
def server(box: Box) -> Iterator[None]:
    """Run `./scripts/server` during the test."""
    with subprocess.Popen(
        ["./scripts/server"],
        cwd=box.folder,
        env=box.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        seen = []
        for line in process.stdout:
            seen.append(line)
            if "Watching:" in line:
                break
        else:
            pytest.fail("./scripts/server ended: " + "".join(seen))
        yield
        os.killpg(process.pid, signal.SIGINT)


def interrupt(box: Box) -> None:
    """Start the box and press Ctrl-C in the middle of the installation of Docker: the next `up` must repair that."""
    command = ["vagrant", "up", f"--provider={box.provider}"]
    with subprocess.Popen(
        command,
        cwd=box.folder,
        # Tasks that could be skipped are announced when they start, too.
        env={**box.environment, "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        seen = []
        for line in process.stdout or ():
            seen.append(line)
            if "breakable.toy.docker : packages | Install packages" in line:
                break
        else:
            pytest.fail("vagrant up ended by itself: " + "".join(seen))
        time.sleep(2)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode != 0, "the interrupted vagrant up claims success"
    prepared = box.provider != "docker" or any("The container box is" in line for line in seen)
    assert prepared, "vagrant up did not look for the box's image"
