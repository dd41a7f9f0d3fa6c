"""The database stopped, frozen, cut off, and its password changed: what visitors and load balancers see."""

import json
from typing import Any

import pytest
from tests.faults.experiment import FAULTS
from tests.support import production
from tests.support.inside import inside

SERVERS = {"development": 8000, "production": production.PORT}
READINESS, LIVENESS = "/health-check/", "/health-check/live/"
# An older connection does not know that yet.
LIVING_CONNECTION_SECONDS = 2


@pytest.fixture(scope="module", params=FAULTS)
def fault(request: pytest.FixtureRequest) -> str:
    """One way to lose a database."""
    return str(request.param)


@pytest.fixture(scope="module")
def experiment(fault: str) -> dict[str, list[dict[str, Any]]]:
    """Both servers watched from before the fault until they have recovered."""
    ports = " ".join(map(str, SERVERS.values()))
    return dict(json.loads(inside(f"python3 tests/faults/experiment.py '{fault}' {ports}")))


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, experiment: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """A server's answers, by stage: `before`, `during`, `recovered`."""
    port = SERVERS[request.param]
    stages = {stage: [answer for answer in seen if answer["port"] == port] for stage, seen in experiment.items()}
    return {"name": request.param, **stages}


def test_pages_are_served_before(server: dict[str, Any]) -> None:
    """The same number of readers alone is not an outage. Readiness may be late on a busy machine."""
    assert {200} == {answer["status"] for answer in server["before"] if answer["path"] != READINESS}


def test_pages_are_a_plain_503(server: dict[str, Any], fault: str) -> None:
    """Within 5 seconds, with nothing in it that a visitor should not read."""
    pages = [answer for answer in server["during"] if not answer["path"].startswith(READINESS)]
    served = [answer for answer in pages if answer["status"] == 200]
    refused = [answer for answer in pages if answer["status"] == 503]
    assert len(pages) == len(served) + len(refused)
    assert max(answer["seconds"] for answer in pages) < 5
    assert all("Back in a moment" in answer["body"] for answer in refused)
    if fault == "password changed" and server["name"] == "production":
        # Its pool has older connections, which continue; development opens one for each request.
        assert len(served) > 0.9 * len(pages)
    else:
        assert len(refused) > len(pages) / 2
        assert not served or fault == "password changed"
        assert all(answer["at"] < LIVING_CONNECTION_SECONDS for answer in served)


def test_readiness_is_503(server: dict[str, Any]) -> None:
    """Within 2 seconds, also when every thread has a page that waits."""
    answers = [answer for answer in server["during"] if answer["path"] == READINESS]
    assert answers
    assert {503} == {answer["status"] for answer in answers}
    assert max(answer["seconds"] for answer in answers) < 2


def test_liveness_stays_200(server: dict[str, Any]) -> None:
    """By address and plain HTTP, within the 5 seconds that load balancers wait."""
    answers = [answer for answer in server["during"] if answer["path"] == LIVENESS]
    assert answers
    assert {200} == {answer["status"] for answer in answers}
    assert max(answer["seconds"] for answer in answers) < 5


@pytest.mark.parametrize(
    "secret", ["Traceback", "/app", "/opt", "psycopg", "5432", "172.", "server at", "Django", "PostgreSQL"]
)
def test_no_answer_tells_secrets(server: dict[str, Any], secret: str) -> None:
    """No stack trace, path, address or version: not for a client without the token."""
    assert not [answer for answer in server["during"] if answer["status"] != 200 and secret in answer["body"]]


def test_everything_recovers_by_itself(server: dict[str, Any]) -> None:
    """Within 5 seconds of the database's return."""
    assert max(answer["seconds"] for answer in server["recovered"]) < 5
