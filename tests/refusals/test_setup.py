"""Failures of `scripts/setup` and `scripts/bootstrap`, provoked for real in copies of this project."""

import os
import signal
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import docker
import pytest
import yaml
from tests.support.project import ROOT, copy_project, free_port, installed, missing

PREFLIGHT = "PYTHONPATH=/toy/src python3 -m breakable_toy.preflight --bare --provider docker"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A fresh copy of the project, under a path with a space, with nothing installed in it."""
    folder = tmp_path / "a clone" / "toy"
    copy_project(folder)
    return folder


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the copy."""
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.fixture
def untrusted_server(tmp_path: Path) -> Iterator[str]:
    """A package index behind TLS whose certificate this machine does not trust: as a proxy has it."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_port}/"
    server.shutdown()


def test_unknown_authority_is_explained(copy: Path, untrusted_server: str) -> None:
    """Behind a TLS proxy whose CA is not installed, the message says how to install it."""
    done = run(copy, "./scripts/bootstrap", PIP_INDEX_URL=untrusted_server, PIP_RETRIES="1", PIP_NO_CACHE_DIR="1")
    assert done.returncode == 1
    assert "signed by an authority that this machine does not know" in done.stderr
    assert "update-ca-certificates" in done.stderr


def test_absent_network_is_explained(copy: Path) -> None:
    """When nothing answers, the message says that the network is the cause; the next run repairs."""
    nowhere = f"http://127.0.0.1:{free_port()}/"
    done = run(copy, "./scripts/bootstrap", PIP_INDEX_URL=nowhere, PIP_RETRIES="1", PIP_NO_CACHE_DIR="1")
    assert done.returncode == 1
    assert "the network or the package server does not answer" in done.stderr
    again = run(copy, "./scripts/bootstrap")
    assert again.returncode == 0, again.stderr
    assert (copy / ".venv/bin/ansible-playbook").exists()


def test_killed_bootstrap_is_repaired_by_the_next(copy: Path) -> None:
    """By SIGKILL to all of it, in the middle of the largest set of packages, which replaces pip as well."""
    command = ["./scripts/bootstrap", "--provider", "none", "--with-tests"]
    environment = copy / ".venv"
    with subprocess.Popen(command, cwd=copy, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        while process.poll() is None and installed(environment) < 60:
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGKILL)
    assert not list(environment.glob(".synced-*")), "It ended before the kill."
    again = run(copy, "./scripts/bootstrap")
    assert again.returncode == 0, again.stderr
    assert [] == missing(environment)
    for program in ("ansible-playbook", "pip"):
        assert run(copy, f".venv/bin/{program}", "--version").returncode == 0


def test_second_setup_is_refused(copy: Path) -> None:
    """Two setups at the same time: the second says so and touches nothing."""
    (copy / ".cache").mkdir()
    with subprocess.Popen(["flock", ".cache/setup.lock", "sleep", "60"], cwd=copy) as first:
        try:
            done = run(copy, "sh", "-c", "while flock -n .cache/setup.lock true; do :; done; ./scripts/setup")
        finally:
            first.terminate()
    assert done.returncode == 1
    assert "Another ./scripts/setup is running" in done.stderr
    assert not (copy / ".venv").exists()


def test_unknown_provider_is_refused_before_anything(copy: Path) -> None:
    """`--provider` with an unknown name installs nothing."""
    done = run(copy, "./scripts/setup", "--provider", "hyperv")
    assert done.returncode == 1
    assert "There is no provider 'hyperv'." in done.stderr
    assert not (copy / ".venv").exists()


def test_up_prepares_the_host(copy: Path) -> None:
    """In a fresh clone `vagrant up` installs what is missing; what stops that is explained, and no box made."""
    dead = f"http://127.0.0.1:{free_port()}/"
    away = {"PIP_INDEX_URL": dead, "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1", "PIP_TIMEOUT": "1"}
    done = run(copy, "vagrant", "up", "--provider=docker", TOY_PORT=str(free_port()), **away)
    assert done.returncode == 1
    assert "Install the Python packages" in done.stdout
    assert "→" in done.stderr
    assert not list(copy.glob(".vagrant/machines/default/*/id"))


def test_missing_box_image_is_refused(copy: Path) -> None:
    """If the box's image is missing, the message says how it is built, and nothing is made."""
    definition = copy / "box/container.yml"
    definition.write_text(definition.read_text().replace("image: breakable-toy/box:", "image: breakable-toy/absent:"))
    (copy / ".venv").symlink_to(ROOT / ".venv")
    # As a script calls it that has prepared the host.
    done = run(copy, "vagrant", "up", "--provider=docker", TOY_PORT=str(free_port()), TOY_HOST_READY="1")
    assert done.returncode == 1
    assert "The box's image breakable-toy/absent:13 does not exist on this machine." in done.stderr
    assert "./scripts/box container" in done.stderr
    assert not list(copy.glob(".vagrant/machines/default/*/id"))


def in_small_machine(**limits: object) -> tuple[int, str]:
    """Run the preflight in a container with these limits; return its status and output."""
    image = yaml.safe_load((ROOT / "box/container.yml").read_text())["image"]
    client = docker.from_env()
    container = client.containers.create(
        image, ["sh", "-c", PREFLIGHT], volumes=[f"{ROOT}/src:/toy/src:ro"], entrypoint=[], **limits
    )
    try:
        container.start()
        status = container.wait()["StatusCode"]
        return status, container.logs().decode()
    finally:
        container.remove(force=True, v=True)


def test_little_memory_is_refused() -> None:
    """With 1 GiB, the message says how much the box needs."""
    status, told = in_small_machine(mem_limit="1g")
    assert status == 1
    assert "Only 1.0 GiB of memory are free; the box needs 2 GiB." in told


def test_full_disk_is_refused() -> None:
    """With 1 GiB free where Docker keeps its data, the message says how much the box needs."""
    status, told = in_small_machine(tmpfs={"/var/lib/docker": "size=1g"})
    assert status == 1
    assert "Only 1.0 GiB are free on the disk of /var/lib/docker; the box needs 10 GiB." in told
