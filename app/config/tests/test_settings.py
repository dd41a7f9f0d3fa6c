"""The settings as a new process sees them, which is the only way to load them twice."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import env

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DJANGO_SECRET_KEY": "k3y-with-at-least-fifty-characters-and-many-different-ones",
    "DJANGO_ALLOWED_HOSTS": "toy.example.org",
    "POSTGRES_PASSWORD": "unused",
}

# An untrusted authority.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBdzCCAR+gAwIBAgIUBfrC8O0BDJ4W1yULKpbVvd2OnkowCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEyNjE4NTkxMloYDzIxMjYxMTAyMTg1
OTEyWjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQkn6pwY0CUqpt6KvX3KkKBi5y/sxTkbEnKCBp7chqxTyq/yDh2+3Z41SzAw4nH
3nOUQ6TZyjj7aWZ1Cd9QxJgco1MwUTAdBgNVHQ4EFgQUgPzvMqOrVhw3ouAi0iM/
18UZB3IwHwYDVR0jBBgwFoAUgPzvMqOrVhw3ouAi0iM/18UZB3IwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNGADBDAiA9oO3Cfr6DKRvejGs4NGvI+Z3UnyuW
kvVTq9mIJjnkhAIfQI6Ykp85jptEj94y2euTzSPY5f9vjG3dtHiVTEflNw==
-----END CERTIFICATE-----
"""

# A value that is not the default, and where it ends up.
EFFECT = {
    "DJANGO_DEBUG": ("yes", "DEBUG", True),
    "DJANGO_SECRET_KEY": ("another", "SECRET_KEY", "another"),
    "DJANGO_ALLOWED_HOSTS": ("a.org, .b.org,[::1]", "ALLOWED_HOSTS", ["a.org", ".b.org", "[::1]"]),
    "DJANGO_CSRF_TRUSTED_ORIGINS": ("https://*.a.org", "CSRF_TRUSTED_ORIGINS", ["https://*.a.org"]),
    "DATABASE_DEADLINE_SECONDS": ("2.5", "DATABASE_DEADLINE_SECONDS", 2.5),
    "POSTGRES_POOL_SIZE": ("7", "DATABASES.default.OPTIONS.pool.max_size", 7),
    "POSTGRES_HOST": ("db", "DATABASES.default.HOST", "db"),
    "POSTGRES_PORT": ("5433", "DATABASES.default.PORT", 5433),
    "POSTGRES_DB": ("polls", "DATABASES.default.NAME", "polls"),
    "POSTGRES_USER": ("polly", "DATABASES.default.USER", "polly"),
    "POSTGRES_PASSWORD": ("pw", "DATABASES.default.PASSWORD", "pw"),
    "POSTGRES_CA": (CERTIFICATE, "DATABASES.default.OPTIONS.sslmode", "verify-full"),
    "STATIC_HOST": ("https://cdn.a.org", "STATIC_URL", "https://cdn.a.org/static/"),
    "DJANGO_PROXY_COUNT": ("2", "PROXY_COUNT", 2),
    "DJANGO_PROTOCOL_HEADER": (
        "CloudFront-Forwarded-Proto",
        "SECURE_PROXY_SSL_HEADER",
        ["HTTP_CLOUDFRONT_FORWARDED_PROTO", "https"],
    ),
    "DJANGO_SECURE_SSL_REDIRECT": ("no", "SECURE_SSL_REDIRECT", False),
    "WATCHMAN_TOKENS": ("t1,t2", "WATCHMAN_TOKENS", "t1,t2"),
    "HEALTH_CHECK_DEADLINE_SECONDS": ("0.5", "HEALTH_CHECK_DEADLINE_SECONDS", 0.5),
    "MAP_TILE_URL": ("https://t.a.org:81/{z}/{x}/{y}", "MAP_TILE_URL", "https://t.a.org:81/{z}/{x}/{y}"),
    "MAP_TILE_ATTRIBUTION": ("© a.org", "MAP_TILE_ATTRIBUTION", "© a.org"),
    "WEB_THREADS": ("3", "WEB_THREADS", 3),
    "METRICS_PORT": ("9464", "METRICS_PORT", 9464),
    "DJANGO_LOG_LEVEL": ("ERROR", "LOGGING.root.level", "ERROR"),
}
# Invalid values, for all but free text; an empty one for required variables.
MALFORMED = {
    "DJANGO_DEBUG": "perhaps",
    "DJANGO_SECRET_KEY": "",
    "DJANGO_ALLOWED_HOSTS": "https://toy.example.org",
    "DJANGO_CSRF_TRUSTED_ORIGINS": "toy.example.org",
    "DATABASE_DEADLINE_SECONDS": "nan",
    "POSTGRES_POOL_SIZE": "-1",
    "POSTGRES_PORT": "0",
    "POSTGRES_PASSWORD": "",
    "POSTGRES_CA": "/etc/ssl/certs/ca-certificates.crt",
    "STATIC_HOST": "cdn.example.org",
    "DJANGO_PROXY_COUNT": "one",
    "DJANGO_PROTOCOL_HEADER": "HTTP_X_FORWARDED_PROTO",
    "DJANGO_SECURE_SSL_REDIRECT": "of",
    "HEALTH_CHECK_DEADLINE_SECONDS": "soon",
    "MAP_TILE_URL": "tiles.example.org/{z}/{x}/{y}.png",
    "WEB_THREADS": "0",
    "METRICS_PORT": "70000",
    "DJANGO_LOG_LEVEL": "CHATTY",
}
FREE_TEXT = {"POSTGRES_HOST", "POSTGRES_DB", "POSTGRES_USER", "WATCHMAN_TOKENS", "MAP_TILE_ATTRIBUTION"}


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


