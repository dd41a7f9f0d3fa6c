"""The state of a project."""

from pathlib import Path

from ansible_collections.breakable.toy.plugins.module_utils.compose.one_shot import OneShot
from ansible_collections.breakable.toy.plugins.module_utils.compose.records import Records
from ansible_collections.breakable.toy.plugins.module_utils.compose.state import EMPTY, gather
from tests.unit.plugins.module_utils.compose_fakes import ENDED, RUNNING, FakeDocker, answers, state

MIGRATE = OneShot("migrate", "Applying")
WITH_TASK = {"web": {}, "migrate": {"build": {"context": "."}}}


def test_services_without_restart_policy(tmp_path: Path) -> None:
    assert ["web"] == state(tmp_path, RUNNING).services_without_restart_policy
    assert [] == state(tmp_path, ENDED).services_without_restart_policy
    assert [] == state(tmp_path, defined={"web": {"restart": "always"}}).services_without_restart_policy
    assert [] == state(tmp_path, defined={"migrate": {}}, tasks=[MIGRATE]).services_without_restart_policy


def test_images_of_tasks_are_built_too(tmp_path: Path) -> None:
    made = state(tmp_path, defined=WITH_TASK, active=["web"], tasks=[MIGRATE], image="")
    assert ["migrate"] == made.services_to_build
    assert ["migrate"] == made.services_not_built
    assert ["toy-web"] == made.missing_images


def test_unhealthy_containers_of_other_services_stay(tmp_path: Path) -> None:
    unhealthy = RUNNING._replace(id="2", health="unhealthy")
    other = unhealthy._replace(id="3", service="other")
    made = state(tmp_path, RUNNING, unhealthy, other, defined={"web": {}, "other": {}}, active=["web"])
    assert ["2"] == made.unhealthy_containers


def test_containers_with_stopped_policy(tmp_path: Path) -> None:
    stopped = ENDED._replace(policy="unless-stopped")
    assert ["1"] == state(tmp_path, stopped, defined={"web": {"restart": "always"}}).containers_with_stopped_policy
    assert [] == state(tmp_path, stopped, defined={"web": {}}).containers_with_stopped_policy


def test_unknown_services_and_unreadable_paths_are_errors(tmp_path: Path) -> None:
    tasks = [OneShot("migrat"), OneShot("web", watch=("missing",))]
    assert [
        "It has no service wev, which services names; it has web.",
        "It has no service migrat, which tasks names; it has web.",
        "The task web watches missing, which cannot be read: No such file or directory.",
    ] == state(tmp_path, wanted=["wev"], tasks=tasks).errors


def test_troubles_begin_with_missing_images_and_end_with_waiting_services(tmp_path: Path) -> None:
    waiting = RUNNING._replace(status="created")
    failed = ENDED._replace(id="2", exit_code=3, service="other")
    made = state(tmp_path, waiting, failed, defined={"web": {}, "other": {}}, image="")
    assert [
        "The image toy-web of the service web is not on this machine.",
        "The image toy-other of the service other is not on this machine.",
        "The service other has ended with status 3",
        "The service web waits for another service",
    ] == made.troubles


def test_summary_has_all_values(tmp_path: Path) -> None:
    made = state(tmp_path, RUNNING, defined=WITH_TASK, active=["web"], tasks=[MIGRATE])
    summary = made.summary()
    assert EMPTY.keys() == summary.keys()
    assert {"services": ["web"], "pending_services": [], "pending_tasks": ["migrate"]}.items() <= summary.items()


def test_state_is_gathered_from_docker(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, answers(RUNNING))
    made = gather(docker, Records(tmp_path), [])
    assert {"web": "sha256:1\n"} == made.images
    assert [RUNNING] == made.containers
    assert "toy_data 2026\n" == made.volumes
