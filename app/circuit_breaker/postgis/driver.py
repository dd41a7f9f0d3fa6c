"""Psycopg with deadlines: the module that Django's backend takes for the database's driver."""

import time
from collections.abc import Generator
from typing import Any

import psycopg
from psycopg import *  # noqa: F403 - Django looks for the driver's exceptions here
from psycopg.waiting import Ready

from circuit_breaker import deadline


class Connection(psycopg.Connection[Any]):
    """A connection whose waits end at the deadline."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        answer = super().wait(self._checked(gen) if deadline.is_set() else gen, interval, timeout)
        deadline.record_answer()
        return answer

    def _checked(self, gen: Any) -> Generator[Any, Any, Any]:
        started = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready == Ready.NONE:
                    self._check_deadline(started)
                wanted = gen.send(ready)
        except StopIteration as stop:
            return stop.value

    def _check_deadline(self, started: float) -> None:
        try:
            deadline.check(started)
        except psycopg.OperationalError:
            # The late answer must not be taken for that of the next query.
            self.close()
            raise


connect = Connection.connect
