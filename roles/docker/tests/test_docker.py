"""What the role docker promises, asked of the machine."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from testinfra.host import Host

PINS = yaml.safe_load((Path(__file__).parents[1] / "defaults/main.yml").read_text())


@pytest.fixture
def info(host: Host) -> dict[str, Any]:
    """Docker's description of itself, as any user of the group docker sees it."""
    told: dict[str, Any] = json.loads(host.check_output("sudo -iu vagrant docker info --format json"))
    return told


def starts_with(version: str, pin: str) -> bool:
    """Whether a version is the pinned one, or a more exact one of it."""
    return f"{version.removeprefix('v')}.".replace("+", ".").replace("-", ".").startswith(f"{pin}.")


def test_engine_is_the_pinned_version(info: dict[str, Any]) -> None:
    """The daemon is the Engine that the role's defaults name."""
    assert starts_with(info["ServerVersion"], PINS["docker_version"]), info["ServerVersion"]


@pytest.mark.parametrize("plugin", ["compose", "buildx"])
def test_plugin_is_the_pinned_version(info: dict[str, Any], plugin: str) -> None:
    """Compose and Buildx are those that the role's defaults name."""
    found = {entry["Name"]: entry["Version"] for entry in info["ClientInfo"]["Plugins"]}
    assert starts_with(found[plugin], PINS[f"docker_{plugin}_version"]), found


def test_daemon_starts_at_boot(host: Host) -> None:
    """The service is enabled and runs; its journal is shown when not."""
    assert host.service("docker").is_enabled
    assert host.service("docker").is_running, host.run("journalctl --unit docker --lines 30 --no-pager").stdout


def test_logs_are_rotated(info: dict[str, Any]) -> None:
    """The log driver is one that rotates."""
    assert "local" == info["LoggingDriver"]


def test_containers_survive_a_restart_of_the_daemon(info: dict[str, Any]) -> None:
    """Live restore is on."""
    assert info["LiveRestoreEnabled"] is True


def test_networks_keep_away_from_the_hosts_docker(host: Host) -> None:
    """Docker's own bridge has an address of the pool, not one that the host's Docker may have."""
    gateway = host.check_output("docker network inspect --format '{{range .IPAM.Config}}{{.Gateway}}{{end}}' bridge")
    assert gateway.startswith("10.213."), gateway


def test_storage_is_no_slow_fallback(info: dict[str, Any]) -> None:
    """Layers lie on overlay2; the driver vfs would copy them whole."""
    assert "overlay2" == info["Driver"]
