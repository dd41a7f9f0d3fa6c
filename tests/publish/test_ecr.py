"""Publishing to AWS's registry: moto is AWS, and the registry's name leads to one of this machine."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from tests.infra.faults import Faults
from tests.infra.front import Front
from tests.infra.moto_process import running
from tests.publish.conftest import LAYER_BYTES, Clone
from tests.publish.line import Line
from tests.publish.registry import Registry

REGION = "us-east-1"
HOST = f"123456789012.dkr.ecr.{REGION}.amazonaws.com"
NAME = "breakable-toy/web"
NAMES = (HOST, f"api.ecr.{REGION}.amazonaws.com", f"*.{REGION}.amazonaws.com", "*.s3.amazonaws.com")
# moto lends this one.
PASSWORD = "123456789012-auth-token"  # noqa: S105 - for a registry of the test's own


@dataclass(frozen=True)
class Amazon:
    """Both of them, and the clone that finds them."""

    clone: Clone
    registry: Registry
    front: Front
    faults: Faults
    ecr: Any


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a moto server."""
    with running(tmp_path_factory.mktemp("moto")) as port:
        yield port


@pytest.fixture
def amazon(moto: int, clone: Clone, tmp_path: Path) -> Iterator[Amazon]:
    """AWS with an empty repository."""
    registry, faults = Registry(tmp_path / "ecr", PASSWORD), Faults(moto)
    ports = {HOST: registry.port, ".amazonaws.com": urlsplit(faults.url).port or 0}
    front = Front(tmp_path, NAMES, ports)
    (tmp_path / "temporary").mkdir()
    environment = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": "/dev/null",
        "HTTPS_PROXY": front.url,
        "https_proxy": front.url,
        "SSL_CERT_FILE": str(front.authority),
        "AWS_CA_BUNDLE": str(front.authority),
        "TMPDIR": str(tmp_path / "temporary"),
    }
    ecr = boto3.client(
        "ecr",
        region_name=REGION,
        endpoint_url=f"http://127.0.0.1:{moto}",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - moto asks for any
    )
    ecr.create_repository(repositoryName=NAME)
    yield Amazon(Clone(clone.folder, environment), registry, front, faults, ecr)
    if ecr.describe_repositories()["repositories"]:
        ecr.delete_repository(repositoryName=NAME)
    registry.stop()
    front.close()
    faults.close()


def test_published_to_the_region(amazon: Amazon, archive: Path, tmp_path: Path) -> None:
    """Logged in with what AWS lends, which nothing prints or leaves behind; plan then takes that image by itself."""
    digest = amazon.clone.keep(archive, "app")
    told = amazon.clone.run("scripts/cipublish", "staging", TOY_DEBUG="1")
    assert 0 == told.returncode, told.stderr
    reference = f"{HOST}/{NAME}@{digest}"
    assert reference == told.stdout.splitlines()[-1]
    assert f"/v2/{NAME}/manifests/{amazon.clone.commit[:12]}" in amazon.registry.asked("PUT")
    assert "is there already" in amazon.clone.told("staging")
    assert PASSWORD not in told.stdout + told.stderr
    assert [] == list((tmp_path / "temporary").iterdir())
    planned = amazon.clone.run("scripts/infra", "plan", "staging")
    assert f"▶ Plan {reference}" in planned.stdout
    # As far as it gets without a state.
    assert "./scripts/infra init staging" in planned.stderr


def test_plan_wants_what_was_published(amazon: Amazon, registry: Registry, archive: Path) -> None:
    """An image that was published elsewhere cannot be planned without naming it."""
    amazon.clone.keep(archive, "app")
    amazon.clone.publish(IMAGE_REGISTRY=f"{registry.address}/team")
    done = amazon.clone.run("scripts/infra", "plan", "staging")
    assert 1 == done.returncode
    assert f"No image of {amazon.clone.commit[:12]} was published from here to us-east-1." in done.stderr
    assert "./scripts/cibuild && ./scripts/cipublish staging" in done.stderr


