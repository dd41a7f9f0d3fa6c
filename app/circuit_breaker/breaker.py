"""A circuit breaker that closes by itself: while it is open, one thread probes for all."""

import threading
import time
from collections.abc import Callable
from typing import Any

PAUSE_SECONDS = 0.3


class CircuitBreaker:
    """Closed: requests pass. Tripped: a thread probes until a probe succeeds; the circuit is open while it fails.

    So a request fails at once instead of waiting for a known failure, and
    everything continues by itself, also without a single visitor.
    """

    def __init__(self, probe: Callable[[], Any], on_close: Callable[[], Any] = lambda: None) -> None:
        self._probe = probe
        self._on_close = on_close
        self._probing = threading.Lock()
        # The last probe's error; None while the circuit is closed. Written by the probing thread alone.
        self.error: Exception | None = None

    @property
    def is_open(self) -> bool:
        return self.error is not None

    def trip(self) -> None:
        """Start to probe, unless a thread does so already."""
        if self._probing.acquire(blocking=False):
            # A daemon, or a database that hangs would keep the process from ending.
            threading.Thread(target=self._probe_until_success, daemon=True).start()

    def _probe_until_success(self) -> None:
        try:
            while error := self._probe_error():
                self.error = error
                time.sleep(PAUSE_SECONDS)
            if self.is_open:
                self._on_close()
            self.error = None
        finally:
            self._probing.release()

    def _probe_error(self) -> Exception | None:
        try:
            self._probe()
        except Exception as error:
            return error
        return None
