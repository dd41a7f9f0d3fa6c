"""Refusals of the role docker, and the data that it must not lose."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.refusals.conftest import TINY
from tests.refusals.machine import Machine, play

# Objects for the cleanup, used and unused.
USED_AND_UNUSED = """
printf 'FROM tiny\nRUN ["/bin/busybox", "touch", "/made"]\n' | docker build --quiet --tag unused -
docker network create unused
docker run --name stopped --volume kept:/data --volume /anonymous tiny /bin/busybox sh -c 'echo precious >/data/file'
docker run --name gone --volume unused:/data --volume /anonymous tiny /bin/busybox true && docker rm gone
docker network create used
docker run --detach --name running --network used tiny /bin/busybox sleep 86400
"""
UNUSED = {"container stopped", "image unused", "network unused"}
LIST = """
docker container ls --all --format 'container {{.Names}}'
docker image ls --format 'image {{.Repository}}'
docker network ls --format 'network {{.Name}}'
docker volume ls --format 'volume {{.Name}}'
docker system df --format '{{.Type}} {{.TotalCount}}' | grep Build
"""


def engine(machine: Machine) -> str:
    """Return the running Engine's version."""
    return machine.run("docker version --format '{{.Server.Version}}'")


def cleaned(docker: Machine, older_than: str) -> set[str]:
    """Have the service clean up what is so old; return what is left."""
    docker.applied("docker", docker_prune_enabled=True, docker_prune_older_than=older_than)
    docker.run("systemctl start docker-prune.service")
    return set(docker.run(LIST).splitlines())


@pytest.mark.parametrize(
    ("variable", "program"),
    [("docker_version", "Engine"), ("docker_compose_version", "compose"), ("docker_buildx_version", "buildx")],
)
@pytest.mark.parametrize("pin", ["99.9", ">=99"])
def test_another_version_is_refused(docker: Machine, variable: str, program: str, pin: str) -> None:
    """A Docker that is not the pinned one stops the role, with the variable to change."""
    told = docker.refused("docker", **{variable: pin})
    assert f"{program} is " in told
    assert f"but {variable} says {pin}." in told


def test_longer_version_is_another_version(docker: Machine) -> None:
    """The pin 26.1 is not 26.10: a prefix ends where a number ends."""
    assert "Engine is 26" in docker.refused("docker", docker_version="2")


def test_source_without_the_packages_is_refused(docker: Machine) -> None:
    """Where Debian has no package of a part, the message says which, and the two ways out."""
    told = docker.refused("docker", __docker_debian_packages={"13": {"engine": ["docker.io"]}})
    assert "has no package of Docker's compose and buildx in its own archive" in told
    assert 'set docker_compose_version and docker_buildx_version to ""' in told


def test_docker_without_an_engine_is_refused(docker: Machine) -> None:
    """Compose and Buildx can be left out, the Engine cannot."""
    told = docker.refused("docker", docker_version="")
    assert "docker_version is empty, but Docker is its Engine" in told
    assert "changed=0" in told


def test_unknown_user_gets_no_account(docker: Machine) -> None:
    """A typo in docker_users creates no account."""
    assert "no account on this machine: vagarnt." in docker.refused("docker", docker_users=["vagrant", "vagarnt"])
    docker.run("! getent passwd vagarnt")


def test_folder_of_the_configuration_is_closed_again(docker: Machine) -> None:
    """If others may write next to daemon.json, the next run takes that back."""
    docker.run("chmod 0777 /etc/docker")
    docker.applied("docker")
    assert "755" == docker.run("stat --format %a /etc/docker")


def test_typo_in_the_configuration_keeps_the_old_one(docker: Machine) -> None:
    """A refused text never becomes the configuration, and the next run succeeds."""
    before = docker.run("cat /etc/docker/daemon.json")
    told = docker.refused("docker", docker_daemon={"live-restor": True})
    assert "live-restor" in told
    assert before == docker.run("cat /etc/docker/daemon.json")
    assert "changed=0" in docker.applied("docker")