def test_repository_comes_first(amazon: Amazon, archive: Path) -> None:
    """Without a repository, the message has the command that makes it."""
    amazon.ecr.delete_repository(repositoryName=NAME)
    amazon.clone.keep(archive, "app")
    told = amazon.clone.refused("staging")
    assert f"There is no repository {NAME} in {REGION} yet." in told
    assert "./scripts/infra init staging" in told
    assert [] == amazon.registry.asked("GET", "PUT", "POST", "PATCH")


@pytest.mark.parametrize("action", ["DescribeRepositories", "GetAuthorizationToken"])
def test_expired_credentials(amazon: Amazon, archive: Path, action: str) -> None:
    """AWS refuses one of the questions."""
    expired = {"__type": "ExpiredTokenException", "message": "The security token included in the request is expired"}
    amazon.faults.before = lambda asked: (400, expired) if asked == action else None
    amazon.clone.keep(archive, "app")
    told = amazon.clone.refused("staging")
    assert "expired" in told
    assert "aws sso login), then type: ./scripts/cipublish staging" in told
    assert [] == amazon.registry.asked("PUT", "POST", "PATCH")


def test_wrong_password(amazon: Amazon, archive: Path, tmp_path: Path) -> None:
    """The registry's refusal is reported at once, not tried again."""
    other = Registry(tmp_path / "other", "another password")
    amazon.front.ports[HOST] = other.port
    amazon.clone.keep(archive, "app")
    told = amazon.clone.refused("staging")
    other.stop()
    assert f"{HOST} does not accept your credentials" in told
    assert "./scripts/infra init staging" in told
    assert "It broke off" not in told
    assert "another password" not in told
    assert PASSWORD not in told


def test_registry_that_cannot_prove_itself(amazon: Amazon, archive: Path) -> None:
    """A certificate of an authority that this machine does not trust: no password is sent."""
    amazon.clone.keep(archive, "app")
    told = amazon.clone.refused("staging", SSL_CERT_FILE=os.devnull, SSL_CERT_DIR=os.devnull)
    assert f"{HOST} cannot be trusted" in told
    assert [] == amazon.registry.asked("GET", "PUT", "POST", "PATCH")


@pytest.mark.parametrize(("words", "missing"), [(("keep", "{archive}"), "skopeo"), (("publish", "staging"), "awscli")])
def test_tool_that_is_missing(
    amazon: Amazon, archive: Path, tmp_path: Path, words: tuple[str, ...], missing: str
) -> None:
    """The module, called by hand, says what to install."""
    amazon.clone.keep(archive, "app")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "git").symlink_to(shutil.which("git") or "git")
    command = [sys.executable, "-m", "breakable_toy.release", *(word.format(archive=archive) for word in words)]
    done = amazon.clone.run(*command, PATH=str(tools))
    assert 1 == done.returncode
    assert f"sudo apt-get install {missing}" in done.stderr


def test_cancelled_job_leaves_no_password(amazon: Amazon, archive: Path, tmp_path: Path) -> None:
    """While it pushes, the password is in no command line; ended by CI in the middle, it takes the file with it."""
    amazon.clone.keep(archive, "app")
    temporary = tmp_path / "temporary"
    seen: list[str] = []

    def cancel() -> None:
        seen.extend(path.name for path in temporary.glob("*/*"))
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                seen.extend(re.findall("skopeo|" + PASSWORD, process.read_text()))
        pushing.terminate()

    with Line(amazon.registry.port, lambda passed, _: passed > LAYER_BYTES // 3, cancel) as line:
        Thread(target=line.serve_forever, daemon=True).start()
        amazon.front.ports[HOST] = line.server_address[1]
        command = [str(amazon.clone.folder / "scripts/cipublish"), "staging"]
        pushing = subprocess.Popen(command, env=amazon.clone.variables, stdout=subprocess.DEVNULL)
        assert 143 == pushing.wait(60)
        line.shutdown()
    assert {"auth.json", "skopeo"} == set(seen)
    assert [] == list(temporary.iterdir())
