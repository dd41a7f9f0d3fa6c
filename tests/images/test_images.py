"""The images' content."""

import json

import pytest
from tests.images.conftest import IMAGES, STRICT, Inspect, Run
from tests.support.inside import inside

MEGABYTE = 1_000_000
COMPILERS = "as c++ c89 c99 cc clang g++ gcc go ld make rustc tcc"
STARTED = """
import sys, time
from http.client import HTTPConnection
for _ in range(100):
    try:
        connection = HTTPConnection("127.0.0.1", 8000)
        connection.request("GET", "/health-check/live/")
        sys.exit(connection.getresponse().status != 200)
    except OSError:
        time.sleep(0.2)
"""

every_image = pytest.mark.parametrize("name", IMAGES)


def test_prod_is_small(image: Inspect) -> None:
    """The production image takes 300 MB at most."""
    assert image("prod")["Size"] <= 300 * MEGABYTE


def test_dev_has_the_same_base(image: Inspect) -> None:
    """Development and production have the same Debian, Python and GDAL."""
    layers = {name: image(name)["RootFS"]["Layers"] for name in ("dev", "prod")}
    shared = [one for one, other in zip(layers["dev"], layers["prod"], strict=False) if one == other]
    assert layers["prod"][: len(shared)] == shared
    assert len(shared) >= 3


@every_image
def test_user_is_nobody_special(run: Run, name: str) -> None:
    """The image's own user is not root."""
    assert "0" != run(name, "id -u")


@every_image
def test_no_program_takes_over_rights(run: Run, name: str) -> None:
    """No file is setuid or setgid."""
    assert "" == run(name, "find / -xdev -type f -perm /6000 2>/dev/null; true")


@every_image
def test_no_compiler(run: Run, name: str) -> None:
    """The image has no build tools for an attacker."""
    assert "" == run(name, f"for program in {COMPILERS}; do command -v $program; done; true")


@every_image
def test_no_leftovers(run: Run, name: str) -> None:
    """Neither caches nor lists of packages nor logs of the build."""
    system = "find /var/lib/apt/lists /var/cache/apt /tmp /var/log -type f -size +0 2>/dev/null"
    home = "ls -A /root | grep -v -e .bashrc -e .profile"
    assert "" == run(name, f"{system}; {home}; true", "--user 0")


@every_image
def test_health_check(image: Inspect, name: str) -> None:
    """Each image knows how to ask whether it works."""
    asks = {"postgis": "postgis-ready", "dev": "config.health.probe", "prod": "config.health.probe"}
    assert asks[name] in image(name)["Config"]["Healthcheck"]["Test"]


@every_image
def test_package_database_is_kept(run: Run, name: str) -> None:
    """Scanners read which packages of Debian are inside, with their versions."""
    known = run(name, "dpkg-query --show --showformat '${Package} ${Version} ${db:Status-Status}\n'")
    installed = {line.split()[0] for line in known.splitlines() if line.endswith(" installed")}
    assert {"libc6", "postgresql-17" if name == "postgis" else "python3.13-minimal"} <= installed


def test_every_library_is_in_an_inventory(run: Run) -> None:
    """Files from neither Debian nor a Python package are in a separate inventory."""
    inventory = json.loads(run("prod", "cat /usr/local/share/sbom/libraries.cdx.json"))
    files = run("prod", "find /usr/local -type f -name '*.so*'").splitlines()
    assert len(files) == len(inventory["components"])
    assert {"gdal", "openssl", "curl", "sqlite"} <= {component["name"] for component in inventory["components"]}


def test_foreign_libraries_are_only_there(run: Run) -> None:
    """Debian's package database knows every other shared library."""
    known = "cat /var/lib/dpkg/info/*.list | xargs -n 1 dirname 2>/dev/null | sort -u"
    unknown = (
        "find / -xdev -type f -name '*.so*' ! -path '/usr/local/*' ! -path '/opt/venv/*' ! -path '/etc/*' "
        "| while read -r file; do dpkg-query --search $file >/dev/null 2>&1 "
        "|| dpkg-query --search ${file#/usr} >/dev/null 2>&1 || echo $file; done"
    )
    assert run("prod", known)
    assert "" == run("prod", unknown)


def test_python_packages_are_listed(run: Run) -> None:
    """Each Python package has its metadata, which scanners read."""
    found = run("prod", "ls /opt/venv/lib/python3*/site-packages | grep -c dist-info")
    assert int(found) == int(
        run("prod", "python -c 'import importlib.metadata as m; print(len(list(m.distributions())))'")
    )


def test_prod_has_no_tests(run: Run) -> None:
    """Neither the app's tests nor what runs them are in the production image."""
    assert "" == run("prod", "find /app -name 'test*' -not -path '*/static_root/*'; command -v pytest; true")


def test_prod_works_under_the_strictest_rules() -> None:
    """It serves with a read-only root, without capabilities, without new privileges."""
    name = inside(f"docker run --detach {STRICT} {IMAGES['prod']}")
    try:
        answered = inside(f"docker exec {name} python -c '{STARTED}' && echo answered || docker logs {name} 2>&1")
    finally:
        inside(f"docker rm --force {name}")
    assert "answered" == answered.strip()


def test_prod_is_ready_for_deployment(run: Run) -> None:
    """Django's own check for a deployment finds nothing to warn of."""
    key = "--env DJANGO_SECRET_KEY=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO"
    answer = run("prod", "python manage.py check --deploy --fail-level WARNING 2>&1 | tail -1", key)
    assert answer.startswith("System check identified no issues")


def test_dev_has_the_test_tools(run: Run) -> None:
    """Development has pytest."""
    assert run("dev", "pytest --version").startswith("pytest ")
