"""Builds of images."""

import json
from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.compose.build import (
    Build,
    bake_targets,
    build,
    without_image,
)
from ansible_collections.breakable.toy.plugins.module_utils.compose.docker import ComposeError
from tests.unit.plugins.module_utils.compose_fakes import Done, FakeDocker, done

BAKE = ("buildx", "bake", "web")
OLD, NEW = done("web:latest sha256:1\nother:1 sha256:2\n"), done("web:latest sha256:3\nother:1 sha256:2\n")
NETWORK = done(stderr="ERROR: failed to do request: EOF", status=1)
MISTAKE = done(
    stderr="target web: failed to solve: dockerfile parse error on line 2: unknown instruction: RIN", status=1
)


def built(folder: Path, *ends: Done, images: tuple[Done, ...] = (OLD, NEW)) -> tuple[Build, list[str], list[None]]:
    """Build with these ends; return the result, the commands, and the pauses."""
    docker = FakeDocker(folder, {"buildx bake": ends, "image ls": images})
    pauses: list[None] = []
    result = build(docker, BAKE, 2, lambda: pauses.append(None))
    return result, docker.commands, pauses


def test_changed_image_is_named(tmp_path: Path) -> None:
    result, commands, pauses = built(tmp_path, done())
    assert Build(["web:latest"], ["other:1 sha256:2", "web:latest sha256:3"]) == result
    assert (1, []) == (commands.count("buildx bake web"), pauses)


def test_same_ids_are_no_change(tmp_path: Path) -> None:
    result, _, _ = built(tmp_path, done(), images=(OLD, OLD))
    assert [] == result.changed_images


def test_broken_connection_is_tried_again(tmp_path: Path) -> None:
    _, commands, pauses = built(tmp_path, NETWORK, NETWORK, done())
    assert (3, 2) == (commands.count("buildx bake web"), len(pauses))


def test_build_fails_after_its_retries(tmp_path: Path) -> None:
    with pytest.raises(ComposeError, match="failed to do request: EOF"):
        built(tmp_path, NETWORK)


def test_mistake_is_not_tried_again(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"buildx bake": MISTAKE})
    with pytest.raises(ComposeError, match="unknown instruction: RIN") as error:
        build(docker, BAKE, 2, lambda: None)
    assert 1 == docker.commands.count("buildx bake web")
    assert ["target web: failed to solve: dockerfile parse error on line 2: unknown instruction: RIN"] == (
        error.value.details["last_lines"]
    )


def test_failure_has_the_unresolved_image_and_25_printable_lines(tmp_path: Path) -> None:
    lines = [f"\x1b[31m{number}\x1b[0m \t" for number in range(40)]
    lines.append("ERROR: nowhere.invalid/base: failed to resolve source metadata for nowhere.invalid/base: no host")
    with pytest.raises(ComposeError) as error:
        built(tmp_path, done(stderr="\n".join(lines), status=1))
    details = error.value.details
    assert "nowhere.invalid/base" == details["unresolved_image"]
    assert (25, "39") == (len(details["last_lines"]), details["last_lines"][-2])


def test_failure_without_a_known_error_has_its_status(tmp_path: Path) -> None:
    with pytest.raises(ComposeError, match="The build failed with status 2") as error:
        built(tmp_path, done(stderr="make: stop", status=2))
    assert ("", ["make: stop"]) == (error.value.details["error"], error.value.details["last_lines"])


def test_targets_of_a_group_have_their_tags(tmp_path: Path) -> None:
    printed = {"target": {"web": {"tags": ["web:kept"]}, "base": {}}}
    docker = FakeDocker(tmp_path, {"buildx bake --print all": done(json.dumps(printed))})
    assert [{"name": "web", "tags": ["web:kept"]}, {"name": "base", "tags": []}] == bake_targets(docker, ["all"])


def test_unknown_target_is_an_error(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"buildx bake": done(stderr="ERROR: failed to find target wev", status=1)})
    with pytest.raises(ComposeError, match="failed to find target wev"):
        bake_targets(docker, ["wev"])


def test_missing_images(tmp_path: Path) -> None:
    docker = FakeDocker(tmp_path, {"image ls": OLD})
    assert ["web:2", "host:5000/web"] == without_image(docker, ["web", "web:2", "other:1", "host:5000/web"])
