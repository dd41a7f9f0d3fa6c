import socket
import time
from contextlib import nullcontext

import pytest
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from config.health import checks
from config.health.deadline import SingleFlight
from config.health.middleware import LIVENESS_PATH
from config.health.monitor import Monitor
from config.postgis import deadline


@pytest.fixture(autouse=True)
def own_flight(monkeypatch):
    """No test waits for what another one left hanging, nor knows of its outage."""
    monkeypatch.setattr(checks, "_migrations", SingleFlight(checks._migration_error))
    monkeypatch.setattr(checks, "monitor", Monitor(lambda: None))


@pytest.fixture
def database_at(monkeypatch):
    """Move the database to another port of this machine, for connections opened from now on."""

    def move(port):
        monkeypatch.setitem(connections.databases["default"], "HOST", "127.0.0.1")
        monkeypatch.setitem(connections.databases["default"], "PORT", port)

    return move


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def silent_port():
    """Takes connections and never says a word, as a frozen database does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def token(settings):
    settings.WATCHMAN_TOKENS = "first,second"
    return {"Authorization": 'WATCHMAN-TOKEN Token="second"'}


@pytest.mark.django_db
def test_ready(client):
    """With database and migrations in order the answer is 200."""
    response = client.get(reverse("readiness"))

    assert 200 == response.status_code
    assert {"ok": True, "checks": {"database": True, "migrations": True}} == response.json()


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?skip=config.health.checks.readiness", "?check=none", "?watchman-token="])
def test_database_down(client, database_at, closed_port, query):
    """Without a token each request gets 503, and nothing more."""
    database_at(closed_port)

    response = client.get(reverse("readiness") + query)

    assert 503 == response.status_code
    assert {"ok": False, "checks": {"database": False, "migrations": False}} == response.json()


@pytest.mark.django_db
def test_token_shows_details(client, database_at, closed_port, token):
    """A request with a token sees the error itself."""
    database_at(closed_port)

    response = client.get(reverse("readiness"), headers=token)

    assert 503 == response.status_code
    assert "Connection refused" in response.json()["database"]["error"]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["?skip=config.health.checks.readiness", "?check=none"])
def test_token_skips_nothing(client, database_at, closed_port, token, query):
    """Nor does the token's owner leave a check out."""
    database_at(closed_port)

    assert 503 == client.get(reverse("readiness") + query, headers=token).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("known", [True, False])
def test_check_that_raises_is_not_ready(client, monkeypatch, token, known):
    """An error of the check itself is a failure, without details for strangers."""

    def fail():
        raise ZeroDivisionError("in /app/config of host-1, version 1.2.3")

    monkeypatch.setattr(checks, "_migrations", SingleFlight(fail))
    response = client.get(reverse("readiness"), headers=token if known else {})

    assert 503 == response.status_code
    assert known is (b"host-1" in response.content)


@pytest.mark.django_db
def test_known_outage_is_no_wait(client, database_at, silent_port, token):
    """A known outage is answered without waiting."""
    database_at(silent_port)
    checks.monitor.down = TimeoutError("No answer within 1 s.")
    started = time.monotonic()

    assert "No answer" in client.get(reverse("readiness"), headers=token).json()["database"]["error"]
    assert time.monotonic() - started < 0.5


@pytest.mark.django_db
@pytest.mark.parametrize("given", ['WATCHMAN-TOKEN Token="third"', 'WATCHMAN-TOKEN Token=""', "Bearer second", "é"])
def test_wrong_token_shows_nothing(client, database_at, closed_port, token, given):
    """A wrong token is as good as none."""
    database_at(closed_port)

    response = client.get(reverse("readiness"), headers={"Authorization": given})

    assert {"ok", "checks"} == response.json().keys()


@pytest.mark.django_db
@pytest.mark.parametrize("tokens", ["", ","])
def test_no_token_configured_shows_nothing(client, settings, database_at, closed_port, tokens):
    """Without a configured token, details are hidden."""
    settings.WATCHMAN_TOKENS = tokens
    database_at(closed_port)

    response = client.get(reverse("readiness"), headers={"Authorization": 'WATCHMAN-TOKEN Token=""'})

    assert {"ok", "checks"} == response.json().keys()


@pytest.mark.django_db
def test_frozen_database_answers_in_time(client, settings, database_at, silent_port):
    """A database that hangs costs the caller the deadline and no more."""
    settings.HEALTH_CHECK_DEADLINE_SECONDS = 0.5
    database_at(silent_port)
    started = time.monotonic()

    statuses = [client.get(reverse("readiness")).status_code for _ in range(3)]

    assert [503, 503, 503] == statuses
    assert time.monotonic() - started < 2


