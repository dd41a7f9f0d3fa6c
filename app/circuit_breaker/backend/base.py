"""The backend itself: connections of the pool that are alive, and limits for a new one."""

import time
from select import select
from typing import Any

from django.contrib.gis.db.backends.postgis import base
from psycopg_pool import PoolTimeout

from circuit_breaker import deadline, driver
from circuit_breaker.private_api import pools_lock, return_connection

# For a connection, of which there are enough: a longer wait is an outage.
POOL_SECONDS = 1
# For a connection of a command, which also runs while a machine is busy or just starts; no page waits for it.
COMMAND_SECONDS = 10


class DatabaseWrapper(base.DatabaseWrapper):
    Database = driver

    @property
    def pool(self) -> Any:
        options = self.settings_dict["OPTIONS"].get("pool")
        if options:
            options["connection_class"] = driver.Connection
        with pools_lock:
            return super().pool

    def get_new_connection(self, conn_params: dict[str, Any]) -> driver.Connection:
        connection = self._wait_for_connection(conn_params)
        # The server sends nothing to an idle connection of the pool but its end.
        # A query for that (CONN_HEALTH_CHECKS) costs each request a round trip, and a second of sleep after an outage.
        while self.pool and select([connection], [], [], 0)[0]:
            connection.close()
            return_connection(connection)
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
                deadline.raise_if_expired(started)
                if time.monotonic() - started > POOL_SECONDS:
                    raise
