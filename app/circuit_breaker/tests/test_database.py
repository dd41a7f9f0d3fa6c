from contextlib import nullcontext

import pytest
from django.db import OperationalError

from circuit_breaker import database, deadline
from circuit_breaker.single_flight import SingleFlight

WRONG_LOGIN = 'FATAL:  password authentication failed for user "toy"'


@pytest.mark.django_db
def test_slow_database_is_not_an_outage(settings, monkeypatch, database_at, silent_port):
    """A new connection may time out while other requests get answers."""
    settings.HEALTH_CHECK_DEADLINE_SECONDS = 0.2
    monkeypatch.setattr(database, "_connecting", SingleFlight(database._connect))
    monkeypatch.setattr(deadline, "_last_answer", 0)
    database_at(silent_port)

    with pytest.raises(TimeoutError):
        database.probe()

    deadline.record_answer()
    database.probe()


@pytest.mark.parametrize(
    ("message", "pool_answers", "is_outage"),
    [
        ("FATAL:  sorry, too many clients already", False, False),
        ('FATAL:  too many connections for role "toy"', False, False),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", False, False),
        (WRONG_LOGIN, True, False),
        (WRONG_LOGIN, False, True),
    ],
)
def test_refused_connection_is_an_outage_without_others(monkeypatch, message, pool_answers, is_outage):
    """Requests that have a connection continue; one without gets the error on its own page."""

    def refuse():
        raise OperationalError(message)

    monkeypatch.setattr(database, "_connecting", SingleFlight(refuse))
    monkeypatch.setattr(database, "pool_answers", lambda seconds: pool_answers)

    with pytest.raises(OperationalError) if is_outage else nullcontext():
        database.probe()
