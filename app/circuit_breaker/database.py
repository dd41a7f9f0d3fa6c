"""The circuit breaker of the default database, and its probe."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from psycopg_pool import PoolTimeout

from circuit_breaker.breaker import CircuitBreaker
from circuit_breaker.deadline import answered_since, deadline
from circuit_breaker.private_api import pool_of, remove_pool
from circuit_breaker.single_flight import SingleFlight

# An abandoned connection hangs no longer than that.
PROBE_SECONDS = 2
# PostgreSQL's message for 53300, too_many_connections: libpq has no code for an error while connecting.
FULL = re.compile("too many (clients|connections)|connection slots")


def create_connection() -> Any:
    """Return a connection outside of the pool: only a new one shows whether the database accepts connections."""
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    return connection


@contextmanager
def new_connection() -> Iterator[Any]:
    """A new connection that has answered, as this thread's default, through which the table of migrations is read."""
    connection = connections[DEFAULT_DB_ALIAS] = create_connection()
    try:
        with deadline(PROBE_SECONDS):
            with connection.cursor() as cursor:
                cursor.execute("select postgis_version()")
            yield connection
    finally:
        connection.close()


def pool_answers(seconds: float) -> bool:
    """Whether a connection of the pool still answers, within so many seconds; also while all of them are in use."""
    pool = pool_of(DEFAULT_DB_ALIAS)
    with deadline(seconds):
        # Dead connections leave the pool one by one, and do not return.
        for _ in range(pool.max_size if pool else 0):
            try:
                with pool.connection() as connection:
                    connection.execute("select 1")
            except PoolTimeout:
                return answered_since(time.monotonic() - seconds)
            except psycopg.Error:
                continue
            return True
    return False


def reset_pool() -> None:
    """Start again: after an outage a pool holds dead connections, and waits ever longer before it tries again."""
    if pool := remove_pool(DEFAULT_DB_ALIAS):
        # Closing waits for the pool's threads, which may hang in a connection.
        Thread(target=pool.close, daemon=True).start()


def _connect() -> None:
    with new_connection():
        pass


_flight = SingleFlight(_connect)


def probe() -> None:
    """Raise the database's error; TimeoutError only if it is silent for all, and not just slow for one.

    A database that refuses new connections may still serve the open ones: it is
    full, or its password was changed. They continue; a request that needs a new
    connection fails by itself.
    """
    seconds = settings.HEALTH_CHECK_DEADLINE_SECONDS
    try:
        _flight.result(seconds)
    except TimeoutError:
        if not answered_since(time.monotonic() - seconds):
            raise
    except OperationalError as error:
        if not FULL.search(f"{error}") and not pool_answers(seconds):
            raise


breaker = CircuitBreaker(probe, reset_pool)
