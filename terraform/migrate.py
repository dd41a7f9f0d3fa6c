"""Before a new version serves: migrate as the owner of the tables, then make the user that answers requests.

service.tf gives all of this to `python -c` in the image's /app: the images that a rollback leads to may not have it.
"""

import os

import django
from django.core.management import call_command
from django.db import connection, transaction
from psycopg import sql

GROUP = sql.Identifier("toy_web")
USER, PASSWORD = os.environ["POSTGRES_WEB_USER"], os.environ["POSTGRES_WEB_PASSWORD"]
# All that requests need, of tables that there are and that will be. What an extension owns, everybody may read.
TABLES = "select tablename from pg_tables where schemaname = 'public' and tableowner = current_user"
RIGHTS = (
    "grant usage on schema public to {group}",
    "grant select, insert, update, delete on {tables} to {group}",
    "revoke insert, update, delete on django_migrations from {group}",
    "grant usage on all sequences in schema public to {group}",
    "alter default privileges in schema public grant select, insert, update, delete on tables to {group}",
    "alter default privileges in schema public grant usage on sequences to {group}",
)


def main() -> None:
    """Do both; each may be repeated."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # One thread needs none.
    os.environ.setdefault("POSTGRES_POOL_SIZE", "0")
    django.setup()
    call_command("migrate", interactive=False)
    with transaction.atomic():
        make_user()
    print(f"{USER} may answer requests.")


def make_user() -> None:
    """Have the user exist with its password, and with the rights of its group alone."""
    with connection.cursor() as cursor:
        if not exists("toy_web"):
            cursor.execute(sql.SQL("create role {} nologin").format(GROUP))
        cursor.execute(TABLES)
        tables = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
        for statement in RIGHTS:
            cursor.execute(sql.SQL(statement).format(group=GROUP, tables=tables))
        user = sql.Identifier(USER)
        if not exists(USER):
            cursor.execute(sql.SQL("create role {} login in role {}").format(user, GROUP))
        cursor.execute(sql.SQL("alter role {} password {}").format(user, sql.Literal(verifier())))


def exists(role: str) -> bool:
    """Whether the database has that role."""
    with connection.cursor() as cursor:
        cursor.execute("select from pg_roles where rolname = %s", [role])
        return bool(cursor.rowcount)


def verifier() -> str:
    """Return what PostgreSQL keeps of the password: its log has each statement that changes a role."""
    made = connection.connection.pgconn.encrypt_password(PASSWORD.encode(), USER.encode(), b"scram-sha-256")
    return made.decode()


main()
