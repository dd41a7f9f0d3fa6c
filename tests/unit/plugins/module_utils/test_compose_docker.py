"""Docker's command line, users, records, and the facts of a machine."""

import os
import pwd
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.compose import docker as docker_module
from ansible_collections.breakable.toy.plugins.module_utils.compose import host
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import (
    ROOT_NEEDED,
    ComposeError,
    Docker,
    account,
    identity,
    message,
    output,
    run,
)
from ansible_collections.breakable.toy.plugins.module_utils.compose.records import Records
from tests.unit.plugins.module_utils.compose_fakes import Done, done

THIS_USER = pwd.getpwuid(os.geteuid()).pw_name


def program(folder: Path, text: str) -> Path:
    """Write a program named docker, alone in a folder."""
    file = folder / "bin/docker"
    file.parent.mkdir()
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    """A Docker that prints its folder and its arguments."""
    monkeypatch.setenv("PATH", str(program(tmp_path, 'pwd; echo "$@"; exit 3').parent), prepend=os.pathsep)
    return Docker(tmp_path, THIS_USER)


def test_docker_runs_in_the_projects_folder(docker: Docker, tmp_path: Path) -> None:
    ended = docker("ps", "--all")
    assert (3, f"{tmp_path}\nps --all\n") == (ended.returncode, ended.stdout)


def test_compose_prints_plain_lines(docker: Docker) -> None:
    assert docker.compose("up").stdout.endswith("\ncompose --ansi never --progress plain up\n")


def test_missing_program_has_status_127() -> None:
    ended = run("no-such-program")
    assert (127, "No such file or directory: no-such-program") == (ended.returncode, ended.stderr)


def test_unknown_owner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ComposeError, match="no-such-user has no account on this machine"):
        Docker(tmp_path, "no-such-user")
    assert (None, None) == account("no-such-user")


def test_current_user_needs_no_change() -> None:
    assert {} == identity(THIS_USER)


def test_root_becomes_another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    other = next(entry for entry in pwd.getpwall() if entry.pw_uid != 0)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    found = identity(other.pw_name)
    assert (other.pw_uid, other.pw_gid) == (found["user"], found["group"])
    assert {"HOME": other.pw_dir, "USER": other.pw_name}.items() <= found["env"].items()
    assert other.pw_gid in found["extra_groups"]


def test_another_user_needs_root(monkeypatch: pytest.MonkeyPatch) -> None:
    other = next(entry for entry in pwd.getpwall() if entry.pw_uid not in (0, os.geteuid()))
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(ComposeError) as error:
        identity(other.pw_name)
    assert ROOT_NEEDED == str(error.value)


def test_message_has_no_progress() -> None:
    stderr = " Container toy-web-1  Starting\n Network toy_default  Created\nError: port is taken\n\n"
    assert "Error: port is taken" == message(done(stderr=stderr))


def test_output_of_a_failed_command_is_an_error() -> None:
    assert "1\n" == output(done("1\n"))
    with pytest.raises(ComposeError, match="denied"):
        output(done(stderr="denied", status=1))


def test_record_is_read_by_all_and_written_by_its_owner(tmp_path: Path) -> None:
    records = Records(tmp_path / "a/b")
    assert "" == records.read("@started")
    old = os.umask(0o077)
    try:
        records.write("@started", "text")
    finally:
        os.umask(old)
    assert "text" == records.read("@started")
    modes = [
        stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a", tmp_path / "a/b", tmp_path / "a/b/@started")
    ]
    assert [0o755, 0o755, 0o644] == modes
    assert ["@started"] == [path.name for path in (tmp_path / "a/b").iterdir()]


def answer(**ends: Done) -> Any:
    """Return a replacement of `run` that knows the ends of some commands of Docker's."""
    return lambda *command, **options: ends.get(command[1], done())


def test_facts_of_a_machine_without_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "run", answer(compose=done(stderr="docker: not found\n", status=127)))
    assert {
        "version": "",
        "error": "docker: not found",
        "has_project": False,
        "dotenv_error": "",
        "owner_uid": None,
        "owner_gid": None,
        "images": [],
    } == host.facts(tmp_path / "missing", "no-such-user")


def test_facts_of_a_machine_with_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docker-compose.yml").touch()
    monkeypatch.setattr(host, "run", answer(compose=done("2.26.1\n")))
    monkeypatch.setattr(docker_module, "run", answer(image=done("b:1 2\na:1 1\n")))
    facts = host.facts(tmp_path, "root")
    assert ("2.26.1", True, 0, 0) == (
        facts["version"],
        facts["has_project"],
        facts["owner_uid"],
        facts["owner_gid"],
    )
    assert ["a:1 1", "b:1 2"] == facts["images"]
