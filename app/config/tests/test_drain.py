import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from django.urls import reverse

ENTRYPOINT = Path(__file__).resolve().parents[2] / "entrypoint"
# Reports its signals, and when the drain file exists.
SERVER = (
    'trap "echo stopped; exit 3" TERM; echo ready; while sleep 0.05; do [ ! -e "$DRAIN_FILE" ] || echo draining; done'
)


@pytest.fixture
def draining(monkeypatch, tmp_path):
    """The server has got SIGTERM."""
    (tmp_path / "draining").touch()
    monkeypatch.setenv("DRAIN_FILE", str(tmp_path / "draining"))


@pytest.mark.django_db
def test_connection_stays_open(client):
    assert not client.get(reverse("readiness")).has_header("Connection")


@pytest.mark.django_db
def test_draining_server_closes_connections(client, draining):
    """Readiness fails, so load balancers send nothing more; liveness does not, so the server is not restarted."""
    readiness, liveness = client.get(reverse("readiness")), client.get("/health-check/live/")

    assert (503, "close") == (readiness.status_code, readiness["Connection"])
    assert (200, "close") == (liveness.status_code, liveness["Connection"])


def test_entrypoint_drains_before_it_stops():
    """The server gets SIGTERM after DRAIN_SECONDS; its exit status is the container's."""
    with subprocess.Popen(
        [ENTRYPOINT, "bash", "-c", SERVER],
        env={**os.environ, "DRAIN_SECONDS": "0.5"},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert "ready\n" == server.stdout.readline()
        started = time.monotonic()
        server.send_signal(signal.SIGTERM)
        output = server.communicate(timeout=10)[0].splitlines()

    assert 0.4 < time.monotonic() - started < 3
    assert {"draining", "stopped"} == set(output)
    assert "stopped" == output[-1]
    assert 3 == server.returncode


def test_entrypoint_returns_the_exit_status():
    assert 7 == subprocess.run([ENTRYPOINT, "sh", "-c", "exit 7"], check=False).returncode


def test_entrypoint_passes_standard_input():
    output = subprocess.run([ENTRYPOINT, "cat"], input="typed", capture_output=True, text=True, check=True)
    assert "typed" == output.stdout


def test_server_that_ends_while_draining_keeps_its_status():
    """The container does not have that of the signal, which came too late."""
    script = 'while [ ! -e "$DRAIN_FILE" ]; do sleep 0.05; done; exit 7'
    with subprocess.Popen([ENTRYPOINT, "bash", "-c", f"echo ready; {script}"], stdout=subprocess.PIPE) as server:
        assert server.stdout.readline()
        server.send_signal(signal.SIGTERM)
        assert 7 == server.wait(10)
