"""The pipeline, run once: its repository, the registry that it pushes to, and a moto server for AWS."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from tests.infra.conftest import OVERRIDE, REGION
from tests.infra.faults import Faults
from tests.infra.front import CLOUDFRONT, Front
from tests.infra.moto_process import running
from tests.pipeline import jenkinsfile
from tests.pipeline.jenkins import Jenkins
from tests.publish.registry import Registry
from tests.publish.test_ecr import HOST, NAMES, PASSWORD
from tests.support.project import ROOT, copy_project

from breakable_toy import times
from breakable_toy.plan import BUILD

SECRET = "never-to-be-shown"  # noqa: S105 - moto asks for any


@dataclass(frozen=True)
class Build:
    """A build of main that has ended, and where its results are."""

    jenkins: Jenkins
    origin: Path
    registry: Registry
    front: Front
    moto: str

    def client(self, service: str) -> Any:
        """Return a client of one of AWS's services."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.moto,
            aws_access_key_id="test",
            aws_secret_access_key=SECRET,
        )


def commit(folder: Path) -> None:
    """Make a repository of this project as it is, with one commit."""
    copy_project(folder)
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for words in (["init", "--quiet"], ["add", "--all"], [*identity, "commit", "--quiet", "--message", "Begin"]):
        subprocess.run(["git", *words], cwd=folder, check=True)


def keep(workspace: Path) -> None:
    """Keep what the suites of the build have left: a run of all tests has them from there (breakable_toy.plan)."""
    files = [*(f"log/{suite}.log" for suite in ("box", *BUILD)), "reports", "screenshots", "seconds.json"]
    for file in files:
        source, target = workspace / ".cache" / file, ROOT / ".cache" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, copy_function=shutil.copy)
        elif file == "seconds.json" and source.is_file():
            times.note(json.loads(source.read_text()))
        elif source.is_file():
            shutil.copy(source, target)


def own_environment() -> dict[str, str]:
    """Return this process's, without variables of this clone or of a real AWS account."""
    others = ("AWS_", "TOY_", "PYTHONPATH", "VIRTUAL_ENV", "IMAGE_REGISTRY", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(others)}


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Run all of it."""
    folder = tmp_path_factory.mktemp("pipeline")
    origin = folder / "origin"
    commit(origin)

    def checkout(workspace: Path) -> None:
        subprocess.run(["git", "clone", "--quiet", origin, workspace], check=True)
        # An agent that has built before has the linters; one that only applies has its Python environment as well.
        (workspace / ".cache/tools").mkdir(parents=True)
        for tool in (ROOT / ".cache/tools").glob("*"):
            (workspace / ".cache/tools" / tool.name).symlink_to(tool)
        if workspace != folder / "workspace 0":
            (workspace / ".venv").symlink_to(ROOT / ".venv")
        (workspace / ".git/info/exclude").write_text(f".venv\n/terraform/{OVERRIDE.name}\n")

    with ExitStack() as stack:
        port = stack.enter_context(running(tmp_path_factory.mktemp("moto")))
        registry = Registry(folder / "registry", PASSWORD)
        stack.callback(registry.stop)
        faults = Faults(port)
        stack.callback(faults.close)
        ports = {HOST: registry.port, ".amazonaws.com": urlsplit(faults.url).port or 0}
        front = Front(folder, [*NAMES, CLOUDFRONT], ports)
        stack.callback(front.close)
        init = os.environ.get("TF_CLI_ARGS_init", "")  # noqa: SIM112 - Terraform's own
        # Names lead to the stand-ins where there are credentials, and nowhere else: a build has things to download.
        credentials = {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL": faults.url,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_CA_BUNDLE": str(front.authority),
            "TF_CLI_ARGS_init": f"{init} -backend-config=use_path_style=true".strip(),
            "HTTPS_PROXY": front.url,
            "https_proxy": front.url,
            "SSL_CERT_FILE": str(front.authority),
        }

        def lend(workspace: Path) -> dict[str, str]:
            # Terraform has to know the values that moto does not keep.
            shutil.copy(OVERRIDE, workspace / "terraform")
            return credentials

        environment = own_environment()
        # A person does this once for an account.
        once = folder / "once"
        checkout(once)
        made = [str(once / "scripts/infra"), "init", "staging"]
        subprocess.run(made, env={**environment, **lend(once)}, check=True, stdout=subprocess.DEVNULL)
        (pipeline,) = jenkinsfile.parse((origin / "Jenkinsfile").read_text()).inner
        jenkins = Jenkins(folder, checkout, environment, lend)
        try:
            jenkins.run(pipeline)
        finally:
            keep(folder / "workspace 0")
        yield Build(jenkins, origin, registry, front, faults.url)
        for workspace in {call.workspace for call in jenkins.calls}:
            shutil.rmtree(workspace)
