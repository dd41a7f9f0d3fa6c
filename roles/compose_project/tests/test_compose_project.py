"""What the role compose_project promises, asked of the machine."""

import shlex
from pathlib import Path
from typing import Any

import pytest
from testinfra.host import Host

Variables = dict[str, Any]


def compose(host: Host, variables: Variables, command: str) -> str:
    """Run `docker compose` as the project's owner, in its folder."""
    there = f"cd {shlex.quote(variables['compose_project_src'])} && docker compose {command}"
    return str(host.check_output(f"sudo -iu {variables['compose_project_owner']} sh -c {shlex.quote(there)}"))


@pytest.fixture
def services(host: Host, variables: Variables) -> list[str]:
    """The services that are to run."""
    return variables["compose_project_services"] or compose(host, variables, "config --services").split()


def test_services_are_healthy(host: Host, variables: Variables, services: list[str]) -> None:
    """Compose shows each of them as healthy; its logs are shown when not."""
    for service in services:
        state = compose(host, variables, f"ps --format '{{{{.Health}}}}' {service}")
        assert "healthy" == state, compose(host, variables, f"logs --tail 20 {service}")


def test_project_answers(host: Host, variables: Variables) -> None:
    """Its health address answers 200, inside the machine."""
    if url := variables["compose_project_health_url"]:
        assert "200" == host.check_output(f"curl -s -o /dev/null -w '%{{http_code}}' {url}")


def test_tasks_have_run(host: Host, variables: Variables) -> None:
    """Each one-shot task has been noted, so that it runs again only after a change."""
    slug = variables["compose_project_src"].strip("/").replace("/", "-")
    done = host.file(f"/var/lib/compose_project/{slug}").listdir()
    assert sorted(task["service"] for task in variables["compose_project_tasks"]) == sorted(done)


def test_example_task_ran_once(host: Host, variables: Variables) -> None:
    """Neither a second run of the role nor a restart of the machine repeats it."""
    if variables["compose_project_src"] == "/srv/example":
        assert "ran" == host.check_output("curl -s http://localhost:8080/migrated")


def test_secrets_are_for_their_owner_only(host: Host, variables: Variables) -> None:
    """Generated secrets and secret files belong to the project's owner, with mode 0600."""
    paths = [*([".env"] * bool(variables["compose_project_secrets"])), *variables["compose_project_secret_files"]]
    files = [host.file(f"{variables['compose_project_src']}/{path}") for path in paths]
    assert [(variables["compose_project_owner"], 0o600)] * len(files) == [(file.user, file.mode) for file in files]


def test_secret_files_are_the_controllers(host: Host, variables: Variables) -> None:
    """Each secret file has the content that was asked for."""
    for path, source in variables["compose_project_secret_files"].items():
        assert Path(source).read_text() == host.file(f"{variables['compose_project_src']}/{path}").content_string


def test_secrets_are_long(host: Host, variables: Variables) -> None:
    """Each generated secret is there, once, with 50 characters."""
    for name in variables["compose_project_secrets"]:
        command = f"sudo grep -cE '^{name}=[A-Za-z0-9]{{50}}$' {variables['compose_project_src']}/.env"
        assert "1" == host.check_output(command)


def test_services_start_at_boot(host: Host, variables: Variables, services: list[str]) -> None:
    """Docker restarts each service by itself, or systemd starts it."""
    slug = variables["compose_project_src"].strip("/").replace("/", "-")
    unit = host.service(f"compose-{slug}")
    for service in services:
        container = compose(host, variables, f"ps --quiet {service}")
        policy = host.check_output(f"docker inspect --format '{{{{.HostConfig.RestartPolicy.Name}}}}' {container}")
        assert policy == "unless-stopped" or unit.is_enabled


def test_built_images_carry_no_authority(host: Host, variables: Variables) -> None:
    """The machine's certificates served the builds, and stayed out of the images."""
    authorities = [
        host.file(path).content_string.splitlines()[2]
        for path in host.check_output("find /usr/local/share/ca-certificates -name '*.crt'").split()
    ]
    lines = " ".join(f"-e {line}" for line in authorities) or "-e no-authority-of-its-own"
    folders = "/etc /opt /usr/local /usr/share/ca-certificates /var/lib"
    for image in compose(host, variables, "config --images").split():
        if image != "tiny" and not image.startswith("built-"):
            look = f"docker run --rm --network none --user 0 --entrypoint grep {image} -rlsF {lines} {folders}"
            assert "" == host.run(look).stdout
