"""Readiness: can this process do its work? A check for django-watchman."""

import logging
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.migrations.executor import MigrationExecutor

from circuit_breaker.database import breaker, new_connection
from circuit_breaker.single_flight import SingleFlight

Status = dict[str, Any]

logger = logging.getLogger(__name__)


def readiness() -> dict[str, Status]:
    """The status of each check, {"database": {"ok": ...}, "migrations": {"ok": ...}}, within one deadline."""
    try:
        if known := breaker.error:
            raise known
        error = _migrations.result(settings.HEALTH_CHECK_DEADLINE_SECONDS, lambda: breaker.error)
    except Exception as error:
        logger.warning("Not ready: %s", error)
        breaker.trip()
        return {
            "database": {"ok": False, "error": f"{error}"},
            "migrations": {"ok": False, "error": "The database does not answer."},
        }
    if error:
        logger.warning("Not ready: %s", error)
    return {"database": {"ok": True}, "migrations": {"ok": False, "error": error} if error else {"ok": True}}


def _migration_error() -> str:
    """Return the problem of the migrations, or nothing. Raises the error of a database without an answer."""
    with new_connection() as connection:
        try:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # A migration file is broken, or they contradict each other.
            return f"Cannot be read: {type(error).__name__}: {error}"
    unapplied = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    return f"Not applied: {', '.join(unapplied)}" if unapplied else ""


_migrations = SingleFlight(_migration_error)
