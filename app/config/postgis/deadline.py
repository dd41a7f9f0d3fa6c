"""Psycopg with deadlines: what Django's backend takes for the database's driver."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from psycopg import *  # noqa: F403 - Django looks for the driver's exceptions here

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """In this block, and this thread, wait for the database so many seconds in all.

    Who would wait longer gets an OperationalError, and the connection is closed.
    No timeout of the server does that, nor TCP's: a frozen server runs no
    clock, and its kernel goes on taking what it is sent.
    """
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


class Connection(psycopg.Connection[Any]):
    """A connection that keeps to the deadline."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        end = _deadline.get()
        if end is None:
            return super().wait(gen, interval, timeout)
        left = max(0.0, end - time.monotonic())
        try:
            return super().wait(gen, interval, left if timeout is None else min(left, timeout))
        except psycopg.OperationalError as error:
            if time.monotonic() < end:
                raise
            # A late answer must not become the next question's.
            self.close()
            raise psycopg.OperationalError("The database did not answer in time.") from error


connect = Connection.connect
