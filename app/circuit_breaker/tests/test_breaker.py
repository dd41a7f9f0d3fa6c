import threading
import time

import pytest

from circuit_breaker.breaker import CircuitBreaker


class Probe:
    """Fails until its error is removed, and counts its calls."""

    def __init__(self):
        self.error, self.calls = ConnectionError("gone"), 0

    def __call__(self):
        self.calls += 1
        if self.error:
            raise self.error


@pytest.fixture
def probe():
    return Probe()


@pytest.fixture
def breaker(probe):
    return CircuitBreaker(probe)


def wait_until(condition):
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_circuit_opens_and_closes_by_itself(breaker, probe):
    """One trip is enough for all probes until one succeeds; without any there is no probe."""
    assert (False, 0) == (breaker.is_open, probe.calls)

    breaker.trip()
    wait_until(lambda: probe.calls > 1)

    assert probe.error is breaker.error

    probe.error = None
    wait_until(lambda: not breaker.is_open)


def test_on_close_is_called_once(probe):
    """It is called before the circuit closes, and not after a false alarm."""
    errors = []
    breaker = CircuitBreaker(probe, lambda: errors.append(breaker.error))
    breaker.trip()
    wait_until(lambda: breaker.is_open)
    probe.error = None
    wait_until(lambda: not breaker.is_open)
    breaker.trip()
    wait_until(lambda: not breaker.is_probing)

    assert ["gone"] == [f"{error}" for error in errors]


def test_false_alarm_leaves_the_circuit_closed(breaker, probe):
    """One successful probe ends it, and the next trip probes again."""
    probe.error = None
    for number in (1, 2):
        breaker.trip()
        wait_until(lambda number=number: probe.calls == number and not breaker.is_probing)

    assert not breaker.is_open


def test_trips_share_one_probe():
    release, calls = threading.Event(), []
    breaker = CircuitBreaker(lambda: (calls.append(1), release.wait(5)))
    for _ in range(10):
        breaker.trip()
    release.set()
    wait_until(lambda: not breaker.is_probing)

    assert [1] == calls
