"""The database backend; Django's setting `ENGINE` is the package of a module with this name."""

import time
from select import select
from threading import Lock, Thread
from typing import Any

import psycopg
from django.contrib.gis.db.backends.postgis import base
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg_pool import PoolTimeout

from circuit_breaker import deadline
from circuit_breaker.postgis import driver

# The pool has a connection for each thread: a longer wait for one is an outage.
POOL_SECONDS = 1
# Commands also run while a machine is busy or boots, and no page waits for them.
COMMAND_SECONDS = 10

# Django looks a pool up in its table, and then takes it: no other thread may remove it in between.
_pools = Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    Database = driver

    @property
    def pool(self) -> Any:
        options = self.settings_dict["OPTIONS"].get("pool")
        if options:
            options["connection_class"] = driver.Connection
        with _pools:
            return super().pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> driver.Connection:
        connection = self._wait_for_connection(conn_params)
        # A server sends nothing to an idle connection unless it closes it.
        # A query instead (CONN_HEALTH_CHECKS) costs each request a round trip, and a second after a restart.
        while self.pool and select([connection], [], [], 0)[0]:
            connection.close()
            connection._pool.putconn(connection)
            connection = self._wait_for_connection(conn_params)
        return connection

    def _wait_for_connection(self, conn_params: dict[str, Any]) -> driver.Connection:
        started = time.monotonic()
        if not deadline.is_set():
            conn_params = {**conn_params, "connect_timeout": COMMAND_SECONDS}
        while True:
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                deadline.check(started)
                if time.monotonic() - started > POOL_SECONDS:
                    raise


def unpooled_connection() -> DatabaseWrapper:
    """Return a new connection: only that shows whether the database accepts connections."""
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    return connection


def pool_answers(seconds: float) -> bool:
    """Whether a connection of the pool answers within so many seconds. Where all are in use, a recent answer counts."""
    with _pools:
        pool = DatabaseWrapper._connection_pools.get(DEFAULT_DB_ALIAS)
    with deadline.deadline(seconds):
        # The pool drops dead connections, one at each attempt.
        for _ in range(pool.max_size if pool else 0):
            try:
                with pool.connection() as connection:
                    connection.execute("select 1")
            except PoolTimeout:
                return deadline.has_answered_since(time.monotonic() - seconds)
            except psycopg.Error:
                continue
            return True
    return False


def discard_pool() -> None:
    """Begin with a new pool: after an outage the old one has dead connections, and a long delay between attempts."""
    with _pools:
        pool = DatabaseWrapper._connection_pools.pop(DEFAULT_DB_ALIAS, None)
    if pool:
        # Closing waits for the pool's threads, which may hang in a connection.
        Thread(target=pool.close, daemon=True).start()
