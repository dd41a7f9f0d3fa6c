"""What stops the role docker, and what it must not lose."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from tests.negative.conftest import TINY
from tests.negative.machine import Machine, play

REPOSITORY = "/srv/docker-repository"
UPSTREAM = {
    "docker_upstream_enabled": True,
    "docker_repository_url": f"file://{REPOSITORY}",
    "docker_repository_key_url": f"file://{REPOSITORY}/gpg",
    "docker_repository_key_checksum": f"sha256:file://{REPOSITORY}/gpg.sha256",
}
NEWER = {"docker_version": ">=28", "docker_compose_version": ">=2.40", "docker_buildx_version": ">=0.20"}
# What the service that cleans up may find, and what of it is nobody's any more.
USED_AND_UNUSED = """
printf 'FROM tiny\nRUN ["/bin/busybox", "touch", "/made"]\n' | docker build --quiet --tag unused -
docker network create unused
docker run --name stopped --volume kept:/data --volume /anonymous tiny /bin/busybox sh -c 'echo precious >/data/file'
docker run --name gone --volume of-nobody:/data --volume /anonymous tiny /bin/busybox true && docker rm gone
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
    """A typo in docker_users makes nobody who may use Docker."""
    assert "no account on this machine: vagarnt." in docker.refused("docker", docker_users=["vagrant", "vagarnt"])
    docker.run("! getent passwd vagarnt")


def test_folder_of_the_configuration_is_closed_again(docker: Machine) -> None:
    """Where somebody has let others write beside daemon.json, the next run takes that back."""
    docker.run("chmod 0777 /etc/docker")
    docker.applied("docker")
    assert "755" == docker.run("stat --format %a /etc/docker")


def test_typo_in_the_configuration_keeps_the_old_one(docker: Machine) -> None:
    """What dockerd refuses never becomes its configuration, and the next run goes on."""
    before = docker.run("cat /etc/docker/daemon.json")
    told = docker.refused("docker", docker_daemon={"live-restor": True})
    assert "live-restor" in told
    assert before == docker.run("cat /etc/docker/daemon.json")
    assert "changed=0" in docker.applied("docker")


def test_broken_configuration_is_replaced(docker: Machine) -> None:
    """A daemon.json that nobody can read stops Docker; the role brings it back, and keeps the file for its author."""
    docker.run("""echo '{"debug": tru' >/etc/docker/daemon.json; systemctl restart docker || true""")
    docker.applied("docker")
    assert engine(docker)
    assert '{"debug": tru' == docker.run("cat /etc/docker/daemon.json.*~")


def test_keys_of_others_stay(docker: Machine) -> None:
    """What another program wrote into daemon.json is still there, until it is taken out by name."""
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
    """What nothing uses goes when it is old enough, build cache included; a volume stays, with or without a name."""
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
    # A name of its own: the next machine may have this one's address.
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
    """Docker pushes and pulls where a company's own authority vouches, as long as the role is told of that."""
    (name,) = registry
    image = f"{name}/tiny"
    docker.run(f"docker tag tiny {image}")
    assert "signed by unknown authority" in docker.run(f"! docker push {image} 2>&1")
    docker.applied("docker", docker_registry_certificates=registry)
    docker.run(f"docker push {image} && docker image rm {image} && docker pull {image} && docker image rm {image}")
    docker.applied("docker")
    assert "signed by unknown authority" in docker.run(f"! docker pull {image} 2>&1")


def test_full_disk_keeps_the_configuration_whole(docker: Machine) -> None:
    """Where the new daemon.json does not fit, the old one stays as it was; with room again, the next run writes it."""
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
    """Where packages do not fit, the message is apt's; when there is room again, the same command succeeds."""
    fresh.run("mount -t tmpfs -o size=5m tmpfs /var/cache/apt/archives && mkdir /var/cache/apt/archives/partial")
    told = fresh.refused("docker")
    assert "Docker could not be installed." in told
    assert "enough free space" in told or "No space left" in told
    fresh.run("umount /var/cache/apt/archives")
    fresh.applied("docker")
    assert engine(fresh)


def test_killed_dpkg_is_repaired(fresh: Machine) -> None:
    """Where dpkg was killed in the middle, the next run finishes its work first."""
    fresh.run("apt-get -q update && apt-get -q -y --no-install-recommends --download-only install docker.io")
    # Asked when the first service is to be started.
    fresh.run("cat >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d", stdin="#!/bin/sh\npkill -9 -x dpkg\n")
    fresh.run("! apt-get -q -y --no-install-recommends install docker.io; rm /usr/sbin/policy-rc.d")
    assert fresh.run("dpkg --audit")
    fresh.applied("docker")
    assert "" == fresh.run("dpkg --audit")
    assert engine(fresh)


def test_wrong_pin_lists_what_there_is(upstream: Machine) -> None:
    """A version that the archive does not have is named, with those that it has."""
    told = upstream.refused("docker", **UPSTREAM, docker_version="99.9")
    assert "docker-ce=5:99.9" in told
    assert "docker-ce | 5:28.5" in told
    assert "docker-ce | 5:26.1" in told


