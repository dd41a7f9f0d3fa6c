"""Fixtures of all tests."""

import socket
import tempfile

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from hypothesis.configuration import set_hypothesis_home_dir

# The same examples each time: a failing test fails until it is corrected.
hypothesis.settings.load_profile("ci")
set_hypothesis_home_dir(f"{tempfile.gettempdir()}/hypothesis")


def pytest_configure():
    # The usual ones take a quarter of a second for each user, by design.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def database_at(monkeypatch):
    """Move the database to another port of this machine, for connections opened from now on."""

    def move(port):
        monkeypatch.setitem(connections.databases["default"], "HOST", "127.0.0.1")
        monkeypatch.setitem(connections.databases["default"], "PORT", port)

    return move


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def silent_port():
    """Accepts connections and sends nothing, as a frozen database does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