def test_configuration_that_docker_does_not_start_with_is_taken_back(docker: Machine) -> None:
    """A mistake that only a start shows leaves Docker running with the old file."""
    before = docker.run("cat /etc/docker/daemon.json")
    told = docker.refused("docker", docker_daemon={"log-opts": {"tag": "x"}})
    assert "Docker does not start: failed to start daemon: failed to set log opts" in told
    assert "The old /etc/docker/daemon.json is back, and Docker runs with it." in told
    assert before == docker.run("cat /etc/docker/daemon.json")
    assert engine(docker)
    # A file of another program has no older version.
    docker.run(
        """echo '{"hosts": ["tcp://127.0.0.1:2375"]}' >/etc/docker/daemon.json; systemctl restart docker || true"""
    )
    told = docker.refused("docker")
    assert "specified both as a flag and in the configuration file: hosts" in told
    assert "Docker is down, and with it every container." in told
    docker.applied("docker", docker_daemon={"hosts": None})
    assert before == docker.run("cat /etc/docker/daemon.json")
    assert engine(docker)


def test_broken_configuration_is_replaced(docker: Machine) -> None:
    """An unreadable daemon.json stops Docker; the role brings it back, and keeps the file for its author."""
    docker.run("""echo '{"debug": tru' >/etc/docker/daemon.json; systemctl restart docker || true""")
    docker.applied("docker")
    assert engine(docker)
    assert '{"debug": tru' == docker.run("cat /etc/docker/daemon.json.*~")


def test_keys_of_others_stay(docker: Machine) -> None:
    """A key that another program wrote into daemon.json is still there, until it is taken out by name."""
    settings: dict[str, Any] = json.loads(docker.run("cat /etc/docker/daemon.json"))
    docker.run("cat >/etc/docker/daemon.json", stdin=json.dumps({**settings, "labels": ["of=another"]}))
    docker.applied("docker")
    assert "of=another" in docker.run("cat /etc/docker/daemon.json")
    docker.applied("docker", docker_daemon={"labels": None})
    assert settings == json.loads(docker.run("cat /etc/docker/daemon.json"))


def test_another_schedule_is_in_force(docker: Machine) -> None:
    """Systemd follows the schedule of the last run, though the timer was there before."""
    asked = {"docker_prune_enabled": True}
    docker.applied("docker", **asked)
    docker.applied("docker", **asked, docker_prune_schedule="*-*-03 04:00:00")
    assert "*-*-03 04:00:00" in docker.run("systemctl show --property TimersCalendar docker-prune.timer")
    docker.applied("docker")
    docker.run("! systemctl cat docker-prune.timer")


def test_cleaning_up_spares_what_is_young_or_used_and_volumes(docker: Machine) -> None:
    """Unused objects go when they are old enough, build cache included; a volume stays, with or without a name."""
    docker.run(USED_AND_UNUSED)
    before = set(docker.run(LIST).splitlines())
    assert before == cleaned(docker, "168h")
    left = cleaned(docker, "1s")
    assert UNUSED <= before - left
    assert "Build Cache 0" in left
    kept = {line for line in before if line.startswith("volume ")}
    assert len(kept) == 4
    assert {"container running", "image tiny", "network used", *kept} <= left
    assert "precious" == docker.run("docker run --rm --volume kept:/data tiny /bin/busybox cat /data/file")
    docker.applied("docker")
    docker.run("docker rm --force running && docker network rm used && docker volume prune --all --force")


def test_user_may_use_docker_in_the_same_play(docker: Machine, key: Path) -> None:
    """The group counts from the next task on, though Ansible keeps its connection, and so its session, from before."""
    docker.run("! id -nG vagrant | grep -w docker || gpasswd --delete vagrant docker")
    docker.run("cat >>/home/vagrant/.ssh/authorized_keys", stdin=key.with_suffix(".pub").read_text())
    options = f"-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentityFile={key}"
    kept = "-o ControlMaster=auto -o ControlPersist=60s"
    # A unique name: the next machine may have this one's address.
    variables = f"ansible_user=vagrant ansible_control_path=%(directory)s/{docker.name}"
    way = f"{docker.address} {variables} ansible_ssh_common_args='{options} {kept}'"
    tasks = [{"command": "docker version", "become": False}]
    done = play(docker.folder, "docker", way, {"docker_users": ["vagrant"]}, tasks=tasks)
    assert done.returncode == 0, done.stdout
    # One connection up to the role's new session, and one from there on: with one a task, this would prove nothing.
    assert "2" == docker.run("journalctl --unit ssh | grep --count 'Accepted publickey for vagrant'")


