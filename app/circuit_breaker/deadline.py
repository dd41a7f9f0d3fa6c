"""How long a thread may wait for the database, and when the database last answered."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

import psycopg


class Deadline(NamedTuple):
    end: float
    should_abort: Callable[[float], bool]


# When any connection of this process last had an answer.
_answered = 0.0
_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float, should_abort: Callable[[float], bool] = lambda silence: False) -> Iterator[None]:
    """In this block, and this thread, wait for the database so many seconds in all.

    `should_abort` is called every tenth of a second that an answer is missing,
    with the seconds so far, and may end the wait earlier. A longer wait raises
    OperationalError and closes the connection. No timeout of the server does
    that, nor TCP's: a frozen server runs no clock, and its kernel still accepts
    data.
    """
    token = _deadline.set(Deadline(time.monotonic() + seconds, should_abort))
    try:
        yield
    finally:
        _deadline.reset(token)


def is_set() -> bool:
    """Whether this thread has a deadline; a command has none."""
    return _deadline.get() is not None


def record_answer() -> None:
    """Remember that the database has answered a request of this process."""
    global _answered  # noqa: PLW0603 - a moment, written whole
    _answered = time.monotonic()


def answered_since(moment: float) -> bool:
    """Whether the database has answered any request of this process after `moment` of time.monotonic()."""
    return _answered > moment


def raise_if_expired(started: float) -> None:
    """Raise OperationalError if this thread's deadline is over, or its wait since `started` should be aborted."""
    now, limit = time.monotonic(), _deadline.get()
    if limit and (now >= limit.end or limit.should_abort(now - started)):
        raise psycopg.OperationalError("The database did not answer in time.")
