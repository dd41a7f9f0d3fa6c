"""The private names of Django and psycopg that this app uses, in one place: neither has a public one for these."""

from threading import Lock
from typing import Any

from django.contrib.gis.db.backends.postgis.base import DatabaseWrapper
from django.http import HttpResponse

# Django looks for the pool in its table and then takes it out: no other thread may remove it in between.
pools_lock = Lock()


def pool_of(alias: str) -> Any:
    """Return the pool of a database, None without one."""
    with pools_lock:
        return DatabaseWrapper._connection_pools.get(alias)


def remove_pool(alias: str) -> Any:
    """Take the pool of a database out of Django's table, so that Django makes a new one; return it."""
    with pools_lock:
        return DatabaseWrapper._connection_pools.pop(alias, None)


def return_connection(connection: Any) -> None:
    """Give a connection back to the pool that it came from, which may have been replaced."""
    connection._pool.putconn(connection)


def skip_log(response: HttpResponse) -> None:
    """Keep Django from logging an error response: the log has the reason already."""
    response._has_been_logged = True
