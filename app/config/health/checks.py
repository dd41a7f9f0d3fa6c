"""Can this process do its work? A check for django-watchman."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from config.health.deadline import SingleFlight
from config.health.monitor import Monitor
from config.postgis.base import DatabaseWrapper, forget_pool, new_connection, pool_answers
from config.postgis.deadline import deadline, heard_since

# An abandoned connection hangs no longer than that.
FLIGHT_SECONDS = 2
# PostgreSQL's words for 53300, too_many_connections: libpq has no code for an error of its connecting.
FULL = re.compile("too many (clients|connections)|connection slots")

Status = dict[str, Any]

logger = logging.getLogger(__name__)


def readiness() -> dict[str, Status]:
    """Each check's own answer, {"database": {"ok": ...}, "migrations": {"ok": ...}}, within one deadline."""
    try:
        if monitor.down:
            raise monitor.down
        error = _migrations.ask(settings.HEALTH_CHECK_DEADLINE_SECONDS, lambda: monitor.down)
    except Exception as error:
        logger.warning("Not ready: %s", error)
        monitor.doubt()
        return {
            "database": {"ok": False, "error": f"{error}"},
            "migrations": {"ok": False, "error": "The database does not answer."},
        }
    if error:
        logger.warning("Not ready: %s", error)
    return {"database": {"ok": True}, "migrations": {"ok": False, "error": error} if error else {"ok": True}}


@contextmanager
def _new_connection() -> Iterator[DatabaseWrapper]:
    # As this thread's default, because the table of migrations is read through that one.
    connection = connections[DEFAULT_DB_ALIAS] = new_connection()
    try:
        with deadline(FLIGHT_SECONDS):
            with connection.cursor() as cursor:
                cursor.execute("select postgis_version()")
            yield connection
    finally:
        connection.close()


def _answers() -> None:
    with _new_connection():
        pass


def _migration_error() -> str:
    """Return the problem of the migrations, or nothing. Raises the error of a database without an answer."""
    with _new_connection() as connection:
        try:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # A file of theirs is broken, or they contradict each other.
            return f"Cannot be read: {type(error).__name__}: {error}"
    unapplied = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    return f"Not applied: {', '.join(unapplied)}" if unapplied else ""


_answer = SingleFlight(_answers)
_migrations = SingleFlight(_migration_error)


def answers_somebody() -> None:
    """Raise what the database raises; TimeoutError only when it is silent for all, and not just slow for one.

    A database that refuses new connections may still answer those who have a connection: it is full, or its password
    was changed. They continue; a request that needs a new connection fails by itself.
    """
    seconds = settings.HEALTH_CHECK_DEADLINE_SECONDS
    try:
        _answer.ask(seconds)
    except TimeoutError:
        if not heard_since(time.monotonic() - seconds):
            raise
    except OperationalError as error:
        if not FULL.search(f"{error}") and not pool_answers(seconds):
            raise


monitor = Monitor(answers_somebody, forget_pool)
