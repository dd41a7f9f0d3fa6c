"""Whether the database answers, as a circuit breaker: found out when there is doubt, by one thread for all."""

import threading
import time
from collections.abc import Callable
from typing import Any

PAUSE_SECONDS = 0.3


class Monitor:
    """Ask again and again from the first doubt to the next answer.

    So nobody who could still serve something waits to find out what the others
    know, and everything continues by itself, also without a single visitor.
    """

    def __init__(self, question: Callable[[], Any], recovered: Callable[[], Any] = lambda: None) -> None:
        self._question = question
        self._recovered = recovered
        self._asking = threading.Lock()
        # Why there is no answer. Written by the thread that asks, and by no other: it ends only with an answer.
        self.down: Exception | None = None

    def doubt(self) -> None:
        """Begin to ask, unless that is going on."""
        if self._asking.acquire(blocking=False):
            # A daemon, or a database that hangs would keep the process from ending.
            threading.Thread(target=self._ask, daemon=True).start()

    def _ask(self) -> None:
        try:
            while error := self._error():
                self.down = error
                time.sleep(PAUSE_SECONDS)
            if self.down:
                self._recovered()
            self.down = None
        finally:
            self._asking.release()

    def _error(self) -> Exception | None:
        try:
            self._question()
        except Exception as error:
            return error
        return None
