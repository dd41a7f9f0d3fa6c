"""What stops the role compose_project, and what it keeps."""

from typing import Any

import yaml
from tests.negative.machine import Machine
from tests.project import ROOT

SICK = {
    "services": {
        "sick": {
            "image": "tiny",
            "command": ["/bin/busybox", "sh", "-c", "echo the disk of my dreams is full; exec /bin/busybox sleep 600"],
            "healthcheck": {"test": ["CMD", "/bin/busybox", "false"], "interval": "1s", "retries": 2},
        },
        "broken": {"image": "tiny", "profiles": ["tasks"], "command": ["/bin/busybox", "ls", "/no/such/table"]},
    }
}


def compose(docker: Machine, **variables: Any) -> str:
    """Apply compose_project to the sick project; return what it said when it failed."""
    docker.run("mkdir -p /srv/sick && cat >/srv/sick/compose.yaml", stdin=yaml.safe_dump(SICK))
    done = docker.apply("compose_project", compose_project_src="/srv/sick", compose_project_owner="root", **variables)
    assert done.returncode != 0
    return done.stdout


def test_service_that_never_becomes_healthy_is_shown(docker: Machine) -> None:
    """The message has the service's last log lines and what to type."""
    told = compose(docker)
    assert "A service of /srv/sick failed, or never became healthy." in told
    assert "the disk of my dreams is full" in told
    assert "vagrant provision" in told


def test_failed_task_is_shown(docker: Machine) -> None:
    """A one-shot task that fails shows what it said."""
    told = compose(docker, compose_project_tasks=[{"service": "broken", "changed_pattern": "x"}])
    assert "/no/such/table: No such file or directory" in told


def test_failed_build_is_shown(docker: Machine) -> None:
    """A build that fails shows its last lines, and what to do about a network or a proxy."""
    docker.run("mkdir -p /srv/sick && cat >/srv/sick/docker-bake.hcl", stdin='target "web" {}')
    docker.run("cat >/srv/sick/Dockerfile", stdin='FROM tiny\nRUN ["/bin/busybox", "ls", "/no/such/index"]\n')
    told = compose(docker, compose_project_bake_targets=["web"])
    assert "The images of /srv/sick could not be built." in told
    assert "/no/such/index: No such file or directory" in told
    assert "base_ca_certificates" in told


def test_project_that_compose_does_not_understand_is_refused(docker: Machine) -> None:
    """What Compose says of the file is shown; the values of .env are not."""
    docker.run("mkdir -p /srv/odd && cat >/srv/odd/compose.yaml", stdin="services: {web: {imagine: tiny}}")
    docker.run("echo PASSWORD=hunter2 >/srv/odd/.env")
    told = docker.refused("compose_project", compose_project_src="/srv/odd", compose_project_owner="root")
    assert "Compose cannot read the project in /srv/odd" in told
    assert "imagine" in told
    assert "hunter2" not in told


def test_machine_without_compose_is_refused(lasting: Machine) -> None:
    """Where no role has installed Docker, the message names one that does."""
    lasting.run("mkdir -p /srv/some && echo 'services: {}' >/srv/some/compose.yaml")
    told = lasting.refused("compose_project", compose_project_src="/srv/some", compose_project_owner="root")
    assert "This machine has no Docker with Compose v2" in told
    assert "breakable.toy.docker" in told


def test_states_keep_the_data(docker: Machine) -> None:
    """Stopped, removed and started again, a project has what it had; its task runs again only when that is gone."""
    project = (ROOT / "roles/compose_project/tests/project/compose.yaml").read_text()
    docker.run("mkdir -p /srv/states && cat >/srv/states/compose.yaml", stdin=project)
    variables = {
        "compose_project_src": "/srv/states",
        "compose_project_owner": "root",
        "compose_project_tasks": [{"service": "migrate", "changed_pattern": "Applying"}],
    }
    runs = "docker compose --project-directory /srv/states exec web /bin/busybox grep -c ran /data/migrated"
    docker.applied("compose_project", **variables)
    assert "1" == docker.run(runs)

    docker.applied("compose_project", **variables, compose_project_state="stopped")
    assert "exited" == docker.run("docker inspect --format '{{.State.Status}}' example-web-1")
    assert "changed=0" in docker.applied("compose_project", **variables, compose_project_state="stopped")
    docker.run("! test -e /etc/systemd/system/compose-srv-states.service")

    docker.applied("compose_project", **variables, compose_project_state="absent")
    docker.run("! docker inspect example-web-1 2>/dev/null")
    assert "changed=0" in docker.applied("compose_project", **variables, compose_project_state="absent")

    docker.applied("compose_project", **variables)
    assert "1" == docker.run(runs)

    docker.run("docker compose --project-directory /srv/states down --volumes")
    docker.applied("compose_project", **variables)
    assert "1" == docker.run(runs)


def test_folder_without_project_is_refused(docker: Machine) -> None:
    """Where no project was synced, the message says so."""
    done = docker.apply("compose_project", compose_project_src="/srv/nothing")
    assert done.returncode != 0
    assert "There is no compose.yaml in /srv/nothing" in done.stdout
