"""A project's .env: the values that Compose reads, and the file that is written."""

import json
import os
import pwd
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.compose import dotenv_file, interpolation
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from ansible_collections.breakable.toy.plugins.module_utils.compose.dotenv_file import DotenvFile
from tests.unit.plugins.module_utils.compose_fakes import Done, done

THIS_USER = pwd.getpwuid(os.geteuid()).pw_name


@pytest.fixture
def compose(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The values that Compose reads in the file, to be set by a test."""
    read: dict[str, str] = {}

    def answer(*_: str, stdin: str, env: dict[str, str]) -> Done:
        assert {} == env
        names = json.loads(stdin)["services"]["of"]["environment"]
        service = {"environment": {name: read.get(name, "") for name in names}} if names else {}
        return done(json.dumps({"services": {"of": service}}))

    monkeypatch.setattr(interpolation, "run", answer)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    return read


def failing(monkeypatch: pytest.MonkeyPatch, stderr: str) -> None:
    """Let Compose fail."""

    def answer(*_: str, **__: Any) -> Done:
        return done(stderr=stderr, status=1)

    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(interpolation, "run", answer)


def test_values_are_composes(tmp_path: Path, compose: dict[str, str]) -> None:
    (tmp_path / ".env").touch()
    compose["A"] = "pa$$word"
    assert {"A": "pa$word", "B": ""} == interpolation.values(tmp_path, ["A", "B"])
    assert {} == interpolation.values(tmp_path, [])


def test_missing_file_has_no_values(tmp_path: Path) -> None:
    assert {"A": ""} == interpolation.values(tmp_path, ["A"])


@pytest.mark.parametrize(
    ("stderr", "message"),
    [
        (
            'failed to read /x/.env: line 2: unexpected character " " in variable "hunter2"',
            "line 2: unexpected character",
        ),
        ("invalid interpolation format: hunter2${", interpolation.NO_PLACE),
    ],
)
def test_mistake_is_located_without_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stderr: str, message: str
) -> None:
    (tmp_path / ".env").touch()
    failing(monkeypatch, stderr)
    with pytest.raises(ComposeError, match=f"^{re.escape(message)}$"):
        interpolation.values(tmp_path, ["A"])


def test_docker_reads_an_existing_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").touch()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ComposeError, match="There is no Docker"):
        DotenvFile(tmp_path, THIS_USER).changes({"A": "1"}, [])
    assert {"A": "1"} == DotenvFile(tmp_path, THIS_USER, requires_docker=False).changes({"A": "1"}, [])


def test_only_differences_change(tmp_path: Path, compose: dict[str, str]) -> None:
    (tmp_path / ".env").touch()
    compose.update(SAME="1", OTHER="1", OLD_SECRET="x")  # noqa: S106 - no secret
    changes = DotenvFile(tmp_path, THIS_USER).changes({"SAME": "1", "OTHER": "2"}, ["OLD_SECRET", "NEW_SECRET"])
    assert ["OTHER", "NEW_SECRET"] == list(changes)
    assert re.fullmatch("[A-Za-z0-9]{50}", changes["NEW_SECRET"])


def test_file_is_private(tmp_path: Path) -> None:
    file = DotenvFile(tmp_path, THIS_USER)
    assert file.is_private()
    file.write({"A": "1"})
    assert "A=1\n" == (tmp_path / ".env").read_text()
    assert file.is_private()
    (tmp_path / ".env").chmod(0o644)
    assert not file.is_private()
    file.write({})
    assert file.is_private()
    assert [".env"] == [path.name for path in tmp_path.iterdir()]


def test_other_bytes_stay(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\nB=1\n")
    DotenvFile(tmp_path, THIS_USER).write({"B": "2"})
    assert b"A=\xff\nB=2\n" == (tmp_path / ".env").read_bytes()


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("A=1\n")
    (tmp_path / ".env").symlink_to("real")
    DotenvFile(tmp_path, THIS_USER).write({"A": "2"})
    assert (tmp_path / ".env").is_symlink()
    assert "A=2\n" == (tmp_path / "real").read_text()


def test_unknown_owner_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ComposeError, match="no-such-user has no account"):
        DotenvFile(tmp_path, "no-such-user")
    assert dotenv_file.MODE == 0o600
