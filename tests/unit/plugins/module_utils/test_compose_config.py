"""A project's configuration."""

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.compose.config import read
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from tests.unit.plugins.module_utils.compose_fakes import FakeDocker, config, done

READ = done(json.dumps({"name": "toy", "services": {"web": {}, "debug": {}}}))
CHAIN: dict[str, dict[str, Any]] = {
    "web": {"depends_on": {"database": {"required": True}, "debug": {"required": False}}},
    "database": {"depends_on": {"disk": {}}},
    "debug": {},
    "disk": {},
}


def test_optional_dependency_of_an_inactive_profile_does_not_start() -> None:
    assert ["web", "database", "disk"] == config(CHAIN, active=["web"]).needed


def test_optional_dependency_of_an_active_profile_starts() -> None:
    assert list(CHAIN) == config(CHAIN, active=["web", "debug"]).needed


def test_wanted_services_replace_the_active_ones() -> None:
    assert ["database"] == config(CHAIN, wanted=["database"]).services


def test_services_have_the_projects_order() -> None:
    assert ["web", "database"] == config(CHAIN, wanted=["database", "web"]).services


def test_dependency_cycle_ends() -> None:
    assert ["a", "b"] == config({"a": {"depends_on": {"b": {}}}, "b": {"depends_on": {"a": {}}}}).needed


def test_image_without_a_name_has_the_services_name() -> None:
    made = config({"web": {"build": {"context": "."}}, "other": {"image": "x:1"}})
    assert ["toy-web", "x:1"] == [made.image(name) for name in made.defined]
    assert [True, False] == [made.has_build(name) for name in made.defined]


@pytest.mark.parametrize(
    ("service", "has_none"),
    [({}, False), ({"scale": 0}, True), ({"deploy": {"replicas": 0}}, True), ({"deploy": {"replicas": 2}}, False)],
)
def test_service_without_replicas(service: dict[str, Any], has_none: bool) -> None:
    assert has_none is config({"web": service}).has_no_replicas("web")


def test_unknown_service_is_named() -> None:
    messages = config(CHAIN).unknown("tasks", ["web", "migrat"])
    assert ["It has no service migrat, which tasks names; it has web, database, debug, disk."] == messages


def test_project_is_read_with_all_profiles(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"compose --profile *": READ, "compose config --services": done("web\n")})
    made = read(docker, [])
    assert (["web"], ["web", "debug"]) == (made.services, list(made.defined))


def test_project_that_compose_cannot_read_is_refused(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"compose --profile *": done(stderr="imagine is not allowed", status=15)})
    with pytest.raises(ComposeError, match="Compose cannot read it: imagine is not allowed"):
        read(docker, [])


def test_active_services_matter_where_none_is_named(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"compose --profile *": READ, "compose config --services": done(status=1)})
    assert ["web"] == read(docker, ["web"]).services
    with pytest.raises(ComposeError, match="Compose cannot read it: status 1"):
        read(docker, [])
