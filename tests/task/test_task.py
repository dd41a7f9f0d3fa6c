"""The tasks as AWS is told to run them: the image of production, its environment, its rights, its health check."""

from collections.abc import Iterator

import pytest
from tests.inside import inside
from tests.task.conftest import Containers, Stage, healthy

VISITOR = "--header 'Host: toy.cloudfront.test' --header 'X-Forwarded-For: 192.0.2.1, 192.0.2.2'"
BY = "--header 'CloudFront-Forwarded-Proto: {}'"
STATUS = "curl --silent --output /dev/null --write-out '%{http_code} %{redirect_url}'"


@pytest.fixture(scope="module")
def migrated(stage: Stage, containers: Containers) -> str:
    """What the task of manage.py has said, before the service starts."""
    return inside(f"docker run --rm {stage.options(containers['manage'])} 2>&1")


@pytest.fixture(scope="module")
def web(stage: Stage, containers: Containers, migrated: str) -> Iterator[str]:
    """The address of the running task, as the load balancer knows it."""
    name = f"{stage.network}-web"
    try:
        inside(f"docker run --detach --name {name} {stage.options(containers['web'])}")
        inside(healthy(name))
        address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        yield inside(f"docker inspect --format '{address}' {name}") + ":8000"
    finally:
        inside(f"docker rm --force --volumes {name}")


def test_migrations_run(migrated: str) -> None:
    """The task for commands finds its way to the database, and makes the tables."""
    assert "Applying sessions.0001_initial... OK" in migrated


def test_migration_brings_postgis(stage: Stage, migrated: str) -> None:
    """The database had no PostGIS before."""
    asked = "select count(*) from pg_extension where extname = 'postgis'"
    assert "1" == inside(f'docker exec {stage.network} psql -U postgres -d toy -At -c "{asked}"')


def test_load_balancer_is_answered(web: str) -> None:
    """Over plain HTTP, by the task's private address, the liveness check says 200, without a redirect."""
    assert "200" == inside(f"{STATUS} http://{web}/health-check/live/")


def test_readiness_knows_the_database(web: str) -> None:
    """Whoever asks whether the toy can work, by its name, is told that the database answers."""
    asked = f"{VISITOR} {BY.format('https')} http://{web}/health-check/"
    assert '"database": true' in inside(f"curl --silent {asked}")


def test_visitors_are_served_by_https_only(web: str) -> None:
    """What CloudFront brings by HTTPS is a page; what came by HTTP is sent there."""
    assert "200" == inside(f"{STATUS} {VISITOR} {BY.format('https')} http://{web}/polls/")
    told = inside(f"{STATUS} {VISITOR} {BY.format('http')} http://{web}/polls/")
    assert "301 https://toy.cloudfront.test/polls/" == told
    assert "400" == inside(f"{STATUS} --header 'Host: elsewhere.test' http://{web}/polls/")


def test_connections_are_encrypted(stage: Stage, web: str) -> None:
    """All that the task says to the database goes by TLS."""
    asked = (
        "select count(*) > 0 and bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'toy'"
    )
    inside(f"{STATUS} {VISITOR} {BY.format('https')} http://{web}/polls/")
    assert "t" == inside(f'docker exec {stage.network} psql -U postgres -d toy -At -c "{asked}"')


def test_other_authoritys_database_is_not_trusted(stage: Stage, containers: Containers) -> None:
    """With the authorities that the definition really has, which are AWS's, nothing is told to this database."""
    (amazons,) = (entry["value"] for entry in containers["manage"]["environment"] if entry["name"] == "POSTGRES_CA")
    command = stage.options(containers["manage"], authority=amazons)
    told = inside(f"docker run --rm {command} 2>&1; echo status $?")
    assert "certificate verify failed" in told
    assert "status 0" not in told


def test_task_may_write_in_tmp_only(stage: Stage, containers: Containers) -> None:
    """Its user, its root file system and its rights are those that were promised."""
    look = "id -u; touch /app/x 2>&1; touch /tmp/x && echo written; grep CapBnd /proc/self/status"
    options = stage.options({**containers["manage"], "command": ["sh", "-c", look]})
    user, refused, written, rights = inside(f"docker run --rm {options}").splitlines()
    assert "1000" == user
    assert "Read-only file system" in refused
    assert "written" == written
    assert "0" * 16 == rights.split()[1]


def test_stopped_task_ends_by_itself(stage: Stage, containers: Containers, migrated: str) -> None:
    """When AWS stops it, it ends well before it would be killed."""
    name = f"{stage.network}-stopped"
    try:
        inside(f"docker run --detach --name {name} {stage.options(containers['web'])} && {healthy(name)}")
        inside(f"docker stop {name}")
        assert "0" == inside(f"docker inspect --format '{{{{.State.ExitCode}}}}' {name}")
    finally:
        inside(f"docker rm --force --volumes {name}")
