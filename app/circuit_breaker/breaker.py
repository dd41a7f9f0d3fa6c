"""A circuit breaker that probes in a background thread."""

import threading
import time
from collections.abc import Callable
from typing import Any

PROBE_INTERVAL_SECONDS = 0.3


class CircuitBreaker:
    """Open from a failed probe until a probe succeeds.

    One thread probes for all requests, so none of them waits for a known failure, and the circuit also closes without
    traffic. There is no half-open state: no request is the probe.
    """

    def __init__(self, probe: Callable[[], Any], on_close: Callable[[], Any] = lambda: None) -> None:
        self._probe = probe
        self._on_close = on_close
        self._probing = threading.Lock()
        # The last probe's. Only the probing thread writes it.
        self.error: Exception | None = None

    @property
    def is_open(self) -> bool:
        return self.error is not None

    @property
    def is_probing(self) -> bool:
        return self._probing.locked()

    def trip(self) -> None:
        """Probe in the background, and open if the probe fails. Does nothing while probes run."""
        if self._probing.acquire(blocking=False):
            # A daemon thread, so that a database that hangs does not keep the process from ending.
            threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            while error := self._probe_error():
                self.error = error
                time.sleep(PROBE_INTERVAL_SECONDS)
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
