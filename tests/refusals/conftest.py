"""Machines for what stops the roles, or makes them wait: provoked for real."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.refusals import prepared
from tests.refusals.machine import Machine, machine
from tests.refusals.prepared import locked
from tests.support.project import ROOT

# One static program makes an image without a registry.
TINY = """
[ -e /bin/busybox ] || { apt-get -q update && apt-get -q -y install busybox-static; }
tar --create --directory=/ bin/busybox | docker import - tiny
"""
# As a company has one: with the company's authority. Docker trusts every registry at 127.0.0.1, hence another address.
REGISTRY = """
ip address add 192.0.2.1/32 dev lo && echo 192.0.2.1 registry.example >>/etc/hosts
mkdir /srv/registry && cd /srv/registry && cat >settings.yml
apt-get -q update && apt-get -q download docker-registry && dpkg --extract docker-registry_*.deb .
new='openssl req -x509 -newkey rsa:2048 -nodes -days 1'
$new -subj /CN=company -keyout authority.key -out authority.pem
$new -subj /CN=registry.example -addext subjectAltName=DNS:registry.example \
  -CA authority.pem -CAkey authority.key -keyout key.pem -out certificate.pem
systemd-run --unit registry /srv/registry/usr/bin/docker-registry serve /srv/registry/settings.yml
ask='openssl s_client -connect registry.example:5000 -CAfile authority.pem -verify_return_error'
timeout 30 sh -c "until $ask </dev/null >/dev/null 2>&1; do sleep 0.1; done"
"""
REGISTRY_SETTINGS = {
    "version": 0.1,
    "storage": {"filesystem": {"rootdirectory": "/srv/registry/storage"}},
    "http": {
        "addr": "192.0.2.1:5000",
        "tls": {"certificate": "/srv/registry/certificate.pem", "key": "/srv/registry/key.pem"},
    },
}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Machine]:
    """A bare machine for one test, which sees how packages come to be installed."""
    yield from machine(tmp_path)


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[Machine]:
    """A machine for one test, with Docker and the packages of base: for all that installing them does not matter to."""
    yield from machine(tmp_path, image=prepared.image())


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine without Docker for the tests of one file, which leave it as they found it."""
    yield from machine(tmp_path_factory.mktemp("lasting"))


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with Docker and an image `tiny`, for the tests of one file."""
    for made in machine(tmp_path_factory.mktemp("docker"), image=prepared.image()):
        made.run(TINY)
        yield made


@pytest.fixture(scope="module")
def registry(docker: Machine) -> dict[str, str]:
    """A registry in that machine, with the certificate of its authority: as docker_registry_certificates takes it."""
    docker.run(REGISTRY, stdin=json.dumps(REGISTRY_SETTINGS))
    authority = docker.folder / "authority.pem"
    authority.write_text(docker.run("cat /srv/registry/authority.pem"))
    return {"registry.example:5000": str(authority)}


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key for SSH. Its public half has the suffix .pub."""
    made = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", made], check=True)
    return made


@pytest.fixture(scope="session")
def archive() -> Path:
    """An archive of Debian packages in the form of Docker's own, as a tar file (roles/docker/tests)."""
    made = ROOT / ".cache/docker-repository.tar"
    # It takes a minute of a processor: of several processes one makes it.
    with locked("docker-repository"):
        if not made.is_file():
            script = (ROOT / "roles/docker/tests/make-repository.sh").read_bytes()
            command = ["docker", "run", "--rm", "--interactive", "--pull=never", "breakable-toy/box:13", "sh", "-s"]
            new = made.with_suffix(".new")
            with new.open("wb") as file:
                subprocess.run(command, input=script, stdout=file, check=True)
            new.rename(made)
    return made


@pytest.fixture
def upstream(fresh: Machine, archive: Path) -> Machine:
    """A machine that has that archive, but no Docker yet."""
    offer(fresh, archive)
    return fresh


@pytest.fixture(scope="module")
def offered(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The same for the tests of one file, in their order: the first ones are refused, a later one installs Docker."""
    for made in machine(tmp_path_factory.mktemp("offered")):
        offer(made, archive)
        yield made


def offer(box: Machine, archive: Path) -> None:
    """Unpack the archive in a machine."""
    with archive.open("rb") as file:
        extract = "mkdir -p /srv/docker-repository && tar --extract --directory /srv/docker-repository"
        subprocess.run(["docker", "exec", "--interactive", box.name, "sh", "-c", extract], stdin=file, check=True)
