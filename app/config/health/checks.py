"""Can this process do its work? A check for django-watchman."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from watchman.decorators import check

from config.health.deadline import SingleFlight

Status = dict[str, Any]


def readiness() -> dict[str, Status]:
    """Both answers, {"database": {"ok": ...}, "migrations": {"ok": ...}}, within one deadline."""
    database: Status = _ask()
    unapplied = database.pop("unapplied", None)
    if unapplied is None:
        return {"database": database, "migrations": {"ok": False, "error": "The database does not answer."}}
    if unapplied:
        return {"database": database, "migrations": {"ok": False, "error": f"Not applied: {', '.join(unapplied)}"}}
    return {"database": database, "migrations": {"ok": True}}


@check
def _ask() -> Status:
    return {"ok": True, "unapplied": _flight.ask(settings.HEALTH_CHECK_DEADLINE_SECONDS)}


def _unapplied_migrations() -> list[str]:
    """Names of the migrations in the code that the database lacks. Raises what the database raises."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select postgis_version()")
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    finally:
        # The thread ends here and nobody else could use its connection.
        connection.close()


_flight = SingleFlight(_unapplied_migrations)
