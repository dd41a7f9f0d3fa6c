"""The settings as a new process sees them, which is the only way to load them twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DJANGO_SECRET_KEY": "k3y-with-at-least-fifty-characters-and-many-different-ones",
    "DJANGO_ALLOWED_HOSTS": "toy.example.org",
    "POSTGRES_PASSWORD": "unused",
}


def run(*command, **environment):
    return subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **PRODUCTION, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_production_passes_deploy_check():
    """Django's own list of production mistakes finds nothing."""
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert 0 == done.returncode, done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DJANGO_SECRET_KEY", ""),
        ("DJANGO_ALLOWED_HOSTS", ""),
        ("POSTGRES_PASSWORD", ""),
        ("POSTGRES_PORT", "five"),
        ("DJANGO_DEBUG", "perhaps"),
        ("HEALTH_CHECK_DEADLINE_SECONDS", "soon"),
        ("MAP_TILE_URL", "tiles.example.org/{z}/{x}/{y}.png"),
    ],
)
@pytest.mark.parametrize("command", [("manage.py", "check"), ("-c", "import config.wsgi")])
def test_bad_variable_stops_start(command, name, value):
    """One line that names the variable, and no stack trace, from the command line and from a server."""
    done = run(*command, **{name: value})

    assert 1 == done.returncode
    assert done.stderr.startswith(f"{name} is ")
    assert 1 == len(done.stderr.strip().splitlines())
