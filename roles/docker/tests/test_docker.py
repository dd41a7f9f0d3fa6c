"""The promises of the role docker, checked on the machine."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from testinfra.host import Host

Variables = dict[str, Any]
PODMAN = "podman-docker"
# Keys of daemon.json that the README promises where docker_daemon does not say otherwise.
PROMISED: dict[str, Any] = {
    "bip": "10.213.0.1/24",
    "default-address-pools": [{"base": "10.213.0.0/16", "size": 24}],
    "live-restore": True,
    "log-driver": "local",
}


@pytest.fixture
def info(host: Host) -> dict[str, Any]:
    """Docker's description of itself, as any user of the group docker sees it."""
    told: dict[str, Any] = json.loads(host.check_output("sudo -iu vagrant docker info --format json"))
    return told


@pytest.fixture
def configuration(host: Host) -> dict[str, Any]:
    """The content of daemon.json."""
    written: dict[str, Any] = json.loads(host.file("/etc/docker/daemon.json").content_string)
    return written


@pytest.fixture
def wanted(variables: Variables) -> dict[str, Any]:
    """The wanted keys: those that the role promises, under those of the variable. null removes a key."""
    asked = {**PROMISED, **variables["docker_daemon"]}
    return {key: value for key, value in asked.items() if value is not None}


def fits(version: str, pin: str) -> bool:
    """Whether a version is the pinned one, a more exact one of it, or not below it."""
    found, wanted = (re.findall(r"\d+", text) for text in (version.partition("+")[0], pin))
    if pin.startswith(">="):
        return list(map(int, found)) >= list(map(int, wanted))
    return found[: len(wanted)] == wanted


def test_engine_is_the_pinned_version(info: dict[str, Any], variables: Variables) -> None:
    """The daemon is the Engine that was asked for."""
    assert fits(info["ServerVersion"], variables["docker_version"]), info["ServerVersion"]


@pytest.mark.parametrize("plugin", ["compose", "buildx"])
def test_plugin_is_the_pinned_version(info: dict[str, Any], variables: Variables, plugin: str) -> None:
    """Compose and Buildx are those that were asked for; a part that was left out is not there."""
    found = {entry["Name"]: entry["Version"] for entry in info["ClientInfo"]["Plugins"] or []}
    pin = variables[f"docker_{plugin}_version"]
    assert fits(found[plugin], pin) if pin else plugin not in found, found


def test_packages_come_from_one_source(host: Host, variables: Variables) -> None:
    """No package with the same files is installed, and no other command is named docker."""
    other = (
        ["docker.io", "docker-doc", "runc"] if variables["docker_upstream_enabled"] else ["docker-ce", "containerd.io"]
    )
    assert [] == [name for name in [*other, PODMAN] if host.package(name).is_installed]


def test_apt_upgrade_keeps_the_pins(host: Host, variables: Variables) -> None:
    """Of several versions in Docker's repository, apt takes the pinned one by hand, too."""
    pins = {"docker-ce": variables["docker_version"], "docker-compose-plugin": variables["docker_compose_version"]}
    exact = {package: pin for package, pin in pins.items() if not pin.startswith(">=")}
    if variables["docker_upstream_enabled"]:
        for package, pin in exact.items():
            candidate = re.search(r"Candidate: (?:5:)?(\S+)", host.check_output(f"apt-cache policy {package}"))
            assert candidate
            assert fits(candidate[1].partition("-")[0], pin), candidate[0]
    assert host.file("/etc/apt/preferences.d/docker").exists is (variables["docker_upstream_enabled"] and bool(exact))


def test_daemon_starts_at_boot(host: Host) -> None:
    """The service is enabled and runs; its journal is shown when not."""
    assert host.service("docker").is_enabled
    assert host.service("docker").is_running, host.run("journalctl --unit docker --lines 30 --no-pager").stdout


def test_configuration_is_merged(configuration: dict[str, Any], wanted: dict[str, Any], variables: Variables) -> None:
    """Every key that was promised or asked for is in daemon.json as it was; those that are null are not there."""
    assert wanted == {key: configuration.get(key) for key in wanted}
    assert not [key for key, value in variables["docker_daemon"].items() if value is None and key in configuration]


def test_configuration_is_in_force(info: dict[str, Any], wanted: dict[str, Any]) -> None:
    """The running daemon has what was promised or asked for, and Docker's own defaults where a key was taken out."""
    assert wanted.get("log-driver", "json-file") == info["LoggingDriver"]
    assert wanted.get("data-root", "/var/lib/docker") == info["DockerRootDir"]
    assert wanted.get("live-restore", False) == info["LiveRestoreEnabled"]
    assert wanted.get("proxies", {}).get("http-proxy", "") == info["HttpProxy"]
    assert wanted.get("proxies", {}).get("no-proxy", "") == info["NoProxy"]


def test_mirrors_are_asked(info: dict[str, Any], wanted: dict[str, Any]) -> None:
    """The running daemon asks the mirrors that were named, in their order, and no others."""
    mirrors = [mirror.rstrip("/") for mirror in info["RegistryConfig"]["Mirrors"] or []]
    assert [mirror.rstrip("/") for mirror in wanted.get("registry-mirrors", [])] == mirrors


