"""Starts of a project in several attempts."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.compose.containers import Container
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from ansible_collections.breakable.toy.plugins.module_utils.compose.state import State
from ansible_collections.breakable.toy.plugins.module_utils.compose.up import Options, Result, Up
from tests.unit.plugins.module_utils.compose_fakes import (
    ENDED,
    RUNNING,
    Definitions,
    FakeDocker,
    done,
    services,
    state,
)

STARTING = RUNNING._replace(health="starting")
UNHEALTHY = RUNNING._replace(health="unhealthy")
HEALTHY = RUNNING._replace(health="healthy")
UP = "compose up --detach --no-color --quiet-pull --no-build --pull missing"


class Project:
    """A project whose containers are other ones each time that its state is gathered; the last ones stay."""

    def __init__(self, folder: Path, docker: FakeDocker, *containers: Sequence[Container]) -> None:
        """Take the folder of records, Docker, and the containers of each state."""
        self.folder, self.docker, self.containers = folder, docker, list(containers)
        self.pauses: list[float] = []
        self.defined: Definitions = {"web": {"image": "web"}}

    def gather(self) -> State:
        """Return the next state."""
        now = self.containers.pop(0) if len(self.containers) > 1 else self.containers[0]
        return state(self.folder, *now, docker=self.docker, defined=self.defined)

    def up(self, pull: str = "missing", timeout: int = 80, attempts: int = 4) -> Up:
        """Return the start."""
        return Up(self.docker, self.gather, Options([], pull, timeout, attempts), self.pauses.append)

    def start(self, **options: int) -> Result:
        """Start the project."""
        return self.up(**options).start()  # type: ignore[arg-type] # of these options, only numbers are needed here


@pytest.fixture
def docker(tmp_path: Path) -> FakeDocker:
    """A Docker that says nothing."""
    return FakeDocker(tmp_path)


def test_first_attempt_leaves_dependencies_to_compose(tmp_path: Path, docker: FakeDocker) -> None:
    result = Project(tmp_path, docker, [], [RUNNING]).start()
    assert (True, 1) == (result.changed, result.attempts)
    assert [f"{UP} --wait --wait-timeout 12 --"] == docker.commands


def test_started_project_is_left_alone(tmp_path: Path, docker: FakeDocker) -> None:
    Project(tmp_path, docker, [], [RUNNING]).start()
    docker.commands.clear()
    result = Project(tmp_path, docker, [RUNNING]).start()
    assert (False, 0, []) == (result.changed, result.attempts, docker.commands)


def test_compose_is_asked_without_a_record(tmp_path: Path, docker: FakeDocker) -> None:
    result = Project(tmp_path, docker, [RUNNING]).start()
    assert (False, 1) == (result.changed, result.attempts)


def test_compose_is_asked_each_time_where_images_are_always_pulled(tmp_path: Path, docker: FakeDocker) -> None:
    project = Project(tmp_path, docker, [RUNNING])
    project.start()
    result = project.up(pull="always").start()
    assert (False, 1) == (result.changed, result.attempts)


def test_unhealthy_service_gets_another_attempt(tmp_path: Path, docker: FakeDocker) -> None:
    project = Project(tmp_path, docker, [], [UNHEALTHY], [STARTING], [HEALTHY])
    assert 3 == project.start().attempts
    assert [8, 8] == project.pauses
    assert "compose create --no-build --pull missing" == docker.commands[1]
    assert f"{UP} --wait --wait-timeout 12 --no-deps --no-recreate -- web" == docker.commands[2]


def test_service_that_stays_unhealthy_fails_with_its_troubles(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"compose up": done(stderr=" Container toy-web-1  Waiting\nweb is bad\n", status=1)})
    project = Project(tmp_path, docker, [], [UNHEALTHY])
    with pytest.raises(ComposeError, match=r"^web is bad$") as error:
        project.start()
    assert {"attempts": 4, "troubles": ["The service web is unhealthy"]} == error.value.details
    assert [8, 8, 8] == project.pauses
    assert not services(tmp_path, UNHEALTHY).is_started


def test_failure_without_a_message_names_the_services(tmp_path: Path, docker: FakeDocker) -> None:
    with pytest.raises(ComposeError, match=r"Not running: web\."):
        Project(tmp_path, docker, [], [UNHEALTHY]).start()


def test_short_time_has_short_attempts(tmp_path: Path, docker: FakeDocker) -> None:
    project = Project(tmp_path, docker, [], [UNHEALTHY], [HEALTHY])
    project.start(timeout=3)
    assert [0] == project.pauses
    assert "--wait-timeout 1 " in docker.commands[0]


def test_attempts_and_pauses_fill_the_time() -> None:
    for timeout in (40, 80, 600):
        options = Options([], "missing", timeout, 4)
        assert timeout == 4 * (options.wait + options.pause)


def test_completed_service_does_not_run_again(tmp_path: Path, docker: FakeDocker) -> None:
    both: Definitions = {"web": {"image": "web"}, "once": {"image": "once"}}
    once = ENDED._replace(id="2", service="once")
    state(tmp_path, RUNNING, once, defined=both).services.record(is_started=True)
    project = Project(tmp_path, docker, [once], [RUNNING, once])
    project.defined = both
    assert 1 == project.start().attempts
    assert docker.commands[-1].endswith("--no-deps --no-recreate -- web")


def test_service_that_completes_at_its_first_start_needs_one_attempt(tmp_path: Path, docker: FakeDocker) -> None:
    project = Project(tmp_path, docker, [], [ENDED])
    assert 1 == project.start().attempts
    assert [] == project.pauses


def test_unhealthy_container_is_restarted_first(tmp_path: Path, docker: FakeDocker) -> None:
    assert Project(tmp_path, docker, [UNHEALTHY], [HEALTHY]).start().changed
    assert "restart 1" == docker.commands[0]


def test_policy_of_a_stopped_container_is_restored(tmp_path: Path, docker: FakeDocker) -> None:
    stopped = RUNNING._replace(policy="unless-stopped")
    project = Project(tmp_path, docker, [stopped], [RUNNING._replace(policy="always")])
    project.defined = {"web": {"restart": "always"}}
    assert project.start().changed
    assert "update --restart always 1" == docker.commands[0]


def test_restarted_container_is_a_change(tmp_path: Path, docker: FakeDocker) -> None:
    again = RUNNING._replace(started_at="2026-12-02T00:00:00Z")
    assert Project(tmp_path, docker, [ENDED._replace(exit_code=1)], [again]).start().changed


def test_project_without_services_is_left_alone(tmp_path: Path, docker: FakeDocker) -> None:
    project = Project(tmp_path, docker, [])
    project.defined = {}
    assert 0 == project.start().attempts


@pytest.mark.parametrize(
    ("stderr", "changed"),
    [
        ("DRY-RUN MODE -  Container toy-web-1  Recreate", True),
        ("DRY-RUN MODE -  Container toy-web-1  Starting", True),
        ("DRY-RUN MODE -  Network toy_default  Creating", True),
        ("DRY-RUN MODE -  Container toy-web-1  Running", False),
    ],
)
def test_check_reports_a_dry_run(tmp_path: Path, stderr: str, changed: bool) -> None:
    docker = FakeDocker(tmp_path, {"compose up": done(stderr=stderr)})
    assert changed is Project(tmp_path, docker, [RUNNING]).up().would_change()
    assert [f"{UP} --dry-run --"] == docker.commands
    assert not (tmp_path / "@started").exists()


def test_check_reports_a_restart_without_a_dry_run(tmp_path: Path, docker: FakeDocker) -> None:
    assert Project(tmp_path, docker, [UNHEALTHY]).up().would_change()
    assert [] == docker.commands


def test_failed_dry_run_fails(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"compose up": done(stderr="no such image", status=1)})
    with pytest.raises(ComposeError, match="no such image"):
        Project(tmp_path, docker, []).up().would_change()
