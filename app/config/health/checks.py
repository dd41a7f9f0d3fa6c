"""Readiness: whether this process can serve requests. A check for django-watchman."""

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
    """Return each check's result, {"database": {"ok": ...}, "migrations": {"ok": ...}}, within the deadline."""
    try:
        if breaker.error:
            raise breaker.error
        error = _migrations.run(settings.HEALTH_CHECK_DEADLINE_SECONDS, lambda: breaker.error)
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
    """Return what is wrong with the migrations, or an empty string. Raises the database's error."""
    with new_connection() as connection:
        try:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # A migration's file is broken, or migrations conflict.
            return f"Cannot be read: {type(error).__name__}: {error}"
    unapplied = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    return f"Not applied: {', '.join(unapplied)}" if unapplied else ""


_migrations = SingleFlight(_migration_error)
