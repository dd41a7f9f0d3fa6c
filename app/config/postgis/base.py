"""The backend itself, which `ENGINE` names, and what an outage asks of it."""

import time
from select import select
from threading import Lock, Thread
from typing import Any

import psycopg
from django.contrib.gis.db.backends.postgis import base
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg_pool import PoolTimeout

from config.postgis import deadline

# For a connection, of which there are enough: what takes longer is an outage.
POOL_SECONDS = 1
# For a connection of a command, which also runs while a machine is busy or just starts; no page waits for it.
COMMAND_SECONDS = 10

# Django looks for the pool in its table and then takes it out: no other thread may remove it in between.
_table = Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    Database = deadline

    @property
    def pool(self) -> Any:
        options = self.settings_dict["OPTIONS"].get("pool")
        if options:
            options["connection_class"] = deadline.Connection
        with _table:
            return super().pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> deadline.Connection:
        connection = self._wait_for_connection(conn_params)
        # To a connection that rests in the pool the server says nothing but goodbye.
        # Asking it (CONN_HEALTH_CHECKS) costs each request a round trip, and a second of sleep when it is gone.
        while self.pool and select([connection], [], [], 0)[0]:
            connection.close()
            # Its own one, which may be forgotten by now.
            connection._pool.putconn(connection)
            connection = self._wait_for_connection(conn_params)
        return connection

    def _wait_for_connection(self, conn_params: dict[str, Any]) -> deadline.Connection:
        started = time.monotonic()
        if not deadline.is_set():
            conn_params = {**conn_params, "connect_timeout": COMMAND_SECONDS}
        while True:
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                deadline.give_up_in_time(started)
                if time.monotonic() - started > POOL_SECONDS:
                    raise


def new_connection() -> DatabaseWrapper:
    """One that is not from the pool: only a new one shows whether the database accepts connections."""
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    return connection


def pool_answers(seconds: float) -> bool:
    """Whether a connection of the pool still answers, within so many seconds; also while all of them are at work."""
    with _table:
        pool = DatabaseWrapper._connection_pools.get(DEFAULT_DB_ALIAS)
    with deadline.deadline(seconds):
        # Those that died meanwhile come out one by one, and not back.
        for _ in range(pool.max_size if pool else 0):
            try:
                with pool.connection() as connection:
                    connection.execute("select 1")
            except PoolTimeout:
                return deadline.heard_since(time.monotonic() - seconds)
            except psycopg.Error:
                continue
            return True
    return False


def forget_pool() -> None:
    """Start again: after an outage a pool holds dead connections, and waits ever longer before it tries again."""
    with _table:
        pool = DatabaseWrapper._connection_pools.pop(DEFAULT_DB_ALIAS, None)
    if pool:
        # Closing waits for the pool's threads, which may hang in a connection of their own.
        Thread(target=pool.close, daemon=True).start()
