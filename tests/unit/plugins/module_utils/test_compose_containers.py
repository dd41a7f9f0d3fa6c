"""Containers as Docker describes them."""

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.compose.containers import containers, memory_trouble
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from tests.unit.plugins.module_utils.compose_fakes import ENDED, RUNNING, FakeDocker, done


@pytest.mark.parametrize(
    ("changes", "is_unhealthy"),
    [
        ({}, False),
        ({"health": "unhealthy"}, True),
        ({"health": "starting"}, False),
        ({"status": "paused"}, True),
        ({"status": "paused", "health": "healthy"}, True),
        ({"status": "exited", "health": "unhealthy"}, False),
    ],
)
def test_restart_helps_unhealthy_and_paused_containers(changes: dict[str, Any], is_unhealthy: bool) -> None:
    assert is_unhealthy is RUNNING._replace(**changes).is_unhealthy


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": "exited", "exit_code": 3}, "has ended with status 3"),
        ({"status": "dead", "exit_code": 137}, "has ended with status 137"),
        ({"status": "restarting", "exit_code": 1}, "ends again and again, last with status 1"),
        ({"status": "created", "error": "port is taken"}, "has not been started: port is taken"),
        ({"status": "created"}, "waits for another service"),
        ({"status": "paused"}, "is paused"),
        (
            {
                "health": "unhealthy",
                "checks": [{"ExitCode": 1, "Output": "old"}, {"ExitCode": 7, "Output": "no table\n"}],
            },
            "is unhealthy. Its health check ended with status 7 and said: no table",
        ),
        (
            {"health": "starting", "checks": [{"ExitCode": 1, "Output": ""}, {"ExitCode": 0, "Output": "ok"}]},
            "is starting. Its health check ended with status 1 and said: nothing",
        ),
    ],
)
def test_trouble_has_its_cause(changes: dict[str, Any], message: str) -> None:
    assert f"The service web {message}" == RUNNING._replace(**changes).trouble("")


def test_trouble_has_the_end_of_a_long_output() -> None:
    check = {"ExitCode": 1, "Output": "page " * 1000 + "the reason"}
    trouble = RUNNING._replace(health="unhealthy", checks=[check]).trouble("")
    assert trouble.endswith("the reason")
    assert len(trouble) < 1200


def test_containers_are_ordered_by_id(tmp_path: Path) -> None:
    lines = [json.dumps(one._asdict()) for one in (RUNNING._replace(id="2"), RUNNING)]
    docker = FakeDocker(tmp_path, {"ps": done("2\n1\n3\n"), "inspect": done("\n".join(lines), "gone: 3", status=1)})
    assert ["1", "2"] == [one.id for one in containers(docker, "toy")]
    assert "--filter=label=com.docker.compose.oneoff=False" in docker.commands[0]


def test_project_without_containers(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path)
    assert [] == containers(docker, "toy")
    assert 1 == len(docker.commands)


def test_silent_docker_is_an_error(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"ps": done("1\n"), "inspect": done(stderr="broken", status=1)})
    with pytest.raises(ComposeError, match="Docker cannot list its containers: broken"):
        containers(docker, "toy")


def test_killed_process_is_shown_with_its_limit(tmp_path: Path) -> None:
    killed = ENDED._replace(oom_killed=True, memory=16 * 2**20)
    message = " (out of memory: the kernel has killed a process of it, OOM, the limit of 16 MiB)"
    assert message == memory_trouble(FakeDocker(tmp_path), killed)


def test_killed_process_of_an_earlier_start_is_shown(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"events": done("oom\n")})
    assert "out of memory" in memory_trouble(docker, RUNNING)
    assert "" == memory_trouble(FakeDocker(tmp_path), RUNNING)
