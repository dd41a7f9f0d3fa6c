"""Bound the time that a question may take, when its answer may never come."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future


class SingleFlight[Answer]:
    """Run a function in a thread, once at a time, and wait for it a limited time.

    A frozen database holds a connection's reader forever, whatever timeouts
    the connection has. So the caller stops waiting instead, and later callers
    join the thread that hangs rather than starting one each.
    """

    def __init__(self, function: Callable[[], Answer]) -> None:
        self._function = function
        self._lock = threading.Lock()
        self._flight: Future[Answer] | None = None
        self._started = 0.0

    def ask(self, seconds: float) -> Answer:
        """The function's answer.

        Raises TimeoutError when there is none `seconds` after the function was
        started, and what the function raised.
        """
        with self._lock:
            if self._flight is None or self._flight.done():
                self._flight, self._started = Future(), time.monotonic()
                # A daemon, or a database that hangs would keep the process from ending.
                threading.Thread(target=self._fly, args=(self._flight,), daemon=True).start()
            flight, left = self._flight, self._started + seconds - time.monotonic()
        try:
            return flight.result(timeout=max(0.0, left))
        except TimeoutError as error:
            raise TimeoutError(f"No answer within {seconds:g} s.") from error

    def _fly(self, flight: Future[Answer]) -> None:
        try:
            flight.set_result(self._function())
        except BaseException as error:
            # Raised where the answer is awaited.
            flight.set_exception(error)