def test_data_may_lie_elsewhere(docker: Machine) -> None:
    """Docker keeps its data in the folder that is named, and runs containers from there; then where it was before."""
    run = "docker run --rm tiny /bin/busybox echo ran"
    # Of /var/lib/docker, because nothing else in the machine is a real file system.
    docker.applied("docker", docker_daemon={"data-root": "/var/lib/docker/elsewhere"})
    assert "/var/lib/docker/elsewhere" == docker.run("docker info --format '{{.DockerRootDir}}'")
    docker.run("! docker image inspect tiny")
    docker.run(TINY)
    assert "ran" == docker.run(run)
    docker.applied("docker", docker_daemon={"data-root": None})
    assert "/var/lib/docker" == docker.run("docker info --format '{{.DockerRootDir}}'")
    assert "ran" == docker.run(run)
    docker.run("rm -r /var/lib/docker/elsewhere")


def test_private_registry_is_trusted_as_long_as_it_is_named(docker: Machine, registry: dict[str, str]) -> None:
    """Docker pushes and pulls where a company's own authority vouches, as long as the variable names it."""
    (name,) = registry
    image = f"{name}/tiny"
    docker.run(f"docker tag tiny {image}")
    assert "signed by unknown authority" in docker.run(f"! docker push {image} 2>&1")
    docker.applied("docker", docker_registry_certificates=registry)
    docker.run(f"docker push {image} && docker image rm {image} && docker pull {image} && docker image rm {image}")
    docker.applied("docker")
    assert "signed by unknown authority" in docker.run(f"! docker pull {image} 2>&1")


def test_full_disk_keeps_the_configuration_whole(docker: Machine) -> None:
    """If the new daemon.json does not fit, the old one stays as it was; with room again, the next run writes it."""
    before = docker.run("cat /etc/docker/daemon.json")
    # Its folder alone, and in it only what was there.
    docker.run("cp -a /etc/docker /tmp/docker && mount -t tmpfs -o size=64k,mode=0755 tmpfs /etc/docker")
    docker.run("cp -a /tmp/docker/. /etc/docker && { cat /dev/zero >/etc/docker/full || true; }")
    files = docker.run("ls -A /etc/docker")
    told = docker.refused("docker", docker_daemon={"labels": ["of=role"]})
    assert "No space left on device" in told
    assert "/etc/docker/daemon.json" in told
    assert before == docker.run("cat /etc/docker/daemon.json")
    assert files == docker.run("ls -A /etc/docker")
    docker.run("rm /etc/docker/full")
    docker.applied("docker", docker_daemon={"labels": ["of=role"]})
    assert '["of=role"]' == docker.run("docker info --format '{{json .Labels}}'")
    docker.run("umount /etc/docker && rm -r /tmp/docker")
    # As it was before, which Docker has yet to read.
    docker.run("systemctl restart docker")


def test_full_disk_is_told_and_the_next_run_repairs(fresh: Machine) -> None:
    """If packages do not fit, the message is apt's; when there is room again, the same command succeeds."""
    fresh.run("mount -t tmpfs -o size=5m tmpfs /var/cache/apt/archives && mkdir /var/cache/apt/archives/partial")
    told = fresh.refused("docker")
    assert "Docker could not be installed." in told
    assert "enough free space" in told or "No space left" in told
    fresh.run("umount /var/cache/apt/archives")
    fresh.applied("docker")
    assert engine(fresh)


def test_killed_dpkg_is_repaired(fresh: Machine) -> None:
    """If dpkg was killed in the middle, the next run finishes its work first."""
    fresh.run("apt-get -q update && apt-get -q -y --no-install-recommends --download-only install docker.io")
    # Asked when the first service is to be started.
    fresh.run("cat >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d", stdin="#!/bin/sh\npkill -9 -x dpkg\n")
    fresh.run("! apt-get -q -y --no-install-recommends install docker.io; rm /usr/sbin/policy-rc.d")
    assert fresh.run("dpkg --audit")
    fresh.applied("docker")
    assert "" == fresh.run("dpkg --audit")
    assert engine(fresh)
