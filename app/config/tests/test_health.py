import time

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from circuit_breaker.breaker import CircuitBreaker
from circuit_breaker.single_flight import SingleFlight
from config.health import checks
from config.health.middleware import LIVENESS_PATH


@pytest.fixture(autouse=True)
def isolation(monkeypatch):
    """No test meets the hanging thread or the open circuit of another one."""
    monkeypatch.setattr(checks, "_migrations", SingleFlight(checks._migration_error))
    monkeypatch.setattr(checks, "breaker", CircuitBreaker(lambda: None))


@pytest.fixture
def token(settings):
    settings.WATCHMAN_TOKENS = "first,second"
    return {"Authorization": 'WATCHMAN-TOKEN Token="second"'}


@pytest.mark.django_db
def test_readiness_is_200(client):
    response = client.get(reverse("readiness"))

    assert 200 == response.status_code
    assert {"ok": True, "checks": {"database": True, "migrations": True}} == response.json()


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "?skip=config.health.checks.readiness", "?check=none", "?watchman-token="])
def test_readiness_is_503_without_database(client, database_at, closed_port, query):
    """Without a token there are no details, and no check is skipped."""
    database_at(closed_port)

    response = client.get(reverse("readiness") + query)

    assert 503 == response.status_code
    assert {"ok": False, "checks": {"database": False, "migrations": False}} == response.json()


@pytest.mark.django_db
def test_token_shows_details(client, database_at, closed_port, token):
    database_at(closed_port)

    response = client.get(reverse("readiness"), headers=token)

    assert 503 == response.status_code
    assert "Connection refused" in response.json()["database"]["error"]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["?skip=config.health.checks.readiness", "?check=none"])
def test_token_skips_nothing(client, database_at, closed_port, token, query):
    database_at(closed_port)

    assert 503 == client.get(reverse("readiness") + query, headers=token).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("known", [True, False])
def test_readiness_is_503_when_the_check_raises(client, monkeypatch, token, known):
    """The error is a detail, which needs a token."""

    def fail():
        raise ZeroDivisionError("in /app/config of host-1, version 1.2.3")

    monkeypatch.setattr(checks, "_migrations", SingleFlight(fail))
    response = client.get(reverse("readiness"), headers=token if known else {})

    assert 503 == response.status_code
    assert known is (b"host-1" in response.content)


@pytest.mark.django_db
def test_open_circuit_fails_fast(client, database_at, silent_port, token):
    database_at(silent_port)
    checks.breaker.error = TimeoutError("No answer within 1 s.")
    started = time.monotonic()

    assert "No answer" in client.get(reverse("readiness"), headers=token).json()["database"]["error"]
    assert time.monotonic() - started < 0.5


@pytest.mark.django_db
@pytest.mark.parametrize("tokens", ["first,second", "", ","])
@pytest.mark.parametrize("given", ['WATCHMAN-TOKEN Token="third"', 'WATCHMAN-TOKEN Token=""', "Bearer second", "é"])
def test_wrong_token_shows_nothing(client, settings, tokens, given):
    settings.WATCHMAN_TOKENS = tokens

    response = client.get(reverse("readiness"), headers={"Authorization": given})

    assert {"ok", "checks"} == response.json().keys()


@pytest.mark.django_db
def test_readiness_of_a_frozen_database_keeps_the_deadline(client, settings, database_at, silent_port):
    settings.HEALTH_CHECK_DEADLINE_SECONDS = 0.5
    database_at(silent_port)
    started = time.monotonic()

    statuses = [client.get(reverse("readiness")).status_code for _ in range(3)]

    assert [503, 503, 503] == statuses
    assert time.monotonic() - started < 2


@pytest.mark.django_db(transaction=True)
def test_readiness_is_503_when_a_migration_is_unapplied(client, token):
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
    # The usual one is short on a busy machine.
    settings.HEALTH_CHECK_DEADLINE_SECONDS = 30


@pytest.mark.django_db
def test_broken_migration_fails_only_its_check(client, token, broken_migration):
    """The circuit stays closed, and pages are served."""
    anonymous = client.get(reverse("readiness"))
    detailed = client.get(reverse("readiness"), headers=token)

    assert 503 == anonymous.status_code
    assert {"ok": False, "checks": {"database": True, "migrations": False}} == anonymous.json()
    assert {"ok": True} == detailed.json()["database"]
    assert "SyntaxError" in detailed.json()["migrations"]["error"]
    assert not checks.breaker.is_open
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
def test_readiness_is_html_for_browsers(client, broken_migration, accept, kind):
    """Other clients get JSON; status and details are the same."""
    response = client.get(reverse("readiness"), headers={"Accept": accept})

    assert (503, True) == (response.status_code, response["Content-Type"].startswith(kind))
    assert "Accept" in response["Vary"]
    assert b"SyntaxError" not in response.content
    assert kind != "text/html" or (b"Database: ok" in response.content and b"Migrations: failed" in response.content)


def test_liveness_needs_no_database_host_or_https(client, settings):
    """Load balancers use the private address and plain HTTP."""
    settings.SECURE_SSL_REDIRECT = True

    response = client.get(LIVENESS_PATH, headers={"Host": "10.0.0.7"})

    assert 200 == response.status_code
    assert {"ok": True} == response.json()


def test_readiness_validates_the_host(client):
    assert 400 == client.get(reverse("readiness"), headers={"Host": "10.0.0.7"}).status_code


@pytest.mark.django_db
def test_readiness_is_not_redirected(client, settings):
    """Compose's health check uses plain HTTP, inside the container."""
    settings.SECURE_SSL_REDIRECT = True

    assert 200 == client.get(reverse("readiness")).status_code
    assert 301 == client.get(reverse("polls:index")).status_code
