"""An image's inventory, and its known vulnerabilities."""

import json
import os
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pip._internal.models.index import PyPI
from tests.infra.front import Front
from tests.support.project import ROOT

from breakable_toy.release.inventory import inventory
from breakable_toy.release.scan import audited, scan, updates

SEEN: dict[str, Any] = {
    "distro": "13",
    "debian": [["libssl3t64", "3.5.1-1", "amd64", "openssl"]],
    "python": [["Django", "5.2.8"]],
    "libraries": {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "components": [{"type": "library", "name": "gdal", "version": "3.12.2"}],
    },
    "pending": [],
    "unread": "",
}
MISSING = {**SEEN, "pending": [["libssl3t64", "3.5.1-1", "3.5.2-1", "Debian-Security:13/stable-security"]]}
# The box is played: it shows an image, after it was provisioned the next one. Other calls are written down.
RENEW = """
source scripts/lib/common.sh
source scripts/lib/release.sh
inside() { if [[ $* == "docker run "* ]]; then cat "$0.0"; else echo "$*" >>"$0.told"; fi; }
vagrant() { echo "vagrant $*" >>"$0.told"; mv "$0.1" "$0.0"; }
renew_images
"""
# In the form of pip-audit's own.
HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["5.2.9"], "aliases": [], "description": "Do as\nyou like."}


def answered(monkeypatch: pytest.MonkeyPatch, *packages: dict[str, Any]) -> None:
    """Have pip-audit asked already: no index of the tests has a vulnerable package."""
    monkeypatch.setattr("breakable_toy.release.scan.audited", lambda _: list(packages))


def test_inventory_has_all_three_kinds() -> None:
    """Packages are named as scanners name them; the libraries' own inventory is in it."""
    made = json.loads(inventory("toy", "abc", SEEN))
    urls = {component.get("purl") for component in made["components"]}
    assert {
        "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13&upstream=openssl",
        "pkg:pypi/django@5.2.8",
        None,
    } == urls
    assert "gdal" in {component["name"] for component in made["components"]}
    assert ("toy", "abc") == (made["metadata"]["component"]["name"], made["metadata"]["component"]["version"])


def test_missing_security_update_ends_the_build(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An update from Debian's security archive is reported; a later ordinary one is not."""
    answered(monkeypatch)
    later = ["libssl3t64", "3.5.1-1", "3.5.2-1", "Debian:13.9/stable"]
    assert 0 == scan({**SEEN, "pending": [later]})
    assert 1 == scan({**SEEN, "pending": [[*later[:3], "Debian-Security:13/stable-security"]]})
    assert "libssl3t64 3.5.1-1 (there is 3.5.2-1)" in capsys.readouterr().err


def test_build_knows_which_update_is_missing() -> None:
    """So that it rebuilds the images before it tests them; only for one of the security archive."""
    later = ["libssl3t64", "3.5.1-1", "3.5.2-1"]
    seen = {"pending": [[*later, "Debian:13.9/stable"], [*later, "Debian-Security:13/stable-security"]]}
    assert ["libssl3t64 3.5.1-1 (there is 3.5.2-1)"] == updates(seen)


def renewed(folder: Path, *shown: dict[str, Any]) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Rebuild images that show this, one after another; return the run, and the box's calls."""
    for number, seen in enumerate(shown):
        (folder / f"box.{number}").write_text(json.dumps(seen))
    done = subprocess.run(["bash", "-c", RENEW, folder / "box"], cwd=ROOT, capture_output=True, text=True, check=False)
    told = folder / "box.told"
    return done, told.read_text().splitlines() if told.exists() else []


def test_images_without_a_missing_update_are_kept(tmp_path: Path) -> None:
    """Also if the check was not possible, which is said."""
    done, told = renewed(tmp_path, {**SEEN, "unread": "E: Failed to fetch"})
    assert (0, []) == (done.returncode, told)
    assert "Not scanned: Debian's packages" in done.stderr


def test_images_are_made_anew_where_an_update_is_missing(tmp_path: Path) -> None:
    """Without what an earlier box has kept of them, and nothing else that it has kept."""
    done, (removed, made) = renewed(tmp_path, MISSING, SEEN)
    assert 0 == done.returncode, done.stderr
    assert "libssl3t64 3.5.1-1 (there is 3.5.2-1)" in done.stdout
    kept = "/var/cache/breakable-toy/images.tar"
    assert removed.endswith(f"docker system prune --all --force && sudo rm -f {kept} {kept}.ids")
    assert "vagrant provision" == made


def test_update_that_stays_missing_ends_the_build_before_the_tests(tmp_path: Path) -> None:
    """With its name; so does an image that does not let itself be looked into."""
    done, _ = renewed(tmp_path, MISSING, MISSING)
    assert 1 == done.returncode
    assert "still miss security updates: libssl3t64" in done.stderr
    (tmp_path / "box.0").unlink()
    done, _ = renewed(tmp_path)
    assert 1 == done.returncode
    assert "The web's image cannot be looked into" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("tested", "status"), [("one two of-the-tests", 0), ("one other of-the-tests", 1)])
