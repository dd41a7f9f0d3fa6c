"""How the running services are held, asked of Docker and of the containers themselves."""

import shlex

import pytest
from tests.images.conftest import Inspect
from tests.support.inside import inside
from tests.support.production import COMPOSE

SERVICES = ("web", "database", "web-prod")
# Version 2 of control groups, or version 1.
LIMITS = (
    "cd /sys/fs/cgroup && cat memory.max pids.max cpu.max 2>/dev/null "
    "|| cat memory/memory.limit_in_bytes pids/pids.max cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us"
)
STATUS = "grep -E '^(CapEff|CapBnd|NoNewPrivs):' /proc/self/status"

every_service = pytest.mark.parametrize("service", SERVICES)


def test_every_service_is_here() -> None:
    """No service of the two files is forgotten, but those that end by themselves."""
    assert sorted(SERVICES) == sorted(inside(f"{COMPOSE} config --services").split())


@every_service
def test_limits(container: Inspect, service: str) -> None:
    """Memory, without swap, processors and processes are limited."""
    host = container(service)["HostConfig"]
    assert host["Memory"] > 0
    assert host["Memory"] == host["MemorySwap"]
    assert host["NanoCpus"] > 0
    assert 0 < host["PidsLimit"] <= 256


@every_service
def test_limits_are_in_force(container: Inspect, service: str) -> None:
    """The kernel has the same limits."""
    host = container(service)["HostConfig"]
    told = inside(f"{COMPOSE} exec -T {service} sh -c {shlex.quote(LIMITS)}").split()
    memory, pids, quota, period = map(int, told)
    assert (host["Memory"], host["PidsLimit"]) == (memory, pids)
    assert host["NanoCpus"] / 1e9 == quota / period


@every_service
def test_root_is_read_only(container: Inspect, service: str) -> None:
    """The folders of programs are read-only."""
    assert container(service)["HostConfig"]["ReadonlyRootfs"]
    refused = inside(f"{COMPOSE} exec -T --user 0 {service} sh -c 'touch /usr/x 2>&1 || true'")
    assert "Read-only file system" in refused


@every_service
def test_no_capabilities(container: Inspect, service: str) -> None:
    """Its processes have none, and cannot get any, not even as root."""
    assert ["ALL"] == container(service)["HostConfig"]["CapDrop"]
    status = dict(line.split() for line in inside(f"{COMPOSE} exec -T --user 0 {service} {STATUS}").splitlines())
    assert {"CapEff:": "0" * 16, "CapBnd:": "0" * 16, "NoNewPrivs:": "1"} == status


@every_service
def test_user_is_not_root(container: Inspect, service: str) -> None:
    """The service's processes belong to a user without rights."""
    top = inside(f"docker top {container(service)['Id']} -o pid,uid").splitlines()[1:]
    assert "0" not in {line.split()[1] for line in top}


@every_service
def test_restarts_by_itself(container: Inspect, service: str) -> None:
    """A service that ends is started again."""
    assert "unless-stopped" == container(service)["HostConfig"]["RestartPolicy"]["Name"]


@every_service
def test_is_healthy(container: Inspect, service: str) -> None:
    """Its own health check says yes."""
    assert "healthy" == container(service)["State"]["Health"]["Status"]


def test_database_check_needs_a_client_that_may_work(container: Inspect) -> None:
    """The database's check connects over TCP with the password and asks PostGIS: with another password it says no."""
    check = f"{COMPOSE} exec -T {{}} database postgis-ready 2>&1; echo status $?"
    assert "status 0" in inside(check.format(""))
    refused = inside(check.format("--env POSTGRES_PASSWORD=wrong"))
    assert "status 0" not in refused
    assert "password authentication failed" in refused


@pytest.mark.parametrize("service", ["web", "web-prod"])
def test_web_check_asks_over_http(container: Inspect, service: str) -> None:
    """The web's check asks its server for the whole answer: where none listens it says no."""
    check = f"{COMPOSE} exec -T {{}} {service} python -m config.health.probe 2>&1; echo status $?"
    answered = inside(check.format(""))
    assert '"database": true' in answered
    assert "status 0" in answered
    assert "status 1" in inside(check.format("--env GRANIAN_PORT=9"))
