import threading
import time

from circuit_breaker.breaker import CircuitBreaker


class Probe:
    """Fails until it is set to succeed, and counts."""

    def __init__(self):
        self.error, self.calls = ConnectionError("gone"), 0

    def __call__(self):
        self.calls += 1
        if self.error:
            raise self.error


def wait_until(condition):
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_closed_circuit_does_not_probe():
    """A breaker costs nothing while the database answers."""
    probe = Probe()
    breaker = CircuitBreaker(probe)

    assert not breaker.is_open
    assert 0 == probe.calls


def test_on_close_is_called_once():
    """After an outage, before the first request; never after a false alarm."""
    probe, errors = Probe(), []
    breaker = CircuitBreaker(probe, lambda: errors.append(breaker.error))
    breaker.trip()
    wait_until(lambda: breaker.error)
    probe.error = None
    wait_until(lambda: not breaker.is_open)
    breaker.trip()
    wait_until(lambda: not breaker._probing.locked())

    assert ["gone"] == [f"{error}" for error in errors]


def test_circuit_opens_and_closes_by_itself():
    """A tripped breaker probes until a probe succeeds."""
    probe = Probe()
    breaker = CircuitBreaker(probe)
    breaker.trip()
    wait_until(lambda: probe.calls > 1)

    assert probe.error is breaker.error

    probe.error = None
    wait_until(lambda: not breaker.is_open)


def test_false_alarm_leaves_the_circuit_closed():
    """One success ends the probing, and the next trip starts it again."""
    probe = Probe()
    probe.error = None
    breaker = CircuitBreaker(probe)
    for number in (1, 2):
        breaker.trip()
        wait_until(lambda number=number: probe.calls == number and not breaker._probing.locked())

    assert not breaker.is_open


def test_many_trips_start_one_probe():
    """However many visitors meet the outage, one thread probes."""
    release = threading.Event()
    calls = []
    breaker = CircuitBreaker(lambda: (calls.append(1), release.wait(5)))
    for _ in range(10):
        breaker.trip()
    release.set()
    wait_until(lambda: not breaker._probing.locked())

    assert [1] == calls
