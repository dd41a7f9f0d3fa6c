"""The modules that only gather facts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.unit.plugins.conftest import RunModule

OPTIONS: dict[str, dict[str, Any]] = {
    "apt_facts": {"packages": ["git"]},
    "docker_facts": {
        "parts": [
            {"part": "engine", "packages": ["docker-ce"], "pin": "28.5", "epoch": "5:"},
            {"part": "compose", "packages": ["docker-compose-plugin"], "pin": ""},
        ],
        "has_versions": True,
        "conflicts": ["docker.io"],
        "repository_url": "https://docker.example",
        "repository_file": "/none",
        "users": ["root", "no-such-user"],
    },
    "ssh_session_facts": {},
    "sync_facts": {"path": "/none", "owner": "root"},
}
ROOT_CHECK = "ansible_collections.breakable.toy.plugins.modules.{}.is_root"
STDOUT = "ansible_collections.breakable.toy.plugins.modules.{}.stdout_of"


@pytest.mark.parametrize("name", OPTIONS)
def test_root_is_needed(run_module: RunModule, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(ROOT_CHECK.format(name), lambda: False)
    result = run_module(name, **OPTIONS[name])
    assert result["failed"]
    assert "Set become: true for the play or the role." in result["msg"]


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Root, on a machine whose programs print nothing."""

    def stdout_of(command: Sequence[str]) -> str:
        return ""

    for name in OPTIONS:
        monkeypatch.setattr(ROOT_CHECK.format(name), lambda: True)
        monkeypatch.setattr(STDOUT.format(name), stdout_of)


@pytest.mark.usefixtures("as_root")
def test_apt_facts(run_module: RunModule, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("is_locked", "is_interrupted"):
        monkeypatch.setattr(
            f"ansible_collections.breakable.toy.plugins.module_utils.apt.{name}", lambda *arguments: False
        )
    facts = run_module("apt_facts", packages=["git"])["ansible_facts"]["apt"]
    assert {
        "missing_packages": ["git"],
        "is_interrupted": False,
        "is_locked": False,
        "lists_missing": False,
    } == facts


@pytest.mark.usefixtures("as_root")
def test_ssh_session_facts(run_module: RunModule) -> None:
    facts = run_module("ssh_session_facts")["ansible_facts"]["ssh_session"]
    assert {"uid", "method", "fingerprint"} == facts.keys()


@pytest.mark.usefixtures("as_root")
def test_sync_facts(run_module: RunModule, tmp_path: Path) -> None:
    (tmp_path / "own").touch()
    facts = run_module("sync_facts", path=str(tmp_path), owner="no-such-user", source_files={"a": 1.5})
    assert {
        "filesystem": "",
        "owner_gid": None,
        "foreign_file": "",
        "rsync_version": "",
        "newer": [],
        "only_here": ["own"],
    } == facts["ansible_facts"]["sync"]


@pytest.mark.usefixtures("as_root")
def test_docker_facts_of_a_machine_without_docker(run_module: RunModule) -> None:
    facts = run_module("docker_facts", **OPTIONS["docker_facts"])["ansible_facts"]["docker"]
    expected = {
        "parts": ["engine"],
        "apt_packages": ["docker-ce=5:28.5.*"],
        "apt_pins": [{"packages": ["docker-ce"], "version": "5:28.5.*"}],
        "missing_packages": ["docker-ce"],
        "conflicting_packages": [],
        "unknown_users": ["no-such-user"],
        "is_running": False,
        "version_mismatches": ["engine"],
        "candidates": {},
        "candidate_mismatches": [],
    }
    assert expected == {name: facts[name] for name in expected}


@pytest.mark.usefixtures("as_root")
def test_docker_facts_have_candidates_where_packages_conflict(
    run_module: RunModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = {"dpkg-query": "ii \tdocker.io\n", "apt-cache": "docker-ce:\n  Candidate: 5:27.0.1-1\n"}
    monkeypatch.setattr(STDOUT.format("docker_facts"), lambda command: shown.get(command[0], ""))
    options = OPTIONS["docker_facts"]
    facts = run_module("docker_facts", **options)["ansible_facts"]["docker"]
    # apt looks for an exact version itself.
    assert (["docker.io"], {"engine": "27.0.1-1"}, []) == (
        facts["conflicting_packages"],
        facts["candidates"],
        facts["candidate_mismatches"],
    )
    bound = {**options, "parts": [{"part": "engine", "packages": ["docker-ce"], "pin": ">=28"}]}
    facts = run_module("docker_facts", **bound)["ansible_facts"]["docker"]
    assert (["engine"], []) == (facts["candidate_mismatches"], facts["apt_pins"])
