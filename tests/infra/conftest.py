"""A clone whose deployment is at a moto server of these tests, on this machine."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.infra.faults import Faults
from tests.infra.front import Front
from tests.infra.moto_process import running
from tests.support.project import ROOT, copy_project

REGION = "us-east-1"
REPOSITORY = f"123456789012.dkr.ecr.{REGION}.amazonaws.com/breakable-toy/web"
FIRST, SECOND, THIRD = (f"{REPOSITORY}@sha256:{digit * 64}" for digit in "123")
END = "test_destroy_leaves_nothing"
OVERRIDE = Path(__file__).with_name("moto_override.tf")


@dataclass(frozen=True)
class Cloud:
    """The clone, and what it takes for AWS."""

    folder: Path
    environment: dict[str, str]
    faults: Faults
    front: Front

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Begin ``scripts/infra``, in its own process group, as a shell does."""
        return subprocess.Popen(
            [self.folder / "scripts/infra", *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def infra(self, *words: str) -> str:
        """Run it; it must succeed. Returns what was said."""
        status, told = self.told(*words)
        assert status == 0, told
        return told

    def refused(self, *words: str) -> str:
        """Run it; it must fail. Returns what was said."""
        status, told = self.told(*words)
        assert status == 1, told
        return told

    def told(self, *words: str) -> tuple[int, str]:
        """Run it; return its status and what was said."""
        process = self.start(*words)
        try:
            told, _ = process.communicate(timeout=540)
        except BaseException:
            # Whatever hangs would keep the lock.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
        return process.returncode, told

    def client(self, service: str) -> Any:
        """Return a client of one of AWS's services, past the faults."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.environment["MOTO_URL"],
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - moto asks for any
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the end of the deployment after all that asks it, with its file: processes get the tests file by file."""
    ends = {item.path for item in items if item.name == END}
    items.sort(key=lambda item: (item.path in ends, item.name == END))


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a moto server."""
    with running(tmp_path_factory.mktemp("moto")) as port:
        yield port


@pytest.fixture(scope="session")
def cloud(moto: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A clone with the override for moto."""
    # Terraform has met a space before.
    folder = tmp_path_factory.mktemp("aws") / "a clone"
    copy_project(folder)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    shutil.copy(OVERRIDE, folder / "terraform")
    faults, front = Faults(moto), Front(tmp_path_factory.mktemp("front"))
    init = os.environ.get("TF_CLI_ARGS_init", "")  # noqa: SIM112 - Terraform's own
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHONPATH"))},
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": faults.url,
        "AWS_CONFIG_FILE": "/dev/null",
        "MOTO_URL": f"http://127.0.0.1:{moto}",
        # Names of buckets do not resolve on this machine.
        "TF_CLI_ARGS_init": f"{init} -backend-config=use_path_style=true".strip(),
        "HTTPS_PROXY": front.url,
        "https_proxy": front.url,
        "SSL_CERT_FILE": str(front.authority),
    }
    try:
        yield Cloud(folder, environment, faults, front)
    finally:
        faults.close()
        front.close()


@pytest.fixture(scope="session")
def deployment(cloud: Cloud) -> None:
    """One that is there: that whose life test_deployment.py has told, or where it has not, a new one."""
    status, told = cloud.told("output", "staging", "image")
    if status:
        assert "is not at AWS" in told or "There is no bucket" in told, told
        cloud.infra("init", "staging")
        cloud.infra("plan", "staging", "--image", FIRST)
        cloud.infra("apply", "staging")


@pytest.fixture(autouse=True)
def _no_faults(cloud: Cloud) -> Iterator[None]:
    """Each test begins with a cloud that is well."""
    yield
    cloud.faults.none()
    cloud.front.status = 200
    cloud.front.first.clear()