def test_lists_that_could_not_be_read_are_read_later(upstream: Machine) -> None:
    """A repository that answered nothing when it was added is asked again, however new the other lists are."""
    upstream.run(f"mv {REPOSITORY}/dists /srv/dists")
    upstream.refused("docker", **UPSTREAM)
    upstream.run(f"mv /srv/dists {REPOSITORY}/dists")
    upstream.applied("docker", **UPSTREAM)
    # It moves, and where it was there is nothing: lists that have become old do not stop the correction.
    upstream.run(f"mv {REPOSITORY} {REPOSITORY}.moved")
    upstream.run("cd /var/lib/apt && touch --no-create --date='2 days ago' lists periodic/update-success-stamp")
    moved = {name: str(value).replace(REPOSITORY, f"{REPOSITORY}.moved") for name, value in UPSTREAM.items()}
    upstream.applied("docker", **{**moved, "docker_upstream_enabled": True})


def test_file_that_names_other_repositories_as_well_is_refused(upstream: Machine) -> None:
    """What describes Docker's repository beside another stays as it is, and is named; a comment is no description."""
    lines = f"deb [trusted=yes] file://{REPOSITORY} trixie stable\ndeb http://127.0.0.1:9 trixie main\n"
    upstream.run("cat >/etc/apt/sources.list.d/mixed.list", stdin=lines)
    told = upstream.refused("docker", **UPSTREAM)
    assert "/etc/apt/sources.list.d/mixed.list" in told
    assert lines.strip() == upstream.run("cat /etc/apt/sources.list.d/mixed.list")
    upstream.run("rm /etc/apt/sources.list.d/mixed.list")
    # Neither a comment, nor another folder of the same host, nor a link that leads nowhere is the repository.
    other = f"# deb file://{REPOSITORY} trixie stable\ndeb [trusted=yes] file://{REPOSITORY}-of-others ./\n"
    upstream.run("cat >/etc/apt/sources.list.d/others.list", stdin=other)
    upstream.run(f"mkdir {REPOSITORY}-of-others && touch {REPOSITORY}-of-others/Packages")
    upstream.run("ln -s /nowhere /etc/apt/sources.list.d/gone.list")
    stanza = f"Types: deb\nURIs: file://{REPOSITORY}/\nSuites: trixie\nComponents: stable\nTrusted: yes\n"
    upstream.run("cat >/etc/apt/sources.list.d/theirs.sources", stdin=stanza)
    upstream.applied("docker", **UPSTREAM)
    assert other.strip() == upstream.run("cat /etc/apt/sources.list.d/others.list")
    upstream.run("! test -e /etc/apt/sources.list.d/theirs.sources")


def test_another_key_is_refused(upstream: Machine) -> None:
    """A repository that another key signs is not added."""
    told = upstream.refused("docker", **{**UPSTREAM, "docker_repository_key_checksum": f"sha256:{64 * '0'}"})
    assert "checksum" in told
    upstream.run("! test -e /etc/apt/sources.list.d/docker.sources")


def test_nothing_is_lost_on_the_way_up_and_down(upstream: Machine) -> None:
    """A container and its volume outlive an upgrade, a downgrade, a change of source, and a removal."""
    # Nobody else starts Docker more than three times a minute, which systemd takes for a failure.
    held = "systemctl reset-failed; docker exec precious /bin/busybox cat /data/file"
    # As Docker's manual once had it: apt refuses two descriptions with different keys.
    by_hand = f"deb [signed-by=/etc/apt/keyrings/docker.gpg] file://{REPOSITORY} trixie stable"
    upstream.run("cat >/etc/apt/sources.list.d/docker.list", stdin=by_hand)
    upstream.applied("docker", **UPSTREAM)
    upstream.run(TINY)
    write = shlex.quote("echo precious >/data/file; exec /bin/busybox sleep 86400")
    upstream.run(f"docker run -d --name precious --restart always -v kept:/data tiny /bin/busybox sh -c {write}")
    assert engine(upstream).startswith("26.1")

    upstream.applied("docker", **UPSTREAM, **NEWER)
    assert engine(upstream).startswith("28.")
    assert "precious" == upstream.run(held)

    upstream.applied("docker", **UPSTREAM)
    assert engine(upstream).startswith("26.1")
    assert "precious" == upstream.run(held)

    # A pin that Debian does not fulfil costs nobody the Docker that is there.
    told = upstream.refused("docker", docker_version="99.9")
    assert "docker_version says 99.9" in told.partition("apt said last:")[2]
    assert engine(upstream).startswith("26.1")

    # The repository that is left may be gone already.
    upstream.run(f"mv {REPOSITORY} {REPOSITORY}.gone")
    upstream.applied("docker")
    upstream.run(f"mv {REPOSITORY}.gone {REPOSITORY}")
    assert "+dfsg" in engine(upstream)
    assert "precious" == upstream.run(held)
    upstream.run(
        "! grep --recursive docker-repository /etc/apt/sources.list.d && ! test -e /etc/apt/keyrings/docker.asc"
    )

    # What is there stays until what replaces it is known to be there.
    assert "Version '5:99.9" in upstream.refused("docker", **UPSTREAM, docker_version="99.9")
    assert ">=99" in upstream.refused("docker", **UPSTREAM, docker_version=">=99").partition("apt said last:")[2]
    assert "+dfsg" in engine(upstream)
    assert "precious" == upstream.run(held)

    upstream.applied("docker", docker_state="absent")
    upstream.run("! command -v docker && ! pgrep dockerd && ! pgrep containerd && ! test -e /etc/docker")
    assert "precious" == upstream.run("cat /var/lib/docker/volumes/kept/_data/file")
    assert "changed=0" in upstream.applied("docker", docker_state="absent")

    upstream.applied("docker")
    assert "precious" == upstream.run(held)
