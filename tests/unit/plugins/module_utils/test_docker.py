"""Docker's sources, versions and pins."""

import json
from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils import docker
from ansible_collections.breakable.toy.plugins.module_utils.docker import Part

URL = "https://docker.example/debian"
OWN = "/etc/apt/sources.list.d/docker.sources"


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        (f"deb [signed-by=/x.asc] {URL} trixie stable\n", ".list"),
        (f"  deb-src {URL}/ trixie stable", ".list"),
        (f"Types: deb\nURIs: {URL}/\nSuites: trixie", ".sources"),
        (f"uris:\n  {URL}\nSuites: trixie", ".sources"),
    ],
)
def test_addresses_of_a_source_file(text: str, suffix: str) -> None:
    assert {URL} == docker.uris(text, suffix)


def test_comment_has_no_address() -> None:
    assert set() == docker.uris(f"# deb {URL} trixie stable\n", ".list")


def test_source_files_are_read_from_both_places(tmp_path: Path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text("deb http://a trixie main\n")
    (tmp_path / "sources.list.d/b.sources").write_text("URIs: http://b\n")
    (tmp_path / "sources.list.d/c.list.save").write_text("deb http://c trixie main\n")
    (tmp_path / "sources.list.d/gone.list").symlink_to("/nowhere")
    expected = {f"{tmp_path}/sources.list": {"http://a"}, f"{tmp_path}/sources.list.d/b.sources": {"http://b"}}
    assert expected == docker.source_files(tmp_path)


def test_repository_is_found_alone_and_with_others() -> None:
    sources = {"/alone.list": {URL}, "/shared.list": {URL, "http://other"}, "/other.list": {f"{URL}-of-others"}}
    expected = {
        "source_files": ["/alone.list"],
        "shared_source_files": ["/shared.list"],
        "repository_url_changed": False,
    }
    assert expected == docker.repository(f"{URL}/", OWN, sources)


@pytest.mark.parametrize(("found", "changed"), [({URL}, False), ({"http://old"}, True), ({URL, "http://x"}, True)])
def test_changed_address_is_noticed(found: set[str], changed: bool) -> None:
    facts = docker.repository(URL, OWN, {OWN: found})
    assert (changed, [], []) == (facts["repository_url_changed"], facts["source_files"], facts["shared_source_files"])


def info(**values: object) -> str:
    """Return the output of docker info."""
    return json.dumps(values)


def test_versions_of_a_running_docker() -> None:
    plugins = [{"Name": "compose", "Version": "v2.26.1"}, {"Name": "buildx", "Version": "0.13.1"}, {"Name": "scan"}]
    text = info(ServerVersion="26.1.5+dfsg1", ClientInfo={"Plugins": plugins})
    expected = {"engine": "26.1.5+dfsg1", "compose": "2.26.1", "buildx": "0.13.1"}
    assert expected == docker.installed_versions(lambda _: text)


@pytest.mark.parametrize("text", ["", "no json", info(ServerVersion=None, ClientInfo=None), "{}"])
def test_versions_are_missing_without_a_daemon(text: str) -> None:
    assert {docker.MISSING} == set(docker.installed_versions(lambda _: text).values())


def test_candidates_have_no_epoch() -> None:
    shown = {
        "docker-ce": "docker-ce:\n  Installed: (none)\n  Candidate: 5:28.5.1-1~debian\n",
        "compose": "compose:\n  Candidate: (none)\n",
    }
    parts = {"engine": Part(["docker-ce"], "28"), "compose": Part(["compose"], "2"), "buildx": Part(["buildx"], "0")}
    found = docker.candidate_versions(parts, lambda command: shown.get(command[-1], ""))
    assert {"engine": "28.5.1-1~debian", "compose": "missing", "buildx": "missing"} == found


@pytest.mark.parametrize(
    ("pin", "version", "expected"),
    [
        ("26.1", "26.1.5+dfsg1", True),
        ("26.1", "26.1", True),
        ("26.1", "26.10.0", False),
        ("2", "26.1.5", False),
        ("26.1.5", "26.1.5+dfsg1-9", True),
        ("26.1", "missing", False),
        (">=26.1", "26.1.0", True),
        (">=26.1", "28.0.0", True),
        (">=26.1", "26.0.9", False),
        (">=2.26", "2.26.1-4", True),
        (">=2.30", "2.4.0", False),
        (">=26", "missing", False),
    ],
)
def test_pin_matches_version(pin: str, version: str, expected: bool) -> None:
    assert expected == docker.matches(pin, version)


def test_mismatches_are_parts() -> None:
    parts = {"engine": Part(["x"], "28"), "compose": Part(["y"], ">=2")}
    assert ["engine"] == docker.mismatches(parts, {"engine": "26.1", "compose": "2.26.1"})


ENGINE = ["docker-ce", "containerd.io"]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Part(ENGINE, "26", True, "5:"), ["docker-ce=5:26.*", "containerd.io"]),
        (Part(ENGINE, "26.1", True, "5:"), ["docker-ce=5:26.1.*", "containerd.io"]),
        (Part(ENGINE, "26.1.5", True, "5:"), ["docker-ce=5:26.1.5-*", "containerd.io"]),
        (Part(ENGINE, ">=26.1", True, "5:"), ["docker-ce>=5:26.1", "containerd.io"]),
        (Part(["compose"], "2.26", True), ["compose=2.26.*"]),
        (Part(["docker.io"], "26.1"), ["docker.io"]),
    ],
)
def test_packages_have_versions_where_apt_has_to_choose(part: Part, expected: list[str]) -> None:
    assert expected == part.apt_packages


def test_registries_of_the_own_certificate(tmp_path: Path) -> None:
    for name in ("b:5000/own.crt", "a/own.crt", "c/ca.crt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    assert ["a", "b:5000"] == docker.trusted_registries(tmp_path, "own.crt")
