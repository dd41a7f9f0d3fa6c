import socket
import time
from contextlib import suppress
from functools import partialmethod
from itertools import cycle
from select import select
from threading import Thread

import pytest
from django.db import OperationalError, connections

from config.postgis.base import forget_pool, new_connection, pool_answers
from config.postgis.deadline import Connection, deadline

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection():
    connection = new_connection()
    yield connection
    connection.close()


@pytest.fixture
def pooled():
    """Two connections' worth of wrappers that share a pool."""

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
    forget_pool()


def ask(connection, question="select 42", *values):
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()[0]


def test_no_deadline_no_limit(connection):
    """A command, such as a migration, may take its time."""
    assert ask(connection, "select 42 from pg_sleep(0.3)") == 42


@pytest.fixture
def slow(connection):
    """The database as a busy machine has it: a connection takes longer than libpq's least limit, two seconds."""
    settings = connection.settings_dict
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hand_on():
            database = (settings["HOST"], settings["PORT"])
            # The client may be gone.
            with suppress(OSError), server.accept()[0] as client, socket.create_connection(database) as there:
                time.sleep(2.5)
                for source, target in cycle(((client, there), (there, client))):
                    while select([source], [], [], 0.01)[0]:
                        if not (said := source.recv(65536)):
                            return
                        target.sendall(said)

        Thread(target=hand_on, daemon=True).start()
        connection.settings_dict = {**settings, "HOST": "127.0.0.1", "PORT": server.getsockname()[1]}
        yield connection
        connection.close()


def test_command_waits_for_a_connection(slow):
    """A migration on a machine that has much to do comes through."""
    assert ask(slow) == 42


def test_request_does_not_wait_for_a_connection(slow):
    """A query of that length is an outage for a page."""
    with deadline(5), pytest.raises(OperationalError, match="timeout expired"):
        ask(slow)


def test_answer_in_time(connection):
    """Within the deadline nothing is different."""
    with deadline(5):
        assert ask(connection, "select 42 from pg_sleep(0.3)") == 42


def test_deadline_ends_the_wait(connection):
    """A longer wait ends in an error that Django knows, and the connection is not used again."""
    started = time.monotonic()
    with deadline(0.3), pytest.raises(OperationalError, match="did not answer in time"):
        ask(connection, "select pg_sleep(5)")

    assert time.monotonic() - started < 1
    assert not connection.is_usable()


def test_deadline_counts_all_questions(connection):
    """Ten short waits are one long one."""
    # With room for a busy machine: other tests run at the same time.
    with deadline(2):
        ask(connection, "select pg_sleep(1.2)")
        with pytest.raises(OperationalError):
            ask(connection, "select pg_sleep(1.2)")


def test_late_is_no_error_while_answers_are_quick(connection, monkeypatch):
    """A request that took long for other reasons still gets an answer that is there."""
    # Quick is what comes before a wait looks at its deadline, on a busy machine as well.
    monkeypatch.setattr(Connection, "wait", partialmethod(Connection.wait, interval=5))
    with deadline(0):
        assert ask(connection) == 42


def test_hopeless_wait_ends_early(connection):
    """Another request may know that no answer will come."""
    started = time.monotonic()
    with deadline(5, lambda silence: silence > 0.2), pytest.raises(OperationalError):
        ask(connection, "select pg_sleep(5)")

    assert time.monotonic() - started < 1


def test_pool_keeps_the_deadline(pooled):
    """A connection from the pool is handled alike."""
    with deadline(0.3), pytest.raises(OperationalError, match="did not answer in time"):
        ask(pooled(), "select pg_sleep(5)")


@pytest.fixture
def emptied(pooled):
    """A pool whose connections are all taken."""
    taken = [pooled(), pooled()]
    for connection in taken:
        ask(connection)
    return pooled()


def test_wait_for_the_pool_is_given_up(emptied):
    """Waiting for a connection is waiting for the database: it is as hopeless."""
    silences = []
    with (
        deadline(5, lambda silence: silences.append(silence) or silence > 0.2),
        pytest.raises(OperationalError, match="did not answer in time"),
    ):
        ask(emptied)

    assert 0.2 < max(silences) < 0.5


def test_wait_for_the_pool_ends(emptied):
    """Also for a command, which has no deadline."""
    with pytest.raises(OperationalError, match="couldn't get a connection"):
        ask(emptied)


def test_connection_that_died_in_the_pool_is_replaced(pooled, connection):
    """After a restart of the database the pool's old connections are not used."""
    first = pooled()
    backend = ask(first, "select pg_backend_pid()")
    first.close()
    ask(connection, "select pg_terminate_backend(%s, 1000)", backend)

    assert backend != ask(pooled(), "select pg_backend_pid()")


def test_changed_password_leaves_living_connections(pooled, connection, monkeypatch):
    """New ones are refused, the one that lives answers: no outage."""
    first = pooled()
    ask(first)
    first.close()
    connection.settings_dict = {**connection.settings_dict, "PASSWORD": "of yesterday"}
    with pytest.raises(OperationalError, match="password authentication failed"):
        ask(connection)

    assert pool_answers(1)


def test_no_pool_does_not_answer():
    """No database answers at that address."""
    assert not pool_answers(1)


def test_pool_whose_connections_are_all_at_work_answers(emptied):
    """Those who have them hear the database."""
    assert pool_answers(5)


def test_pool_is_forgotten(pooled):
    """Afterwards connections are new; one that is still out comes back without harm."""
    first, second = pooled(), pooled()
    backend = ask(first, "select pg_backend_pid()")
    forget_pool()
    first.close()

    assert backend != ask(second, "select pg_backend_pid()")


def test_abandoned_question_ends(connection):
    """The server notices that the client is gone, and cancels the query."""
    other = new_connection()
    backend = ask(other, "select pg_backend_pid()")
    with deadline(0.2), pytest.raises(OperationalError):
        ask(other, "select pg_sleep(60)")

    deadline_at = time.monotonic() + 5
    while ask(connection, "select count(*) from pg_stat_activity where pid = %s", backend):
        assert time.monotonic() < deadline_at
        time.sleep(0.1)
