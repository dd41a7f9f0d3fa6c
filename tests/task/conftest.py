"""The task definitions of terraform/, and a database such as AWS's, in the running box's Docker."""

import base64
import json
import shlex
import subprocess
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.images.conftest import IMAGES
from tests.support.inside import inside
from tests.support.project import ROOT

DATABASE = "database.test"
MASTER, REQUESTS = "toy", "toy_web_0"
MAKE = f"""
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=authority \
  -keyout authority.key -out authority.pem
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN={DATABASE} \
  -addext subjectAltName=DNS:{DATABASE} -CA authority.pem -CAkey authority.key -keyout server.key -out server.pem
"""

Containers = dict[str, dict[str, Any]]


def secret(place: str) -> str:
    """Return what AWS keeps there, for a test."""
    return f"of-a-test-{zlib.crc32(place.encode())}"


@dataclass(frozen=True)
class Stage:
    """A network with a database that shows a certificate of this authority."""

    network: str
    authority: str

    def options(self, container: dict[str, Any], *, authority: str = "") -> str:
        """Return `docker run`'s options for a container of a task definition, with its image and its command.

        AWS's answers stand for themselves but for the secrets and the database's authority.
        """
        values = {entry["name"]: entry["value"] for entry in container["environment"]}
        values |= {entry["name"]: secret(entry["valueFrom"]) for entry in container["secrets"]}
        values |= {"POSTGRES_CA": authority or self.authority}
        words = [f"--network={self.network}", f"--user={container['user']}", f"--memory={container['memory']}m"]
        words += [f"--env={name}={value}" for name, value in values.items()]
        # Fargate's volume is an empty folder with the rights that the image has there: so is one of Docker's.
        words += [f"--volume={mount['containerPath']}" for mount in container["mountPoints"]]
        words += ["--read-only"] * container["readonlyRootFilesystem"]
        words += ["--init"] * container["linuxParameters"]["initProcessEnabled"]
        words += [f"--cap-drop={name}" for name in container["linuxParameters"]["capabilities"]["drop"]]
        if health := container.get("healthCheck"):
            kind, *command = health["command"]
            assert kind == "CMD"
            words += [f"--health-cmd={shlex.join(command)}", "--health-start-interval=1s"]
            times = {"interval": "interval", "timeout": "timeout", "start-period": "startPeriod"}
            words += [f"--health-{option}={health[name]}s" for option, name in times.items()]
            words += [f"--health-retries={health['retries']}", f"--stop-timeout={container['stopTimeout']}"]
        return shlex.join([*words, IMAGES["prod"], *container.get("command", [])])


@pytest.fixture(scope="session")
def containers() -> Containers:
    """AWS's task definitions, by name: Terraform itself writes it, AWS's answers are made up."""
    script = "source scripts/lib/terraform.sh; use_provider_folder"
    lock = "PYTHONPATH=src python3 -m breakable_toy.infra.lock && export TF_DATA_DIR=$PWD/.cache/terraform"
    init = f"{lock} && terraform -chdir=terraform init -backend=false -input=false -lockfile=readonly >/dev/null"
    test = "terraform -chdir=terraform test -json -verbose -filter=tests/task.tftest.hcl"
    done = subprocess.run(
        ["bash", "-c", f"{script} && {init} && {test}"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    assert 0 == done.returncode, done.stdout
    (plan,) = (told["test_plan"] for told in map(json.loads, done.stdout.splitlines()) if told["type"] == "test_plan")
    return {
        change["index"]: json.loads(change["change"]["after"]["container_definitions"])[0]
        for change in plan["resource_changes"]
        if change["type"] == "aws_ecs_task_definition"
    }


@pytest.fixture(scope="session")
def stage(containers: Containers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A database as the definition wants it, on a separate network."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["bash", "-ec", MAKE], cwd=folder, check=True, capture_output=True)
    name = f"toy-task-{uuid.uuid4().hex[:8]}"
    values = {entry["name"]: entry["value"] for entry in containers["manage"]["environment"]}
    secrets = {entry["name"]: secret(entry["valueFrom"]) for entry in containers["manage"]["secrets"]}
    assert (MASTER, REQUESTS) == (values["POSTGRES_USER"], values["POSTGRES_WEB_USER"])
    assert DATABASE == values["POSTGRES_HOST"]
    try:
        inside(f"docker network create {name} && docker volume create {name}")
        inside(
            f"docker run --rm --user 0 --volume {name}:/tls --entrypoint sh {IMAGES['postgis']} -c "
            + shlex.quote(" && ".join(_written(folder, file) for file in ("server.pem", "server.key")))
        )
        inside(
            f"docker run --detach --name {name} --network {name} --network-alias {DATABASE} --volume {name}:/tls:ro "
            f"--env POSTGRES_DB={values['POSTGRES_DB']} --env POSTGRES_USER={values['POSTGRES_USER']} "
            f"--env POSTGRES_PASSWORD={secrets['POSTGRES_PASSWORD']} {IMAGES['postgis']} "
            f"-c port={values['POSTGRES_PORT']} "
            "-c log_statement=ddl -c ssl=on -c ssl_cert_file=/tls/server.pem -c ssl_key_file=/tls/server.key"
        )
        inside(healthy(name))
        # At AWS nothing is in a new database, and its owner, not a superuser, may bring PostGIS and make users.
        bare = f'-c "drop extension postgis" -c "alter role {MASTER} createrole"'
        inside(f"docker exec {name} psql -U postgres -d toy {bare}")
        trust = "echo trusted = true >>/usr/share/postgresql/*/extension/postgis.control"
        inside(f"docker exec --user 0 {name} bash -c {shlex.quote(trust)}")
        yield Stage(name, (folder / "authority.pem").read_text())
    finally:
        inside(f"docker rm --force --volumes {name}; docker volume rm --force {name}; docker network rm {name}")


def _written(folder: Path, file: str) -> str:
    """Return the command that writes it where only the database may read it."""
    text = base64.b64encode((folder / file).read_bytes()).decode()
    return f"echo {text} | base64 -d >/tls/{file} && chown 999:999 /tls/{file} && chmod 600 /tls/{file}"


def healthy(container: str) -> str:
    """Return the command that waits until a container calls itself healthy, at most two minutes; else, what it said."""
    status = f"docker inspect --format {{{{.State.Health.Status}}}} {container}"
    wait = f"timeout 120 sh -c 'until {status} | grep -qx healthy; do sleep 1; done'"
    return f"{{ {wait} || {{ docker logs {container}; false; }}; }}"
