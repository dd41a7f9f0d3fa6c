"""Tests that need the production image."""

import json

from tests.faults.shutdown import READERS
from tests.support.inside import inside
from tests.support.production import COMPOSE

RUNS = 3
FEW = READERS // 4


def test_deploy_check_is_clean() -> None:
    """Django's own list of production mistakes, asked in the image itself, finds nothing."""
    said = inside(
        f"{COMPOSE} run --rm --no-deps -T web-prod python manage.py check --deploy --fail-level WARNING 2>/dev/null"
    )
    assert "no issues" in said


def test_every_log_line_is_json() -> None:
    """The server's own lines as well as the requests'."""
    inside(
        "curl --silent --output /dev/null 'localhost:8001/nowhere/?token=s3cret' --header 'X-Forwarded-Proto: https'"
    )
    lines = [json.loads(line) for line in inside("docker logs toy-web-prod-1 2>&1").splitlines()]
    (line,) = [line for line in lines if line.get("path") == "/nowhere/"][-1:]
    assert 404 == line["status"]
    assert {"method", "duration_ms", "remote_addr", "request_id"} <= line.keys()
    assert "s3cret" not in json.dumps(lines)


def test_metrics_are_off_the_public_path() -> None:
    """Inside the network they answer on their own port; the published one does not know them."""
    ask = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:9464/metrics').read().decode())"
    assert "django_http_requests" in inside(f'{COMPOSE} exec -T web-prod python -c "{ask}"')
    status = "curl --silent --output /dev/null --write-out '%{http_code}' localhost:8001/metrics"
    assert "404" == inside(f"{status} --header 'X-Forwarded-Proto: https'")


def test_sigterm_drops_no_request() -> None:
    """Under load, every request that reached the server is answered, whether its connection is new or kept."""
    for _ in range(RUNS):
        told = json.loads(inside("python3 tests/faults/shutdown.py web-prod"))
        assert {"200", "refused"} == told["seen"].keys() - {"unread"}, told
        # The kernel was quicker than the server.
        assert told["seen"].get("unread", 0) <= FEW, told
        # Each of them was asking until the server was gone.
        assert READERS == told["seen"]["refused"], told
        assert told["seconds"] < 10
        inside(f"{COMPOSE} up --detach --wait --quiet-pull web-prod")
