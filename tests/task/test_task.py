"""The tasks as AWS would run them: the image of production, its environment, its rights, its health check."""

import re
import shlex
from collections.abc import Iterator

import pytest
from tests.support.inside import inside
from tests.task.conftest import MASTER, REQUESTS, Containers, Stage, healthy, secret

VISITOR = "--header 'Host: toy.cloudfront.test' --header 'X-Forwarded-For: 192.0.2.1, 192.0.2.2'"
BY = "--header 'CloudFront-Forwarded-Proto: {}'"
SEED = ["python", "manage.py", "seed_polls"]
STATUS = "curl --silent --output /dev/null --write-out '%{http_code} %{redirect_url}'"


def answer(stage: Stage, *statements: str, user: str = "postgres") -> str:
    """Return what the database answers to a user's statements."""
    words = ["psql", "-U", "postgres", "-d", "toy", "-Atq", "-c", f"set session authorization {user}"]
    for statement in statements:
        words += ["-c", statement]
    return inside(f"docker exec {stage.network} {shlex.join(words)} 2>&1 || true")


@pytest.fixture(scope="module")
def migrated(stage: Stage, containers: Containers) -> str:
    """The output of the manage.py task, before the service starts."""
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
    assert "1" == answer(stage, "select count(*) from pg_extension where extname = 'postgis'")


def test_load_balancer_is_answered(web: str) -> None:
    """Over plain HTTP, by the task's private address, the liveness check says 200, without a redirect."""
    assert "200" == inside(f"{STATUS} http://{web}/health-check/live/")


def test_readiness_knows_the_database(web: str) -> None:
    """Readiness, asked by host name, says that the database answers."""
    asked = f"{VISITOR} {BY.format('https')} http://{web}/health-check/"
    assert '"database": true' in inside(f"curl --silent {asked}")


def test_visitors_are_served_by_https_only(web: str) -> None:
    """What CloudFront brings by HTTPS is a page; what came by HTTP is sent there."""
    assert "200" == inside(f"{STATUS} {VISITOR} {BY.format('https')} http://{web}/polls/")
    told = inside(f"{STATUS} {VISITOR} {BY.format('http')} http://{web}/polls/")
    assert "301 https://toy.cloudfront.test/polls/" == told
    assert "400" == inside(f"{STATUS} --header 'Host: elsewhere.test' http://{web}/polls/")


def test_connections_are_encrypted(stage: Stage, web: str) -> None:
    """All that the task says to the database goes by TLS, and as the user of requests."""
    inside(f"{STATUS} {VISITOR} {BY.format('https')} http://{web}/polls/")
    connections = "from pg_stat_ssl join pg_stat_activity using (pid) where backend_type = 'client backend'"
    asked = f"select distinct usename, ssl {connections} and pid <> pg_backend_pid()"
    assert f"{REQUESTS}|t" == answer(stage, asked)


def test_requests_may_change_rows(stage: Stage, containers: Containers, web: str) -> None:
    """A vote is counted: what the page for it needs to read and write, its user may."""
    inside(f"docker run --rm {stage.options({**containers['manage'], 'command': SEED})}")
    form = inside(f"curl --silent --include {VISITOR} {BY.format('https')} http://{web}/polls/1/")
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    choice = re.findall(r'name="choice"[^>]* value="(\d+)"', form)[0]
    votes = f"select votes from polls_choice where id = {choice}"  # noqa: S608 - of our own page
    before = int(answer(stage, votes))
    # It is for HTTPS only: curl would neither keep nor send it.
    (cookie,) = re.findall(r"(?mi)^set-cookie: +(csrftoken=\w+)", form)
    cookie = f"--header 'Cookie: {cookie}'"
    referer = "--header 'Referer: https://toy.cloudfront.test/polls/1/'"
    data = f"--data csrfmiddlewaretoken={token} --data choice={choice}"
    told = inside(f"{STATUS} {VISITOR} {BY.format('https')} {cookie} {referer} {data} http://{web}/polls/1/vote/")
    assert told.startswith("302 ")
    assert before + 1 == int(answer(stage, votes))


@pytest.mark.parametrize(
    "statement",
    [
        "create table mine (id int)",
        "alter table polls_question add column mine int",
        "drop table polls_choice",
        "truncate polls_choice",
        "delete from django_migrations",
        "create role mine",
        f"set role {MASTER}",
    ],
)
def test_requests_may_change_nothing_else(stage: Stage, web: str, statement: str) -> None:
    """No table, no user, and not what is known of migrations."""
    told = answer(stage, statement, user=REQUESTS)
    assert re.search("permission denied|must be owner", told), told


def test_later_tables_are_for_requests_too(stage: Stage, migrated: str) -> None:
    """A table that a migration makes afterwards needs no grant."""
    answer(stage, "create table later (id int)", "insert into later values (1)", user=MASTER)
    try:
        assert "1" == answer(stage, "update later set id = 2 returning 1", user=REQUESTS)
    finally:
        answer(stage, "drop table later", user=MASTER)


def test_log_of_the_database_has_no_password(stage: Stage, containers: Containers, migrated: str) -> None:
    """It has each statement that makes a user; the password in it is a verifier."""
    log = inside(f"docker logs {stage.network} 2>&1")
    assert "alter role" in log
    passwords = [secret(entry["valueFrom"]) for entry in containers["manage"]["secrets"]]
    assert not [password for password in passwords if password in log]


def test_new_password_is_the_other_users(stage: Stage, containers: Containers, web: str) -> None:
    """After the next version's migration, what still runs gets new connections as before."""
    manage = containers["manage"]
    environment = [entry for entry in manage["environment"] if entry["name"] != "POSTGRES_WEB_USER"]
    turned = {**manage, "environment": [*environment, {"name": "POSTGRES_WEB_USER", "value": "toy_web_1"}]}
    told = inside(f"docker run --rm {stage.options(turned)} 2>&1")
    assert "toy_web_1 may answer requests." in told
    answer(stage, "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'toy_web_0'")
    asked = f"{STATUS} --retry 5 --retry-all-errors --fail {VISITOR} {BY.format('https')} http://{web}/polls/"
    assert "200" in inside(asked)


def test_other_authoritys_database_is_not_trusted(stage: Stage, containers: Containers) -> None:
    """With AWS's authorities, as in the definition, no query reaches this database."""
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
