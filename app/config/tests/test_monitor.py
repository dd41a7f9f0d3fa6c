import threading
import time

from config.health.monitor import Monitor


class Question:
    """Fails until it is set to succeed, and counts."""

    def __init__(self):
        self.error, self.asked = ConnectionError("gone"), 0

    def __call__(self):
        self.asked += 1
        if self.error:
            raise self.error


def wait_until(condition):
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_nothing_is_asked_without_doubt():
    """A monitor costs nothing as long as all is well."""
    question = Question()
    monitor = Monitor(question)

    assert monitor.down is None
    assert 0 == question.asked


def test_recovery_is_announced_once():
    """After an outage, before the first request; never after a false alarm."""
    question, heard = Question(), []
    monitor = Monitor(question, lambda: heard.append(monitor.down))
    monitor.doubt()
    wait_until(lambda: monitor.down)
    question.error = None
    wait_until(lambda: monitor.down is None)
    monitor.doubt()
    wait_until(lambda: not monitor._asking.locked())

    assert ["gone"] == [f"{error}" for error in heard]


def test_outage_begins_and_ends_by_itself():
    """From the first doubt to the next answer it asks by itself."""
    question = Question()
    monitor = Monitor(question)
    monitor.doubt()
    wait_until(lambda: question.asked > 1)

    assert question.error is monitor.down

    question.error = None
    wait_until(lambda: monitor.down is None)


def test_doubt_that_is_unfounded():
    """One answer ends it, and the next doubt starts again."""
    question = Question()
    question.error = None
    monitor = Monitor(question)
    for number in (1, 2):
        monitor.doubt()
        wait_until(lambda number=number: question.asked == number and not monitor._asking.locked())

    assert monitor.down is None


def test_many_doubts_are_one_question():
    """However many visitors meet the outage, one thread asks."""
    release = threading.Event()
    asked = []
    monitor = Monitor(lambda: (asked.append(1), release.wait(5)))
    for _ in range(10):
        monitor.doubt()
    release.set()
    wait_until(lambda: not monitor._asking.locked())

    assert [1] == asked
