import socket
from contextlib import nullcontext

import pytest
from django.db import OperationalError, connections

from circuit_breaker import database, deadline
from circuit_breaker.single_flight import SingleFlight


@pytest.fixture
def database_at(monkeypatch):
    """Move the database to another port of this machine, for connections opened from now on."""

    def move(port):
        monkeypatch.setitem(connections.databases["default"], "HOST", "127.0.0.1")
        monkeypatch.setitem(connections.databases["default"], "PORT", port)

    return move


@pytest.fixture
def silent_port():
    """Takes connections and never says a word, as a frozen database does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.django_db
def test_slow_is_no_outage(settings, monkeypatch, database_at, silent_port):
    """One late answer among others does not turn visitors away."""
    settings.HEALTH_CHECK_DEADLINE_SECONDS = 0.2
    monkeypatch.setattr(database, "_flight", SingleFlight(database._connect))
    monkeypatch.setattr(deadline, "_answered", 0)
    database_at(silent_port)

    with pytest.raises(TimeoutError):
        database.probe()

    deadline.record_answer()
    database.probe()


@pytest.mark.parametrize(
    ("message", "answers"),
    [
        ("FATAL:  sorry, too many clients already", True),
        ('FATAL:  too many connections for role "toy"', True),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", True),
        ('FATAL:  password authentication failed for user "toy"', False),
    ],
)
def test_full_is_no_outage(monkeypatch, message, answers):
    """Requests with a connection continue; one without gets the error on its own page."""

    def refuse():
        raise OperationalError(message)

    monkeypatch.setattr(database, "_flight", SingleFlight(refuse))
    monkeypatch.setattr(database, "pool_answers", lambda seconds: False)

    with nullcontext() if answers else pytest.raises(OperationalError):
        database.probe()


@pytest.mark.parametrize("alive", [True, False])
def test_refused_connection_is_no_outage_while_others_live(monkeypatch, alive):
    """A changed password is an outage only for requests without an older connection."""

    def refuse():
        raise OperationalError('FATAL:  password authentication failed for user "toy"')

    monkeypatch.setattr(database, "_flight", SingleFlight(refuse))
    monkeypatch.setattr(database, "pool_answers", lambda seconds: alive)

    with nullcontext() if alive else pytest.raises(OperationalError):
        database.probe()
