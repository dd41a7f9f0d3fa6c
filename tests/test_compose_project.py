"""How the role compose_project reads .env and Docker's containers."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.project import ROOT

Container = dict[str, Any]


def program(name: str) -> ModuleType:
    """Return a program of the role's as a module: it runs on the machine, without this project."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"roles/compose_project/files/{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dotenv, due = program("dotenv"), program("due")

# As Compose reads it, each statement that way, in the order of the file.
ENV = """\ufeffBARE=value
SPACED = value # a comment
  INDENTED: value
export EXPORTED="two
lines with BARE=not
" # a comment
# COMMENTED=value
SINGLE='it\\'s # "no" comment' SAME_LINE=value

INHERITED
EMPTY=
BACKSLASH="\\\\"
LAST=a'b"c"""
NAMES = [
    *("BARE", "SPACED", "INDENTED", "EXPORTED", "SINGLE", "SAME_LINE", "INHERITED", "EMPTY", "BACKSLASH", "LAST"),
]


def test_statements_of_env_are_found() -> None:
    """Each begins and ends where Compose has it begin and end."""
    found = [ENV[start:end] for _, start, end, _ in dotenv.statements(ENV)]
    assert NAMES == [name for name, *_ in dotenv.statements(ENV)]
    assert 'export EXPORTED="two\nlines with BARE=not\n"' in found
    assert {"SPACED = value # a comment", "INDENTED: value", "INHERITED", "EMPTY=", "LAST=a'b\"c"} <= set(found)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_statement_that_counts_is_replaced(name: str) -> None:
    """All other statements stay as they are, whichever is replaced; a variable that is not there comes last."""
    before = {name: ENV[start:end] for name, start, end, _ in dotenv.statements(ENV)}
    text = dotenv.with_value(ENV, name, "new")
    after = {name: text[start:end] for name, start, end, _ in dotenv.statements(text)}
    prefix = "export " * (name == "EXPORTED")
    assert {**before, name: f"{prefix}{name}=new"} == after
    assert ENV.count("#") - (name in ("SPACED", "SINGLE")) == text.count("#")


def test_last_of_several_statements_is_replaced() -> None:
    """It is the one that counts; what is new begins a line."""
    assert "A=1\nB=x\nA=new\n" == dotenv.with_value("A=1\nB=x\nA=2\n", "A", "new")
    assert "A=1\nB=new\n" == dotenv.with_value("A=1", "B", "new")
    assert "A=new\r\nB=1\r\n" == dotenv.with_value("A: 'x'\r\nB=1\r\n", "A", "new")


def test_random_secret_is_long_and_new() -> None:
    """Fifty letters and digits, others each time."""
    assert re.fullmatch("[A-Za-z0-9]{50}", dotenv.random_secret())
    assert dotenv.random_secret() != dotenv.random_secret()


RUNNING: Container = {
    **{"id": "1", "name": "/toy-web-1", "image": "sha256:1", "status": "running", "exit": 0, "oom": False, "error": ""},
    **{"begun": "2026-12-01T00:00:00.123456789Z", "ports": {}, "memory": 0, "health": None, "checks": None},
    **{"service": "web", "policy": "no"},
}
ENDED: Container = {**RUNNING, "status": "exited"}


def project(notes: Path, *containers: Container, **services: dict[str, Any]) -> Any:
    """Return a project whose images are there and whose containers are these."""
    defined = services or {"web": {"image": "web"}}
    read = json.dumps({"name": "toy", "services": defined})
    made = due.Project(notes, notes, {"services": [], "tasks": []}, read, list(defined))
    # What Docker would say.
    made.__dict__.update(images=dict.fromkeys(defined, "sha256:1\n"), containers=list(containers))
    return made


@pytest.mark.parametrize(
    ("container", "is_fine"),
    [
        (RUNNING, True),
        ({**RUNNING, "health": "healthy"}, True),
        ({**RUNNING, "health": "starting"}, False),
        ({**RUNNING, "health": "unhealthy"}, False),
        ({**RUNNING, "status": "paused"}, False),
        ({**RUNNING, "status": "created"}, False),
        (ENDED, True),
        ({**ENDED, "policy": "on-failure"}, True),
        ({**ENDED, "exit": 1}, False),
        ({**ENDED, "health": "unhealthy"}, False),
        ({**ENDED, "ports": {"80/tcp": [{}]}}, False),
        ({**ENDED, "policy": "always"}, False),
        ({**ENDED, "policy": "unless-stopped"}, False),
        ({**ENDED, "service": "another"}, False),
    ],
)
def test_service_runs_or_has_ended_well(tmp_path: Path, container: Container, is_fine: bool) -> None:
    """Status 0 is a success unless the service is meant to keep running."""
    assert (["web"] * (not is_fine)) == project(tmp_path, container).pending