def test_every_variable_is_tested():
    """A variable that the settings read has its effect here, and a value that is refused."""
    assert sorted(env.NAMES) == sorted(EFFECT)
    assert sorted(env.NAMES) == sorted(MALFORMED.keys() | FREE_TEXT)


def test_every_variable_is_explained():
    """The README's table has a row for each variable, and no other."""
    readme = (PROJECT / "README.md").read_text()

    assert sorted(env.NAMES) == sorted(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))


def load(**environment):
    """The settings that this environment makes."""
    program = "import json; from config import settings; print(json.dumps(vars(settings), default=str))"
    return json.loads(run("-c", program, **environment).stdout)


def test_variable_takes_effect():
    """Each variable's value arrives in the setting it is for."""
    settings = load(**{name: value for name, (value, _, _) in EFFECT.items()})

    def setting(path):
        value = settings
        for part in path.split("."):
            value = value[part]
        return value

    assert {name: expected for name, (_, _, expected) in EFFECT.items()} == {
        name: setting(path) for name, (_, path, _) in EFFECT.items()
    }


@pytest.mark.parametrize(("debug", "is_used"), [("yes", True), ("no", False)])
def test_templates_for_developers(debug, is_used):
    """The folder config/development is in use only with DEBUG."""
    folders = load(DJANGO_DEBUG=debug)["TEMPLATES"][0]["DIRS"]

    assert is_used == any(folder.endswith("/development") for folder in folders)


def test_authorities_are_in_a_file():
    """The libpq of a running process can read the certificates that the variable holds."""
    program = """
from pathlib import Path
from config.settings import DATABASES
print(Path(DATABASES["default"]["OPTIONS"]["sslrootcert"]).read_text(), end="")
"""
    assert CERTIFICATE == run("-c", program, POSTGRES_CA=CERTIFICATE).stdout


@pytest.mark.parametrize("kind", ["script-src", "style-src", "img-src", "connect-src"])
def test_pages_may_use_the_cdn(kind):
    """Scripts, styles, images and what scripts fetch: all static files come from there."""
    policy = load(STATIC_HOST="https://cdn.a.org")["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]

    assert "https://cdn.a.org" in policy.get(kind, policy["default-src"])


@pytest.mark.parametrize(("name", "value"), MALFORMED.items())
def test_bad_variable_is_named(name, value):
    """Whatever loads the settings learns which variable is wrong, and what to do."""
    done = run("-c", "import config.settings", **{name: value})

    assert 1 == done.returncode
    assert f"ImproperlyConfigured: {name} is " in done.stderr
    assert f"{name} in the container's environment" in done.stderr


@pytest.mark.parametrize("command", [("manage.py", "check"), ("-c", "import config.wsgi")])
def test_bad_variable_stops_start(command):
    """One line and no stack trace, from the command line and from a server."""
    done = run(*command, POSTGRES_PASSWORD="")

    assert 1 == done.returncode
    assert 1 == len(done.stderr.strip().splitlines())


@pytest.mark.parametrize(("given", "size"), [({}, "0"), ({"POSTGRES_POOL_SIZE": "3"}, "3")])
def test_command_has_no_pool(given, size):
    """In production as well: through a pool it would give up as early as a page. Who wants one says so."""
    done = run(
        "manage.py", "shell", "--no-imports", "-c", "from config import settings; print(settings.POOL_SIZE)", **given
    )

    assert done.stdout.split() == [size], done.stderr


def test_production_passes_deploy_check():
    """Django's own list of production mistakes finds nothing."""
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert 0 == done.returncode, done.stderr


def test_metrics_have_a_port_of_their_own(client):
    """Prometheus gets its numbers on a port without a load balancer; the public path has none."""
    program = (
        "import config.wsgi, urllib.request as r; print(r.urlopen('http://127.0.0.1:9465/metrics').read().decode())"
    )
    done = run("-c", program, METRICS_PORT="9465")

    assert "django_http_requests_before_middlewares_total" in done.stdout
    assert 404 == client.get("/metrics").status_code
