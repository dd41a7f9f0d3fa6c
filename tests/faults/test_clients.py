"""Two hundred clients that do not end their requests: what they get, and what the load balancer hears meanwhile."""

import json
import statistics
import subprocess
from typing import Any

import pytest
from tests.support import production
from tests.support.inside import inside, ssh

SERVERS = {"development": 8000, "production": production.PORT}
# Of a kind that is never answered: the server closes it when it is tired of it, later than this test watches.
UNANSWERED = {"dripping head", "no head"}


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """The clients' outcomes, by server. Both are asked at the same time."""
    command = "cd /vagrant && python3 tests/faults/clients.py {}"
    runs = {
        name: subprocess.Popen(ssh("default", command.format(port)), stdout=subprocess.PIPE, text=True)
        for name, port in SERVERS.items()
    }
    return {name: json.loads(run.communicate()[0]) for name, run in runs.items()}


@pytest.mark.parametrize("server", SERVERS)
def test_liveness_is_answered_beside_silent_clients(seen: dict[str, Any], server: str) -> None:
    """Within a second, as a rule; a busy machine may be late, but never as late as a load balancer's patience."""
    statuses, seconds = zip(*seen[server]["liveness"], strict=True)
    assert {"200"} == set(statuses)
    assert statistics.median(seconds) < 1
    assert max(seconds) < 5


@pytest.mark.parametrize("server", SERVERS)
def test_silent_clients_are_refused(seen: dict[str, Any], server: str) -> None:
    """Those whose body is missing get a 408, or a 503 where all of them together hold too much memory."""
    ends = {kind: set(end) for kind, end in seen[server]["ends"].items()}
    assert {"waiting"} == set().union(*(ends.pop(kind) for kind in UNANSWERED))
    assert {"413"} == ends.pop("large expectation")
    assert {"closed"} == ends.pop("http/2")
    assert set().union(*ends.values()) <= {"408", "503"}
    assert all("408" in ends[kind] for kind in ("no body", "dripping body", "expectation", "get with a body"))


@pytest.mark.parametrize("server", SERVERS)
def test_large_upload_is_refused(server: str) -> None:
    """Of 300 MB, by clients that ask before and by clients that do not; the server has not restarted for it."""
    name = {"development": "toy-web-1", "production": "toy-web-prod-1"}[server]
    started = f"docker inspect --format '{{{{.State.StartedAt}}}}' {name}"
    workers = f"docker top {name} -o pid"
    before = inside(f"{started} && {workers}")
    address = f"localhost:{SERVERS[server]}/polls/1/vote/ --header 'X-Forwarded-Proto: https'"
    for expect in ("100-continue", ""):
        upload = f"head --bytes 300MB /dev/zero | curl --silent --data-binary @- --header 'Expect: {expect}' {address}"
        assert "413" == inside(f"{upload} --output /dev/null --write-out '%{{http_code}}'")
    assert before == inside(f"{started} && {workers}")
