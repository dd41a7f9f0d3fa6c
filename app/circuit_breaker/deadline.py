"""The time that a request may wait for the database, in all."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import psycopg

# Whether this thread has waited too long, after so many seconds for one answer.
_is_over: ContextVar[Callable[[float], bool] | None] = ContextVar("is_over", default=None)
# When a connection of this process last got an answer.
_last_answer = 0.0


@contextmanager
def deadline(seconds: float, should_abort: Callable[[float], bool] = lambda waited: False) -> Iterator[None]:
    """Limit the wait for the database in this block and thread to so many seconds in all.

    `should_abort` is called every tenth of a second of a wait, with the seconds waited, and may end it earlier. The
    wait ends in an OperationalError, and the connection is closed. Timeouts of the server and of TCP do not replace
    this: a frozen server runs no clock, and its kernel acknowledges what it is sent.
    """
    end = time.monotonic() + seconds
    token = _is_over.set(lambda waited: time.monotonic() >= end or should_abort(waited))
    try:
        yield
    finally:
        _is_over.reset(token)


def is_set() -> bool:
    """Whether this thread has a deadline; commands have none."""
    return _is_over.get() is not None


def check(waiting_since: float) -> None:
    """Raise OperationalError if this thread's deadline has passed, or if the wait should be aborted."""
    is_over = _is_over.get()
    if is_over and is_over(time.monotonic() - waiting_since):
        raise psycopg.OperationalError("The database did not answer in time.")


def record_answer() -> None:
    """Record that the database has just answered."""
    global _last_answer  # noqa: PLW0603 - a float, written whole
    _last_answer = time.monotonic()


def has_answered_since(moment: float) -> bool:
    """Whether the database answered any request of this process after `moment` of time.monotonic()."""
    return _last_answer > moment
