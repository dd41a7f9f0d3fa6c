"""Stops of a project."""

from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from ansible_collections.breakable.toy.plugins.module_utils.compose.records import Records
from ansible_collections.breakable.toy.plugins.module_utils.compose.stop import Stop, plan, stop
from tests.unit.plugins.module_utils.compose_fakes import FakeDocker, done

INSPECT = "running always /toy-web-1\nexited always /toy-old-1\npaused no /toy-db-1\nexited no /toy-once-1\n"


def test_running_containers_and_policies_are_found(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"compose --profile * ps": done("1\n2\n"), "inspect": done(INSPECT)})
    assert Stop(["toy-web-1", "toy-db-1"], ["toy-web-1", "toy-old-1"]) == plan(docker)


def test_stopped_project_has_nothing_due(tmp_path: Path) -> None:
    answers = {"compose --profile * ps": done("1\n"), "inspect": done("exited unless-stopped /toy-web-1\n")}
    assert not plan(FakeDocker(tmp_path, answers)).is_due
    assert not plan(FakeDocker(tmp_path)).is_due


def test_unreadable_project_is_an_error(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"compose --profile * ps": done(stderr="yaml: line 3", status=1)})
    with pytest.raises(ComposeError, match="yaml: line 3"):
        plan(docker)


def test_stop_is_recorded(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path)
    stop(docker, Records(tmp_path / "records"), Stop(["toy-web-1", "toy-db-1"], ["toy-web-1"]))
    assert ["update --restart unless-stopped toy-web-1", "compose --profile * stop"] == docker.commands
    assert "toy-web-1\ntoy-db-1\n" == (tmp_path / "records/@stopped").read_text()


def test_failed_stop_is_not_recorded(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"compose --profile * stop": done(stderr="denied", status=1)})
    with pytest.raises(ComposeError, match="denied"):
        stop(docker, Records(tmp_path / "records"), Stop(["toy-web-1"], []))
    assert not (tmp_path / "records").exists()


def test_policy_alone_is_no_record(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path)
    stop(docker, Records(tmp_path / "records"), Stop([], ["toy-web-1"]))
    assert ["update --restart unless-stopped toy-web-1"] == docker.commands
    assert not (tmp_path / "records").exists()
