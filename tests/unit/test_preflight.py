"""The host checks, asked about this very host and about states that a test can make."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
import yaml
from tests.support.project import ROOT, free_port

from breakable_toy import checks, health, ports, preflight


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the preflight as the Vagrantfile does."""
    return subprocess.run(
        [sys.executable, "-m", "breakable_toy.preflight", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_free_port_is_no_problem() -> None:
    """A free port passes."""
    assert ports.port("TOY_PORT", str(free_port())) is None


@pytest.mark.parametrize("variable", ["TOY_MEMORY", "TOY_CPUS"])
@pytest.mark.parametrize("value", ["2g", "0", "-1", "", "1.5"])
def test_size_is_refused_when_not_a_whole_number(variable: str, value: str) -> None:
    """The message names the variable and a value that works."""
    done = run("--provider", "docker", "--bare", **{variable: value})
    assert 1 == done.returncode
    assert f'{variable} is "{value}", which is not a whole number' in done.stderr
    assert f"export {variable}=2" in done.stderr


def test_taken_port_names_its_variable_and_a_free_one() -> None:
    """The message for a taken port names the port, the variable, and a port that really is free."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        problem = ports.port("TOY_PORT", str(port))
    assert problem is not None
    assert f"Port {port} of 127.0.0.1 is taken" in problem.what
    suggested = problem.fix.split("TOY_PORT=")[1].split()[0]
    assert ports.port("TOY_PORT", suggested) is None


@pytest.fixture
def other_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, int]]:
    """The folder of a clone whose box runs, as Vagrant notes it, and the port of its page."""
    folder = tmp_path / "other clone"
    data = folder / ".vagrant"
    (data / "machines/default/libvirt").mkdir(parents=True)
    (data / "machines/default/libvirt/id").write_text("5ce7a1d0")
    machine = {
        "vagrantfile_path": str(folder),
        "local_data_path": str(data),
        "name": "default",
        "provider": "libvirt",
        "state": "running",
    }
    index = tmp_path / "vagrant.d/data/machine-index/index"
    index.parent.mkdir(parents=True)
    index.write_text(json.dumps({"version": 1, "machines": {"0": machine}}))
    monkeypatch.setenv("VAGRANT_HOME", str(tmp_path / "vagrant.d"))
    with socket.create_server(("127.0.0.1", 0)) as page:
        port = page.getsockname()[1]
        (data / "TOY_PORT").write_text(f"{port}")
        yield folder, port


@pytest.mark.parametrize(("fixed", "fix"), [(False, "Type: export TOY_PORT="), (True, "Type: cd '")])
def test_port_of_another_clone_is_named_by_its_folder(other_clone: tuple[Path, int], fixed: bool, fix: str) -> None:
    """With what stops that box, and for a new box another port."""
    folder, port = other_clone
    problem = ports.port("TOY_PORT", str(port), fixed=fixed)
    assert problem
    assert f"Port {port} of 127.0.0.1 is taken by the box of another clone: {folder}" == problem.what
    assert problem.fix.startswith(fix)
    assert f"cd '{folder}' && vagrant halt" in problem.fix


def test_offered_port_is_not_one_that_a_stopped_box_wants_back(
    other_clone: tuple[Path, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box of the other clone has the port that would be offered, and does not run."""
    folder, _ = other_clone
    offered = ports.port("TOY_PORT", "no number")
    assert offered
    (number,) = re.findall(r"TOY_PORT=(\d+)", offered.fix)
    (folder / ".vagrant/TOY_PORT").write_text(number)
    problem = ports.port("TOY_PORT", "no number")
    assert problem
    assert f"TOY_PORT={number} " not in problem.fix


def test_damaged_index_of_vagrant_is_no_problem(tmp_path: Path) -> None:
    """Vagrant may write it at this moment."""
    index = tmp_path / "data/machine-index/index"
    index.parent.mkdir(parents=True)
    index.write_text('{"version": 1, "mach')
    done = run("--bare", "--provider", "docker", "--port", f"TOY_PORT={free_port()}", VAGRANT_HOME=str(tmp_path))
    assert (0, "") == (done.returncode, done.stderr)


def test_stopped_container_with_the_port_is_named(stopped: tuple[str, int]) -> None:
    """A stopped box has its port still, for Vagrant: the message names the box, the variable, and a free port."""
    name, port = stopped
    done = run("--provider", "docker", "--port", f"TOY_PORT={port}")
    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 is taken by the container {name}" in done.stderr
    assert "export TOY_PORT=" in done.stderr


@pytest.fixture
def stopped() -> Iterator[tuple[str, int]]:
    """The name of a container that is stopped, and the port that it has."""
    port = free_port()
    image = yaml.safe_load((ROOT / "box/container.yml").read_text())["image"]
    container = docker.from_env().containers.create(image, ["true"], ports={"80/tcp": ("127.0.0.1", port)})
    try:
        yield str(container.name), port
    finally:
        container.remove(v=True)


@pytest.mark.parametrize("number", ["", "web", "80", "65536", "-1", "8000.5"])
def test_malformed_port_is_refused(number: str) -> None:
    """An unusable port is refused with the variable's name, never with a stack trace."""
    problem = ports.port("TOY_PORT", number)
    assert problem is not None
    assert f"TOY_PORT is '{number}'" in problem.what


def test_unknown_provider_is_refused() -> None:
    """An unknown provider ends with status 1 and the list of those there are."""
    done = run("--provider", "hyperv")
    assert done.returncode == 1
    assert "There is no provider 'hyperv'." in done.stderr
    assert "docker" in done.stderr


def test_silent_docker_daemon_is_reported() -> None:
    """With no daemon behind Docker's address, the message says so and what to type."""
    done = run("--provider", "docker", DOCKER_HOST=f"tcp://127.0.0.1:{free_port()}")
    assert done.returncode == 1
    assert "No Docker daemon answers." in done.stderr
    assert "./scripts/bootstrap --provider docker" in done.stderr


@pytest.mark.parametrize("address", ["ssh://user@docker.example.com", "tcp://192.0.2.1:2376"])
def test_docker_of_another_machine_is_refused(address: str) -> None:
    """Its ports would be there, too. The machine is not asked."""
    done = run("--bare", "--provider", "docker", DOCKER_HOST=address)
    assert 1 == done.returncode
    assert f"✗ DOCKER_HOST names a Docker on another machine: {address}" in done.stderr
    assert "unset DOCKER_HOST" in done.stderr


def test_unknown_context_of_docker_is_refused() -> None:
    """By the name of its variable."""
    done = run("--bare", "--provider", "docker", DOCKER_CONTEXT="nowhere")
    assert 1 == done.returncode
    assert "✗ DOCKER_CONTEXT names a context that Docker does not know: nowhere" in done.stderr


def test_absent_docker_is_reported(tmp_path: Path) -> None:
    """With no docker program at all, the message names the setup."""
    done = run("--provider", "docker", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "Docker is not installed" in done.stderr


def test_missing_libvirt_box_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty Vagrant home, the message says how the box is built."""
    monkeypatch.setenv("VAGRANT_HOME", str(tmp_path))
    problem = checks.libvirt_box()
    assert problem is not None
    assert "./scripts/box libvirt" in problem.fix


def test_bare_preflight_leaves_out_what_setup_installs(tmp_path: Path) -> None:
    """Before the setup has installed Docker, its absence is not a problem."""
    done = run("--bare", "--provider", "docker", PATH=str(tmp_path))
    assert (0, "") == (done.returncode, done.stderr)


def test_every_problem_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Two bad ports give two messages, each with three beats."""
    assert preflight.main(["--bare", "--provider", "docker", "--port", "TOY_PORT=1", "--port", "OTHER=x"]) == 1
    told = capsys.readouterr().err
    assert [2, 2] == [told.count("✗"), told.count("→")]


def test_health_gives_up_with_the_next_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A page that never answers ends the wait with what to type."""
    assert health.main([f"http://127.0.0.1:{free_port()}/", "--timeout", "0.1"]) == 1
    assert "docker compose logs" in capsys.readouterr().err


@pytest.mark.parametrize(("provider", "stop"), [("docker", "vagrant destroy -f"), ("libvirt", "vagrant halt")])
def test_port_of_a_running_box_stays(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    provider: str,
    stop: str,
) -> None:
    """Another port for a running box is refused with its present one, whatever the value."""
    (tmp_path / ".vagrant").mkdir()
    (tmp_path / ".vagrant/TOY_PORT").write_text("8123")
    monkeypatch.setattr(ports, "ROOT", tmp_path)
    arguments = ["--provider", provider, "--box", "running", "--port"]
    assert preflight.main([*arguments, "TOY_PORT=8123"]) == 0
    assert preflight.main([*arguments, "TOY_PORT=abc"]) == 1
    told = capsys.readouterr().err
    assert "TOY_PORT is 'abc', but this clone's box has port 8123." in told
    assert stop in told


def test_image_of_another_clone_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The box's image has one name for all clones: another clone's image of another definition is reported."""
    (tmp_path / "box").mkdir()
    (tmp_path / "box/container.yml").write_text((ROOT / "box/container.yml").read_text())
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    assert checks.container_image() is None
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache/box-container").write_text("of another clone\n")
    problem = checks.container_image()
    assert problem is not None
    assert "./scripts/box container" in problem.fix


@pytest.mark.parametrize(("box", "command"), [("absent", "./scripts/setup"), ("stopped", "vagrant up")])
def test_only_a_running_box_is_provisioned(box: str, command: str) -> None:
    """If it does not run, the message has the command that starts it."""
    done = run("--provider", "docker", "--box", box, "--provision")
    assert 1 == done.returncode
    assert f"→ Type: {command}" in done.stderr
