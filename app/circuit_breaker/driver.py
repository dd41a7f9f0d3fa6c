"""Psycopg with deadlines: the driver of Django's backend."""

import time
from collections.abc import Generator
from typing import Any

import psycopg
from psycopg import *  # noqa: F403 - Django looks for the driver's exceptions here
from psycopg.waiting import Ready

from circuit_breaker import deadline


class Connection(psycopg.Connection[Any]):
    """A connection that keeps to the deadline."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        answer = super().wait(self._watched(gen) if deadline.is_set() else gen, interval, timeout)
        deadline.record_answer()
        return answer

    def _watched(self, gen: Any) -> Generator[Any, Any, Any]:
        started = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready == Ready.NONE:
                    self._close_if_expired(started)
                wanted = gen.send(ready)
        except StopIteration as stop:
            return stop.value

    def _close_if_expired(self, started: float) -> None:
        try:
            deadline.raise_if_expired(started)
        except psycopg.OperationalError:
            # A late answer must not become that of the next query.
            self.close()
            raise


connect = Connection.connect
