"""The modules for Compose projects: results, check mode, failures."""

import json
import os
import pwd
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.compose.state import EMPTY
from tests.unit.plugins.conftest import Result, RunModule
from tests.unit.plugins.module_utils.compose_fakes import ENDED, RUNNING, Done, FakeDocker, answers, done

MODULES = "ansible_collections.breakable.toy.plugins.modules"
THIS_USER = pwd.getpwuid(os.geteuid()).pw_name
UNREADABLE = {"compose --profile * config": done(stderr="imagine is not allowed", status=15)}
TASKS = [{"service": "web", "changed_pattern": "Applying"}]
Run = Callable[..., Result]


@pytest.fixture
def run(run_module: RunModule, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """A function that runs a module on a project in the test's folder, with Docker's answers."""

    def module(name: str, docker: dict[str, Done], **options: Any) -> Result:
        fake = FakeDocker(tmp_path, docker)
        monkeypatch.setattr(f"{MODULES}.{name}.docker", lambda _: fake)
        state = {} if "build" in name or "bake" in name else {"state_dir": str(tmp_path / "state")}
        return {**run_module(name, project_src=str(tmp_path), **state, **options), "commands": fake.commands}

    return module


def test_info_has_the_state(run: Run) -> None:
    result = run("compose_info", answers(RUNNING), tasks=TASKS)
    assert {"changed": False, "errors": [], "services": ["web"], "pending_tasks": ["web"]}.items() <= result.items()
    assert "troubles" not in result


def test_info_has_troubles_where_they_are_asked_for(run: Run) -> None:
    result = run("compose_info", answers(ENDED._replace(exit_code=3)), troubles=True)
    assert ["The service web has ended with status 3"] == result["troubles"]


def test_info_of_an_unreadable_project_is_empty(run: Run) -> None:
    result = run("compose_info", UNREADABLE, troubles=True)
    assert not result["failed"]
    assert ["Compose cannot read it: imagine is not allowed"] == result["errors"]
    assert {**EMPTY, "troubles": []}.items() <= result.items()


def test_run_once_runs_and_records(run: Run, tmp_path: Path) -> None:
    docker = {**answers(), "compose run": done("Applying 0001")}
    result = run("compose_run_once", docker, tasks=TASKS)
    assert (True, ["web"]) == (result["changed"], result["ran"])
    assert (tmp_path / "state/web").is_file()
    result = run("compose_run_once", docker, tasks=TASKS)
    assert (False, []) == (result["changed"], result["ran"])


def test_run_once_runs_nothing_in_a_check(run: Run, tmp_path: Path) -> None:
    result = run("compose_run_once", answers(), tasks=TASKS, check_mode=True)
    assert (True, ["web"]) == (result["changed"], result["ran"])
    assert "compose run --rm web" not in result["commands"]
    assert not (tmp_path / "state").exists()


def test_run_once_fails_with_the_tasks_output(run: Run) -> None:
    result = run("compose_run_once", {**answers(), "compose run": done(stderr="no table", status=3)}, tasks=TASKS)
    assert {"failed": True, "rc": 3, "stderr": "no table"}.items() <= result.items()


def test_up_starts_and_records(run: Run, tmp_path: Path) -> None:
    result = run("compose_up", answers(RUNNING))
    assert (False, 1) == (result["changed"], result["attempts"])
    assert (tmp_path / "state/@started").is_file()
    assert 0 == run("compose_up", answers(RUNNING))["attempts"]


def test_up_changes_nothing_in_a_check(run: Run, tmp_path: Path) -> None:
    docker = {**answers(), "compose up": done(stderr="Container toy-web-1  Creating")}
    result = run("compose_up", docker, check_mode=True)
    assert result["changed"]
    assert all("--dry-run" in command for command in result["commands"] if " up " in command)
    assert not (tmp_path / "state").exists()


def test_up_fails_with_the_troubles(run: Run) -> None:
    result = run("compose_up", answers(ENDED._replace(exit_code=3)), attempts=1)
    assert {"failed": True, "troubles": ["The service web has ended with status 3"]}.items() <= result.items()


def test_up_refuses_an_unreadable_project(run: Run) -> None:
    assert "Compose cannot read it: " in run("compose_up", UNREADABLE)["msg"]


def test_up_refuses_no_attempts(run: Run) -> None:
    assert "Invalid attempts: 0 (expected 1 or more)." == run("compose_up", answers(), attempts=0)["msg"]


def test_stop_in_a_check_and_for_real(run: Run, tmp_path: Path) -> None:
    docker = {"compose --profile * ps": done("1\n"), "inspect": done("running no /toy-web-1\n")}
    result = run("compose_stop", docker, check_mode=True)
    assert (True, ["toy-web-1"]) == (result["changed"], result["containers"])
    assert not (tmp_path / "state").exists()
    assert run("compose_stop", docker)["changed"]
    assert (tmp_path / "state/@stopped").is_file()


BAKE = {
    "buildx bake --print": done(json.dumps({"target": {"web": {"tags": ["web:1"]}}})),
    "image ls": [done("other:1 1\n"), done("other:1 1\nweb:1 2\n")],
}


def test_bake_names_changed_images_and_targets(run: Run) -> None:
    result = run("docker_bake", BAKE, targets=["web"])
    assert (True, ["web:1"]) == (result["changed"], result["changed_images"])
    assert [{"name": "web", "tags": ["web:1"]}] == result["targets"]
    assert ["other:1 1", "web:1 2"] == result["images"]


def test_bake_builds_nothing_in_a_check(run: Run) -> None:
    result = run("docker_bake", BAKE, targets=["web"], check_mode=True)
    assert (True, ["web:1"]) == (result["changed"], result["changed_images"])
    assert ["buildx bake --print web", result["commands"][-1]] == result["commands"]


def test_compose_build_builds_the_named_services(run: Run) -> None:
    result = run("compose_build", {"image ls": done("web:1 1\n")}, services=["web"])
    assert not result["changed"]
    assert "compose --progress plain build web" in result["commands"]


def test_compose_build_fails_with_the_error(run: Run) -> None:
    mistake = done(stderr="failed to solve: unknown instruction: RIN", status=1)
    result = run("compose_build", {"compose --progress plain build": mistake}, services=["web"])
    assert {"failed": True, "error": "unknown instruction: RIN", "unresolved_image": ""}.items() <= result.items()


def test_compose_build_names_missing_images_in_a_check(run: Run) -> None:
    result = run("compose_build", answers(), services=["web"], check_mode=True)
    assert (True, ["web"]) == (result["changed"], result["changed_images"])


def test_host_facts_need_root(run_module: RunModule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    result = run_module("compose_host_facts", project_src="/none", owner="root")
    assert "Set become: true for the play or the role." in result["msg"]


def test_dotenv_writes_values_and_secrets(run_module: RunModule, tmp_path: Path) -> None:
    options: dict[str, Any] = {"project_src": str(tmp_path), "owner": THIS_USER, "values": {"A": 5}, "secrets": ["B"]}
    result = run_module("dotenv", check_mode=True, **options)
    assert (True, ["A", "B"]) == (result["changed"], result["variables"])
    assert not (tmp_path / ".env").exists()
    assert run_module("dotenv", **options)["changed"]
    assert (tmp_path / ".env").read_text().startswith("A=5\nB=")


def test_dotenv_without_variables_makes_the_file_private(run_module: RunModule, tmp_path: Path) -> None:
    options = {"project_src": str(tmp_path), "owner": THIS_USER}
    assert not run_module("dotenv", **options)["changed"]
    assert not (tmp_path / ".env").exists()
    (tmp_path / ".env").write_text("A=1\n")
    (tmp_path / ".env").chmod(0o644)
    assert run_module("dotenv", **options)["changed"]
    assert 0o600 == (tmp_path / ".env").stat().st_mode & 0o777
    assert not run_module("dotenv", **options)["changed"]


def test_dotenv_refuses_an_unknown_owner(run_module: RunModule, tmp_path: Path) -> None:
    result = run_module("dotenv", project_src=str(tmp_path), owner="no-such-user")
    assert result["msg"].endswith("/.env was not written: no-such-user has no account on this machine.")