def test_service_that_ended_well_is_left_alone_until_it_changes(tmp_path: Path) -> None:
    """It runs again when it was never noted, or when its image or its definition has changed; never at boot."""
    before = project(tmp_path, ENDED)
    assert ["web"] == before.changed
    assert not before.is_started
    (tmp_path / "@started").write_text(before.note)
    assert project(tmp_path, ENDED).is_started
    assert [] == project(tmp_path, ENDED).changed
    assert [] == project(tmp_path, ENDED).forgotten
    assert ["web"] == project(tmp_path, RUNNING).forgotten
    assert ["web"] == project(tmp_path, ENDED, web={"image": "web", "command": ["another"]}).changed
    newer = project(tmp_path, ENDED)
    newer.__dict__["images"] = {"web": "sha256:2\n"}
    assert ["web"] == newer.changed


def test_service_that_a_failure_kept_from_running_again_is_still_changed(tmp_path: Path) -> None:
    """Its container is the old one: the note of the failed run does not take it for the new one."""
    (tmp_path / "@started").write_text(project(tmp_path, ENDED).note)
    failed = project(tmp_path, ENDED, web={"image": "web", "command": ["another"]})
    (tmp_path / "@started").write_text(failed.note)
    assert ["web"] == project(tmp_path, ENDED, web={"image": "web", "command": ["another"]}).changed
    newer = project(tmp_path, {**ENDED, "begun": "2026-12-02T00:00:00Z"}, web={"image": "web", "command": ["another"]})
    (tmp_path / "@started").write_text(newer.note)
    assert [] == project(tmp_path, ENDED, web={"image": "web", "command": ["another"]}).changed


def test_note_of_an_earlier_release_is_read(tmp_path: Path) -> None:
    """It had one line."""
    (tmp_path / "@started").write_text(64 * "0")
    assert ["web"] == project(tmp_path, ENDED).changed


def test_service_that_the_role_has_stopped_has_not_ended(tmp_path: Path) -> None:
    """It is to run again, unless it began after that."""
    (tmp_path / "@stopped").write_text("toy-web-1\n")
    assert ["web"] == project(tmp_path, ENDED).pending
    assert [] == project(tmp_path, {**ENDED, "begun": "2999-01-01T00:00:00.1Z"}).pending


def test_unhealthy_and_paused_containers_are_sick(tmp_path: Path) -> None:
    """Compose would leave both as they are."""
    sick = [{**RUNNING, "id": "2", "health": "unhealthy"}, {**RUNNING, "id": "3", "status": "paused"}]
    well = [RUNNING, ENDED, {**ENDED, "id": "4", "health": "unhealthy"}]
    assert ["2", "3"] == project(tmp_path, *sick, *well).sick


def test_dependencies_count_where_they_start(tmp_path: Path) -> None:
    """One that is not required, of a profile that is off, is not waited for; nor a service of no containers."""
    web = {"depends_on": {"database": {"required": True}, "debug": {"required": False}}}
    made = project(tmp_path, RUNNING, web=web, database={}, debug={}, worker={"deploy": {"replicas": 0}})
    made.active = {"web"}
    made.services = ["web", "worker"]
    assert ["web", "database", "worker"] == made.needed
    assert ["database"] == made.pending


@pytest.mark.parametrize(
    ("container", "told"),
    [
        ({**ENDED, "exit": 3}, "The service web has ended with status 3"),
        ({**RUNNING, "status": "restarting", "exit": 1}, "The service web ends again and again, last with status 1"),
        (
            {**RUNNING, "status": "created", "error": "port is taken"},
            "The service web has not been started: port is taken",
        ),
        ({**RUNNING, "status": "created"}, "The service web waits for another service"),
        ({**RUNNING, "status": "paused"}, "The service web is paused"),
        (
            {
                **RUNNING,
                "health": "unhealthy",
                "checks": [{"ExitCode": 1, "Output": "old"}, {"ExitCode": 7, "Output": "no table\n"}],
            },
            "The service web is unhealthy. Its health check ended with status 7 and said: no table",
        ),
        (
            {
                **RUNNING,
                "health": "starting",
                "checks": [{"ExitCode": 1, "Output": ""}, {"ExitCode": 0, "Output": "ok"}],
            },
            "The service web is starting. Its health check ended with status 1 and said: nothing",
        ),
    ],
)
def test_trouble_is_told_with_its_cause(container: Container, told: str) -> None:
    """The last words of the failing check are the answer."""
    assert told == due.trouble(container, "")
