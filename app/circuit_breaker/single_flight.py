"""Bound the wait for a function that may never return."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait


class SingleFlight[Result]:
    """Run a function in a thread, once at a time, and wait for it a limited time.

    A frozen database holds a connection's reader forever, whatever timeouts
    the connection has. So the caller stops waiting instead, and later callers
    join the thread that hangs rather than starting one each.
    """

    def __init__(self, function: Callable[[], Result]) -> None:
        self._function = function
        self._lock = threading.Lock()
        self._flight: Future[Result] | None = None
        self._started = 0.0

    def result(self, seconds: float, abort_reason: Callable[[], Exception | None] = lambda: None) -> Result:
        """The function's result.

        Raises TimeoutError without a result `seconds` after the function was
        started, the exception of the function, or the one that `abort_reason`,
        called every tenth of a second, returns.
        """
        with self._lock:
            if self._flight is None or self._flight.done():
                self._flight, self._started = Future(), time.monotonic()
                # A daemon, or a database that hangs would keep the process from ending.
                threading.Thread(target=self._run, args=(self._flight,), daemon=True).start()
            flight, end = self._flight, self._started + seconds
        while not flight.done():
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"No answer within {seconds:g} s.")
            if error := abort_reason():
                raise error
            wait([flight], timeout=min(left, 0.1))
        return flight.result()

    def _run(self, flight: Future[Result]) -> None:
        try:
            flight.set_result(self._function())
        except BaseException as error:
            # Raised in the threads that wait.
            flight.set_exception(error)