def test_image_of_the_tests_is_that_of_production(tested: str, status: int) -> None:
    """With the tests on top; where a layer below is another one, nothing is kept."""
    script = """
    source scripts/lib/common.sh
    source scripts/lib/release.sh
    inside() { if [[ $* == *web:prod ]]; then echo one two; else echo "$TESTED"; fi; }
    same_image
    """
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env={**os.environ, "TESTED": tested},
        capture_output=True,
        text=True,
        check=False,
    )
    assert status == done.returncode
    assert ("another image than the one of production" in done.stderr) == bool(status)


def test_known_hole_ends_the_build(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The package, the hole and the version that has none are named."""
    answered(monkeypatch, {"name": "django", "version": "5.2.8", "vulns": [HOLE]})
    assert 1 == scan(SEEN)
    assert "django 5.2.8 has PYSEC-2026-1 (fixed in: 5.2.9)." in capsys.readouterr().err


def test_index_that_does_not_answer_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a way to the index the build continues, and says "Not scanned"."""
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert 0 == scan({**SEEN, "unread": "E: Failed to fetch"})
    told = capsys.readouterr().out
    assert "Not scanned: 1 Python packages" in told
    assert "Not scanned: Debian's packages" in told
    assert "Scanned" not in told


class Index(BaseHTTPRequestHandler):
    """A vulnerability index that knows of no vulnerability, and has an error for one package."""

    def do_GET(self) -> None:
        """Answer with JSON, or with the page of a server that is at its end."""
        body = b"<html>" if "toy-test-unknown" in self.path else b'{"vulnerabilities": []}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def test_package_that_the_index_does_not_know_leaves_the_others_scanned(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It is named, and the others are scanned."""
    host = PyPI.netloc
    with ThreadingHTTPServer(("127.0.0.1", 0), Index) as index:
        Thread(target=index.serve_forever, daemon=True).start()
        front = Front(tmp_path, [host], {host: index.server_port})
        for name in ("https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, front.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(front.authority))
        status = scan({**SEEN, "python": [["toy-test-known", "1"], ["toy-test-unknown", "1"]]})
        front.close()
        index.shutdown()
    told = capsys.readouterr().out
    assert 0 == status
    assert "Not scanned: 1 Python packages (toy-test-unknown), because: " in told
    assert "Scanned: 1 Python packages, by pip-audit" in told


def test_broken_scanner_ends_the_build(capsys: pytest.CaptureFixture[str]) -> None:
    """A scanner that fails for another reason fails the build."""
    seen = {**SEEN, "python": [["django", "no version"]], "unread": "E: Failed to fetch"}
    assert 1 == scan(seen)
    told = capsys.readouterr()
    assert "pip-audit has failed" in told.err
    assert "Not scanned: Debian's packages" in told.out


def test_every_package_is_asked_for() -> None:
    """pip-audit's answer, or its absence, is of each package."""
    assert ["django"] == [package["name"].lower() for package in audited(SEEN)]
