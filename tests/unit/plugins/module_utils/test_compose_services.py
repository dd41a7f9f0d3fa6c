"""Services that run, have completed, or are to be started."""

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.compose.containers import Container
from tests.unit.plugins.module_utils.compose_fakes import ENDED, RUNNING, services

ANOTHER = {"image": "web", "command": ["another"]}


@pytest.mark.parametrize(
    ("container", "is_fine"),
    [
        (RUNNING, True),
        (RUNNING._replace(health="healthy"), True),
        (RUNNING._replace(health="starting"), False),
        (RUNNING._replace(health="unhealthy"), False),
        (RUNNING._replace(status="paused"), False),
        (RUNNING._replace(status="created"), False),
        (ENDED, True),
        (ENDED._replace(policy="on-failure"), True),
        (ENDED._replace(exit_code=1), False),
        (ENDED._replace(health="unhealthy"), False),
        (ENDED._replace(ports={"80/tcp": [{}]}), False),
        (ENDED._replace(policy="always"), False),
        (ENDED._replace(policy="unless-stopped"), False),
        (ENDED._replace(service="another"), False),
    ],
)
def test_service_is_pending_until_it_runs_or_has_completed(tmp_path: Path, container: Container, is_fine: bool) -> None:
    assert ([] if is_fine else ["web"]) == services(tmp_path, container).pending


def test_service_without_replicas_is_not_pending(tmp_path: Path) -> None:
    assert [] == services(tmp_path, web={"deploy": {"replicas": 0}}).pending


def test_one_failed_replica_makes_the_service_pending(tmp_path: Path) -> None:
    made = services(tmp_path, RUNNING, ENDED._replace(id="2", exit_code=1))
    assert ["web"] == made.pending
    assert ["2"] == [one.id for one in made.failing("web")]


def test_completed_service_is_unchanged_after_its_record(tmp_path: Path) -> None:
    before = services(tmp_path, ENDED)
    assert (["web"], False) == (before.changed, before.is_started)
    before.record(is_started=True)
    after = services(tmp_path, ENDED)
    assert ([], True) == (after.changed, after.is_started)


def test_completed_service_is_changed_by_definition_or_image(tmp_path: Path) -> None:
    services(tmp_path, ENDED).record(is_started=True)
    assert ["web"] == services(tmp_path, ENDED, web=ANOTHER).changed
    assert ["web"] == services(tmp_path, ENDED, image="sha256:2\n").changed


def test_running_service_is_always_asked_for(tmp_path: Path) -> None:
    services(tmp_path, RUNNING).record(is_started=True)
    assert ["web"] == services(tmp_path, RUNNING).changed


@pytest.mark.parametrize("changes", [{"id": "9"}, {"image": "sha256:9"}, {"health": "healthy"}, {"policy": "always"}])
def test_changed_container_ends_the_record(tmp_path: Path, changes: dict[str, Any]) -> None:
    services(tmp_path, RUNNING).record(is_started=True)
    assert services(tmp_path, RUNNING).is_started
    assert not services(tmp_path, RUNNING._replace(**changes)).is_started


def test_record_of_a_failed_start_is_no_start(tmp_path: Path) -> None:
    services(tmp_path, ENDED).record(is_started=False)
    after = services(tmp_path, ENDED)
    assert (False, []) == (after.is_started, after.changed)


def test_service_that_a_failure_kept_from_starting_stays_changed(tmp_path: Path) -> None:
    services(tmp_path, ENDED).record(is_started=True)
    services(tmp_path, ENDED, web=ANOTHER).record(is_started=False)
    assert ["web"] == services(tmp_path, ENDED, web=ANOTHER).changed
    again = ENDED._replace(started_at="2026-12-02T00:00:00Z")
    services(tmp_path, again, web=ANOTHER).record(is_started=True)
    assert [] == services(tmp_path, again, web=ANOTHER).changed


def test_record_of_another_release_counts_as_a_change(tmp_path: Path) -> None:
    (tmp_path / "@started").write_text(64 * "0")
    assert ["web"] == services(tmp_path, ENDED).changed


def test_stopped_service_has_not_completed(tmp_path: Path) -> None:
    (tmp_path / "@stopped").write_text("toy-web-1\n")
    assert ["web"] == services(tmp_path, ENDED).pending
    assert [] == services(tmp_path, ENDED._replace(name="/toy-web-2")).pending
    assert [] == services(tmp_path, ENDED._replace(started_at="2999-01-01T00:00:00.1Z")).pending
