import threading

import pytest

from circuit_breaker.single_flight import SingleFlight


@pytest.fixture
def release():
    """Ends the functions that hang."""
    release = threading.Event()
    yield release
    release.set()


def test_result_is_returned():
    assert 42 == SingleFlight(lambda: 42).run(1)


def test_exception_is_raised():
    with pytest.raises(ZeroDivisionError):
        SingleFlight(lambda: 1 / 0).run(1)


def test_hanging_function_runs_once(release):
    """Callers stop waiting at the timeout, and later ones start no second thread."""
    calls = []
    flight = SingleFlight(lambda: (calls.append(1), release.wait(10)))
    for _ in range(3):
        with pytest.raises(TimeoutError, match=r"No answer within 0\.1 s"):
            flight.run(0.1)

    assert [1] == calls


def test_wait_is_aborted(release):
    """With the reason, long before the timeout."""
    reasons = iter([None, OSError("another request failed")])
    with pytest.raises(OSError, match="another request failed"):
        SingleFlight(lambda: release.wait(10)).run(10, lambda: next(reasons))


def test_next_run_succeeds_after_a_timeout(release):
    flight = SingleFlight(lambda: release.wait(10))
    with pytest.raises(TimeoutError):
        flight.run(0.05)
    release.set()
    flight._flight.result(timeout=5)

    assert flight.run(1) is True