def test_logs_are_rotated(configuration: dict[str, Any]) -> None:
    """The log driver is one that rotates, or is configured to."""
    assert configuration["log-driver"] == "local" or "max-size" in configuration["log-opts"]


def test_configuration_is_readable(host: Host) -> None:
    """Anyone may read daemon.json, only root may write it, or another one in its place."""
    file = host.file("/etc/docker/daemon.json")
    assert ("root", "root", 0o644) == (file.user, file.group, file.mode)
    assert ("root", 0o755) == access(host, "/etc/docker")


def test_networks_keep_away_from_the_hosts_docker(host: Host, info: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Docker's own bridge, and each network that is made, has an address of the pools, not one of the host's Docker."""
    pools = [{"base": pool["Base"], "size": pool["Size"]} for pool in info["DefaultAddressPools"]]
    assert wanted["default-address-pools"] == pools
    gateway = host.check_output("docker network inspect --format '{{range .IPAM.Config}}{{.Gateway}}{{end}}' bridge")
    assert wanted["bip"].split("/")[0] == gateway


def test_storage_is_no_slow_fallback(info: dict[str, Any]) -> None:
    """Layers lie on overlay2; the driver vfs would copy them whole."""
    assert "overlay2" == info["Driver"]


def test_private_registries_are_trusted(host: Host, variables: Variables) -> None:
    """The authority of each lies where Docker looks for it."""
    for registry, authority in variables["docker_registry_certificates"].items():
        certificate = host.file(f"/etc/docker/certs.d/{registry}/ansible.crt")
        assert Path(authority).read_bytes() == certificate.content
        assert ("root", 0o644) == (certificate.user, certificate.mode)


def test_cleaning_up(host: Host, variables: Variables) -> None:
    """The timer waits for its time where it was asked for, its service does it, and without it neither is there."""
    wanted = variables["docker_prune_enabled"]
    timer = host.service("docker-prune.timer")
    assert (wanted, wanted) == (timer.is_running, host.file("/etc/systemd/system/docker-prune.service").exists)
    if wanted:
        assert timer.is_enabled
        assert "docker system prune" in host.check_output("systemctl show --property ExecStart docker-prune.service")
        assert 0 == host.run("sudo systemctl start docker-prune.service").rc


def test_containers_of_before_live(host: Host, variables: Variables) -> None:
    """A container of the other source's Docker runs again, with its data."""
    if name := variables.get("container_of_before"):
        assert "true" == host.check_output(f"docker inspect --format '{{{{.State.Running}}}}' {name}")
        assert "precious" == host.check_output(f"docker exec {name} /bin/busybox cat /data/file")


def access(host: Host, path: str) -> tuple[str, int]:
    """Return who owns a file, and its mode."""
    file = host.file(path)
    return file.user, file.mode


def test_only_root_writes_systemds_units(host: Host, variables: Variables) -> None:
    """Everybody may read what cleans up, only root may change it."""
    kinds = ["service", "timer"] * variables["docker_prune_enabled"]
    found = [access(host, f"/etc/systemd/system/docker-prune.{kind}") for kind in kinds]
    assert [("root", 0o644)] * len(kinds) == found


def test_timer_follows_its_schedule(host: Host, variables: Variables) -> None:
    """Systemd has read the schedule that was asked for: the one in force is not of an earlier time."""
    if variables["docker_prune_enabled"]:
        told = host.check_output(f"systemd-analyze calendar {variables['docker_prune_schedule']}")
        schedule = told.partition("Normalized form: ")[2].splitlines()[0]
        assert schedule in host.check_output("systemctl show --property TimersCalendar docker-prune.timer")


def test_only_root_writes_the_repositorys_key(host: Host, variables: Variables) -> None:
    """Apt, which reads as another user, may read the key; only root may replace it."""
    if variables["docker_upstream_enabled"]:
        assert ("root", 0o755) == access(host, "/etc/apt/keyrings")
        assert ("root", 0o644) == access(host, "/etc/apt/keyrings/docker.asc")


def test_only_root_adds_registries(host: Host, variables: Variables) -> None:
    """Everybody may look which registries are trusted, only root may add one."""
    named = [f"/{registry}" for registry in variables["docker_registry_certificates"]]
    folders = [f"/etc/docker/certs.d{name}" for name in (["", *named] if named else [])]
    assert [("root", 0o755)] * len(folders) == [access(host, folder) for folder in folders]


def test_no_other_registry_is_trusted(host: Host, variables: Variables) -> None:
    """An authority that is not named any more is gone."""
    found = host.check_output("find /etc/docker -name ansible.crt -printf '%h\\n'").split()
    assert sorted(variables["docker_registry_certificates"]) == sorted(folder.rpartition("/")[2] for folder in found)


def test_group_is_the_systems(host: Host) -> None:
    """The group docker has a number below those of persons, which a later user could get."""
    assert 1000 > host.group("docker").gid


def test_users_keep_their_groups(host: Host, variables: Variables) -> None:
    """Users of docker_users keep their other groups."""
    assert set(variables.get("groups_of_before", [])) <= set(host.user("vagrant").groups)
