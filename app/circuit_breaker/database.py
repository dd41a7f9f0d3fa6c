"""The circuit breaker of the default database, and its probe."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from circuit_breaker.breaker import CircuitBreaker
from circuit_breaker.deadline import deadline, has_answered_since
from circuit_breaker.postgis.base import DatabaseWrapper, discard_pool, pool_answers, unpooled_connection
from circuit_breaker.single_flight import SingleFlight

# The lifetime of a probe's thread whose caller has stopped waiting.
PROBE_SECONDS = 2
# PostgreSQL's messages for 53300, too_many_connections: libpq has no code for an error of connecting.
TOO_MANY_CONNECTIONS = re.compile("too many (clients|connections)|connection slots")


@contextmanager
def new_connection() -> Iterator[DatabaseWrapper]:
    """Connect as this thread's default connection, by which migrations are read, and query PostGIS's version."""
    connection = connections[DEFAULT_DB_ALIAS] = unpooled_connection()
    try:
        with deadline(PROBE_SECONDS):
            with connection.cursor() as cursor:
                cursor.execute("select postgis_version()")
            yield connection
    finally:
        connection.close()


def _connect() -> None:
    with new_connection():
        pass


_connecting = SingleFlight(_connect)


def probe() -> None:
    """Raise what a new connection raises, unless the database still answers others.

    A slow database is not an outage while any request gets an answer. One that refuses new connections, because it is
    full or its password was changed, serves requests that have a connection; a request without one fails by itself.
    """
    seconds = settings.HEALTH_CHECK_DEADLINE_SECONDS
    try:
        _connecting.run(seconds)
    except TimeoutError:
        if not has_answered_since(time.monotonic() - seconds):
            raise
    except OperationalError as error:
        if not TOO_MANY_CONNECTIONS.search(f"{error}") and not pool_answers(seconds):
            raise


breaker = CircuitBreaker(probe, on_close=discard_pool)
