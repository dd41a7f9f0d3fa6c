"""Limit the wait for a function that may never return."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait


class SingleFlight[Result]:
    """Run a function in a thread, one call at a time, and wait for it for a limited time.

    A frozen database blocks a connection's reader whatever its timeouts are. The caller stops waiting, and later
    callers join the thread that hangs instead of starting another.
    """

    def __init__(self, function: Callable[[], Result]) -> None:
        self._function = function
        self._lock = threading.Lock()
        self._flight: Future[Result] | None = None
        self._started = 0.0

    def run(self, timeout: float, abort_reason: Callable[[], Exception | None] = lambda: None) -> Result:
        """Return the function's result.

        Raises what the function raised, TimeoutError `timeout` seconds after the function was started, and the
        exception that `abort_reason`, which is called every tenth of a second, returns.
        """
        with self._lock:
            if self._flight is None or self._flight.done():
                self._flight, self._started = Future(), time.monotonic()
                # A daemon thread, so that a database that hangs does not keep the process from ending.
                threading.Thread(target=self._fly, args=(self._flight,), daemon=True).start()
            flight, end = self._flight, self._started + timeout
        while not flight.done():
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"No answer within {timeout:g} s.")
            if error := abort_reason():
                raise error
            wait([flight], timeout=min(left, 0.1))
        return flight.result()

    def _fly(self, flight: Future[Result]) -> None:
        try:
            flight.set_result(self._function())
        except BaseException as error:
            flight.set_exception(error)
