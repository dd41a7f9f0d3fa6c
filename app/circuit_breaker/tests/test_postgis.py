import socket
import time
from contextlib import nullcontext, suppress
from functools import partialmethod
from itertools import cycle
from select import select
from threading import Thread

import pytest
from django.db import OperationalError, connections

from circuit_breaker.deadline import deadline
from circuit_breaker.postgis.base import discard_pool, pool_answers, unpooled_connection
from circuit_breaker.postgis.driver import Connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection():
    connection = unpooled_connection()
    yield connection
    connection.close()


@pytest.fixture
def pooled():
    """Makes wrappers that share a pool of two connections."""

    def make():
        connection = connections.create_connection("default")
        pool = {"min_size": 1, "max_size": 2, "timeout": 0.1}
        connection.settings_dict = {
            **connection.settings_dict,
            "OPTIONS": {**connection.settings_dict["OPTIONS"], "pool": pool},
        }
        made.append(connection)
        return connection

    made = []
    yield make
    for connection in made:
        connection.close()
    discard_pool()


def query(connection, sql="select 42", *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


@pytest.fixture
def slow(connection):
    """A database whose connections take longer than libpq's shortest timeout, two seconds, as on a busy machine."""
    settings = connection.settings_dict
    with socket.create_server(("127.0.0.1", 0)) as server:

        def forward():
            database = (settings["HOST"], settings["PORT"])
            # The client may have disconnected.
            with suppress(OSError), server.accept()[0] as client, socket.create_connection(database) as upstream:
                time.sleep(2.5)
                for source, target in cycle(((client, upstream), (upstream, client))):
                    while select([source], [], [], 0.01)[0]:
                        if not (data := source.recv(65536)):
                            return
                        target.sendall(data)

        Thread(target=forward, daemon=True).start()
        connection.settings_dict = {**settings, "HOST": "127.0.0.1", "PORT": server.getsockname()[1]}
        yield connection
        connection.close()


def test_command_waits_for_a_connection(slow):
    assert query(slow) == 42


def test_request_does_not_wait_for_a_connection(slow):
    with deadline(5), pytest.raises(OperationalError, match="timeout expired"):
        query(slow)


@pytest.mark.parametrize("limit", [deadline(5), nullcontext()], ids=["request", "command"])
def test_answer_within_the_deadline(connection, limit):
    with limit:
        assert query(connection, "select 42 from pg_sleep(0.3)") == 42


def test_deadline_ends_the_wait(connection):
    """With one of Django's errors, and the connection is closed."""
    started = time.monotonic()
    with deadline(0.3), pytest.raises(OperationalError, match="did not answer in time"):
        query(connection, "select pg_sleep(5)")

    assert time.monotonic() - started < 1
    assert not connection.is_usable()


def test_deadline_counts_all_queries(connection):
    # With room for a busy machine: other tests run at the same time.
    with deadline(2):
        query(connection, "select pg_sleep(1.2)")
        with pytest.raises(OperationalError):
            query(connection, "select pg_sleep(1.2)")


def test_fast_answer_after_the_deadline(connection, monkeypatch):
    """A request that took long for other reasons still gets answers that need no wait."""
    # An answer needs no wait if it comes within the interval, here on a busy machine as well.
    monkeypatch.setattr(Connection, "wait", partialmethod(Connection.wait, interval=5))
    with deadline(0):
        assert query(connection) == 42


def test_wait_is_aborted(connection):
    started = time.monotonic()
    with deadline(5, lambda waited: waited > 0.2), pytest.raises(OperationalError):
        query(connection, "select pg_sleep(5)")

    assert time.monotonic() - started < 1


def test_pool_keeps_the_deadline(pooled):
    with deadline(0.3), pytest.raises(OperationalError, match="did not answer in time"):
        query(pooled(), "select pg_sleep(5)")


@pytest.fixture
def exhausted(pooled):
    """A pool whose connections are all in use."""
    taken = [pooled(), pooled()]
    for connection in taken:
        query(connection)
    return pooled()


def test_wait_for_the_pool_is_aborted(exhausted):
    waits = []
    with (
        deadline(5, lambda waited: waits.append(waited) or waited > 0.2),
        pytest.raises(OperationalError, match="did not answer in time"),
    ):
        query(exhausted)

    assert 0.2 < max(waits) < 0.5


def test_wait_for_the_pool_ends_without_deadline(exhausted):
    with pytest.raises(OperationalError, match="couldn't get a connection"):
        query(exhausted)


def test_dead_connection_of_the_pool_is_replaced(pooled, connection):
    """As after a restart of the database."""
    first = pooled()
    backend = query(first, "select pg_backend_pid()")
    first.close()
    query(connection, "select pg_terminate_backend(%s, 1000)", backend)

    assert backend != query(pooled(), "select pg_backend_pid()")


def test_pool_answers_after_a_changed_password(pooled, connection):
    """New connections are refused, the older one answers."""
    first = pooled()
    query(first)
    first.close()
    connection.settings_dict = {**connection.settings_dict, "PASSWORD": "of yesterday"}
    with pytest.raises(OperationalError, match="password authentication failed"):
        query(connection)

    assert pool_answers(1)


def test_missing_pool_does_not_answer():
    assert not pool_answers(1)


def test_exhausted_pool_answers(exhausted):
    """The connections in use have had an answer."""
    assert pool_answers(5)


def test_pool_is_discarded(pooled):
    """Later connections are new; one that is in use is returned without an error."""
    first, second = pooled(), pooled()
    backend = query(first, "select pg_backend_pid()")
    discard_pool()
    first.close()

    assert backend != query(second, "select pg_backend_pid()")


def test_server_cancels_an_aborted_query(connection):
    other = unpooled_connection()
    backend = query(other, "select pg_backend_pid()")
    with deadline(0.2), pytest.raises(OperationalError):
        query(other, "select pg_sleep(60)")

    deadline_at = time.monotonic() + 5
    while query(connection, "select count(*) from pg_stat_activity where pid = %s", backend):
        assert time.monotonic() < deadline_at
        time.sleep(0.1)
