"""Psycopg with deadlines: what Django's backend takes for the database's driver."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import psycopg
from psycopg import *  # noqa: F403 - Django looks for the driver's exceptions here
from psycopg.waiting import Ready


class Deadline(NamedTuple):
    end: float
    hopeless: Callable[[float], bool]


# When any connection of this process last had an answer.
_heard = 0.0
_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float, hopeless: Callable[[float], bool] = lambda silence: False) -> Iterator[None]:
    """In this block, and this thread, wait for the database so many seconds in all.

    `hopeless` is asked every tenth of a second that an answer is missing, with
    the seconds so far, and may end the wait earlier. Who would wait longer gets
    an OperationalError, and the connection is closed. No timeout of the server
    does that, nor TCP's: a frozen server runs no clock, and its kernel goes on
    taking what it is sent.
    """
    token = _deadline.set(Deadline(time.monotonic() + seconds, hopeless))
    try:
        yield
    finally:
        _deadline.reset(token)


def is_set() -> bool:
    """Whether there is one here; a command has none."""
    return _deadline.get() is not None


def heard_since(moment: float) -> bool:
    """Whether the database has answered any request of this process after `moment` of time.monotonic()."""
    return _heard > moment


def give_up_in_time(started: float) -> None:
    """Raise OperationalError where this thread's deadline is over, or waiting since `started` is hopeless."""
    now, limit = time.monotonic(), _deadline.get()
    if limit and (now >= limit.end or limit.hopeless(now - started)):
        raise psycopg.OperationalError("The database did not answer in time.")


class Connection(psycopg.Connection[Any]):
    """A connection that keeps to the deadline."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        global _heard  # noqa: PLW0603 - a moment, written whole
        answer = super().wait(self._watched(gen) if _deadline.get() else gen, interval, timeout)
        _heard = time.monotonic()
        return answer

    def _watched(self, gen: Any) -> Generator[Any, Any, Any]:
        started = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready == Ready.NONE:
                    self._give_up_in_time(started)
                wanted = gen.send(ready)
        except StopIteration as stop:
            return stop.value

    def _give_up_in_time(self, started: float) -> None:
        try:
            give_up_in_time(started)
        except psycopg.OperationalError:
            # A late answer must not become the next question's.
            self.close()
            raise


connect = Connection.connect
