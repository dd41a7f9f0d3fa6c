"""Can this process do its work? A check for django-watchman."""

import logging
import threading
from typing import Any

from django.conf import settings
from django.db.migrations.executor import MigrationExecutor

from config.health.deadline import SingleFlight
from config.postgis.base import new_connection
from config.postgis.deadline import deadline

# Beyond what its callers wait, so that a slow answer still ends an outage.
FLIGHT_SECONDS = 2

Status = dict[str, Any]

logger = logging.getLogger(__name__)

# The database's last answer was none.
outage = threading.Event()


def readiness() -> dict[str, Status]:
    """Both answers, {"database": {"ok": ...}, "migrations": {"ok": ...}}, within one deadline."""
    try:
        unapplied = unapplied_migrations()
    except Exception as error:
        logger.warning("Not ready: %s", error)
        return {
            "database": {"ok": False, "error": f"{error}"},
            "migrations": {"ok": False, "error": "The database does not answer."},
        }
    if unapplied:
        return {"database": {"ok": True}, "migrations": {"ok": False, "error": f"Not applied: {', '.join(unapplied)}"}}
    return {"database": {"ok": True}, "migrations": {"ok": True}}


def unapplied_migrations() -> list[str]:
    """Names of the migrations in the code that the database lacks.

    Raises TimeoutError after the deadline, and what the database raises.
    """
    try:
        names = _flight.ask(settings.HEALTH_CHECK_DEADLINE_SECONDS)
    except Exception:
        outage.set()
        raise
    outage.clear()
    return names


def _unapplied_migrations() -> list[str]:
    connection = new_connection()
    try:
        with deadline(FLIGHT_SECONDS):
            with connection.cursor() as cursor:
                cursor.execute("select postgis_version()")
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    finally:
        connection.close()


_flight = SingleFlight(_unapplied_migrations)
