"""Bound the time that a question may take, when its answer may never come."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait


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

    def ask(self, seconds: float, hopeless: Callable[[], Exception | None] = lambda: None) -> Answer:
        """The function's answer.

        Raises TimeoutError when there is none `seconds` after the function was
        started, what the function raised, and what `hopeless`, which is asked
        every tenth of a second, knows by then.
        """
        with self._lock:
            if self._flight is None or self._flight.done():
                self._flight, self._started = Future(), time.monotonic()
                # A daemon, or a database that hangs would keep the process from ending.
                threading.Thread(target=self._fly, args=(self._flight,), daemon=True).start()
            flight, end = self._flight, self._started + seconds
        while not flight.done():
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"No answer within {seconds:g} s.")
            if error := hopeless():
                raise error
            wait([flight], timeout=min(left, 0.1))
        return flight.result()

    def _fly(self, flight: Future[Answer]) -> None:
        try:
            flight.set_result(self._function())
        except BaseException as error:
            # Raised where the answer is awaited.
            flight.set_exception(error)
