import threading

import pytest

from config.health.deadline import SingleFlight


def test_answer_comes_through():
    """A quick function's answer is the caller's."""
    assert 42 == SingleFlight(lambda: 42).ask(1)


def test_error_comes_through():
    """The caller gets the function's exception."""
    with pytest.raises(ZeroDivisionError):
        SingleFlight(lambda: 1 / 0).ask(1)


def test_hanging_function_runs_once():
    """Callers stop waiting at the deadline, and the later ones start no second thread."""
    release, started = threading.Event(), []

    def hang():
        started.append(1)
        release.wait(10)

    flight = SingleFlight(hang)
    for _ in range(3):
        with pytest.raises(TimeoutError, match=r"No answer within 0\.1 s"):
            flight.ask(0.1)
    release.set()

    assert [1] == started


def test_hopeless_wait_ends():
    """A known outage ends the wait with its reason, long before the deadline."""
    release = threading.Event()
    reasons = iter([None, OSError("another request failed")])
    with pytest.raises(OSError, match="another request failed"):
        SingleFlight(lambda: release.wait(10)).ask(10, lambda: next(reasons))
    release.set()


def test_recovers_when_function_ends():
    """After a flight that hung has ended, the next one answers again."""
    release = threading.Event()
    flight = SingleFlight(lambda: release.wait(10))
    with pytest.raises(TimeoutError):
        flight.ask(0.05)
    release.set()
    flight._flight.result(timeout=5)

    assert flight.ask(1) is True