@pytest.mark.django_db
def test_slow_is_no_outage(settings, monkeypatch, database_at, silent_port):
    """One late answer among others does not turn visitors away."""
    settings.HEALTH_CHECK_DEADLINE_SECONDS = 0.2
    monkeypatch.setattr(checks, "_answer", SingleFlight(checks._answers))
    monkeypatch.setattr(deadline, "_heard", 0)
    database_at(silent_port)

    with pytest.raises(TimeoutError):
        checks.answers_somebody()

    deadline._heard = time.monotonic()
    checks.answers_somebody()


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ("FATAL:  sorry, too many clients already", True),
        ('FATAL:  too many connections for role "toy"', True),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", True),
        ('FATAL:  password authentication failed for user "toy"', False),
    ],
)
def test_full_is_no_outage(monkeypatch, said, answers):
    """Requests with a connection continue; one without gets the error on its own page."""

    def refuse():
        raise OperationalError(said)

    monkeypatch.setattr(checks, "_answer", SingleFlight(refuse))
    monkeypatch.setattr(checks, "pool_answers", lambda seconds: False)

    with nullcontext() if answers else pytest.raises(OperationalError):
        checks.answers_somebody()


@pytest.mark.parametrize("alive", [True, False])
def test_refused_connection_is_no_outage_while_others_live(monkeypatch, alive):
    """A changed password is an outage only for requests without an older connection."""

    def refuse():
        raise OperationalError('FATAL:  password authentication failed for user "toy"')

    monkeypatch.setattr(checks, "_answer", SingleFlight(refuse))
    monkeypatch.setattr(checks, "pool_answers", lambda seconds: alive)

    with nullcontext() if alive else pytest.raises(OperationalError):
        checks.answers_somebody()


@pytest.mark.django_db(transaction=True)
def test_unapplied_migration(client, token):
    """A database older than the code is not ready, and the token's owner sees what it lacks."""
    recorder = MigrationRecorder(connection)
    last = recorder.migration_qs.filter(app="polls").latest("pk").name
    recorder.record_unapplied("polls", last)
    try:
        anonymous = client.get(reverse("readiness"))
        detailed = client.get(reverse("readiness"), headers=token)
    finally:
        recorder.record_applied("polls", last)

    assert 503 == anonymous.status_code
    assert {"database": True, "migrations": False} == anonymous.json()["checks"]
    assert f"Not applied: polls.{last}" == detailed.json()["migrations"]["error"]


@pytest.fixture
def broken_migration(settings, tmp_path, monkeypatch):
    """An unfinished file among the migrations."""
    package = tmp_path / "broken_migrations"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "0001_unfinished.py").write_text("class Migration(:\n")
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"polls": "broken_migrations"}
    # Of no interest here, and short on a busy machine.
    settings.HEALTH_CHECK_DEADLINE_SECONDS = 30


@pytest.mark.django_db
def test_broken_migration_is_not_the_database(client, token, broken_migration):
    """Each check answers for itself, pages continue, and only the token's owner reads the cause."""
    anonymous = client.get(reverse("readiness"))
    detailed = client.get(reverse("readiness"), headers=token)

    assert 503 == anonymous.status_code
    assert {"ok": False, "checks": {"database": True, "migrations": False}} == anonymous.json()
    assert {"ok": True} == detailed.json()["database"]
    assert "SyntaxError" in detailed.json()["migrations"]["error"]
    assert checks.monitor.down is None
    assert 200 == client.get(reverse("polls:index")).status_code


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER, "text/html"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("x", "application/json"),
    ],
)
def test_readiness_speaks_to_people_and_programs(client, broken_migration, accept, kind):
    """A browser gets a page, without details, everything else JSON; the status is the same."""
    response = client.get(reverse("readiness"), headers={"Accept": accept})

    assert (503, True) == (response.status_code, response["Content-Type"].startswith(kind))
    assert "Accept" in response["Vary"]
    assert b"SyntaxError" not in response.content
    assert kind != "text/html" or (b"Database: ok" in response.content and b"Migrations: failed" in response.content)


def test_alive_without_database_and_by_address(client, settings):
    """A load balancer asks by address and plain HTTP; no database is asked."""
    settings.SECURE_SSL_REDIRECT = True

    response = client.get(LIVENESS_PATH, headers={"Host": "10.0.0.7"})

    assert 200 == response.status_code
    assert {"ok": True} == response.json()


def test_other_pages_keep_host_validation(client):
    """The exception is liveness, and only that."""
    assert 400 == client.get(reverse("readiness"), headers={"Host": "10.0.0.7"}).status_code


@pytest.mark.django_db
def test_readiness_is_not_redirected(client, settings):
    """Compose asks by plain HTTP from inside, where no HTTPS is."""
    settings.SECURE_SSL_REDIRECT = True

    assert 200 == client.get(reverse("readiness")).status_code
    assert 301 == client.get(reverse("polls:index")).status_code
