"""Refusals of the role docker with an archive other than Debian's, and the data that it must not lose."""

import shlex

from tests.refusals.conftest import TINY
from tests.refusals.machine import Machine
from tests.refusals.test_docker import engine

REPOSITORY = "/srv/docker-repository"
UPSTREAM = {
    "docker_upstream_enabled": True,
    "docker_repository_url": f"file://{REPOSITORY}",
    "docker_repository_key_url": f"file://{REPOSITORY}/gpg",
    "docker_repository_key_checksum": f"sha256:file://{REPOSITORY}/gpg.sha256",
}
NEWER = {"docker_version": ">=28", "docker_compose_version": ">=2.40", "docker_buildx_version": ">=0.20"}


def test_another_key_is_refused(offered: Machine) -> None:
    """A repository that another key signs is not added."""
    told = offered.refused("docker", **{**UPSTREAM, "docker_repository_key_checksum": f"sha256:{64 * '0'}"})
    assert "checksum" in told
    offered.run("! test -e /etc/apt/sources.list.d/docker.sources")


def test_wrong_pin_lists_what_there_is(offered: Machine) -> None:
    """A version that the archive does not have is named, with those that it has."""
    told = offered.refused("docker", **UPSTREAM, docker_version="99.9")
    assert "docker-ce=5:99.9" in told
    assert "docker-ce | 5:28.5" in told
    assert "docker-ce | 5:26.1" in told


def test_lists_that_could_not_be_read_are_read_later(offered: Machine) -> None:
    """A repository that answered nothing when it was added is asked again, however new the other lists are."""
    offered.run(f"mv {REPOSITORY}/dists /srv/dists")
    offered.refused("docker", **UPSTREAM)
    offered.run(f"mv /srv/dists {REPOSITORY}/dists")
    offered.applied("docker", **UPSTREAM)
    # It moves, and where it was there is nothing: lists that have become old do not stop the correction.
    offered.run(f"mv {REPOSITORY} {REPOSITORY}.moved")
    offered.run("cd /var/lib/apt && touch --no-create --date='2 days ago' lists periodic/update-success-stamp")
    moved = {name: str(value).replace(REPOSITORY, f"{REPOSITORY}.moved") for name, value in UPSTREAM.items()}
    offered.applied("docker", **{**moved, "docker_upstream_enabled": True})
    offered.run(f"mv {REPOSITORY}.moved {REPOSITORY}")


def test_file_that_names_other_repositories_as_well_is_refused(offered: Machine) -> None:
    """A file with Docker's repository and another is kept, and named; a comment does not count."""
    lines = f"deb [trusted=yes] file://{REPOSITORY} trixie stable\ndeb http://127.0.0.1:9 trixie main\n"
    offered.run("cat >/etc/apt/sources.list.d/mixed.list", stdin=lines)
    told = offered.refused("docker", **UPSTREAM)
    assert "/etc/apt/sources.list.d/mixed.list" in told
    assert lines.strip() == offered.run("cat /etc/apt/sources.list.d/mixed.list")
    offered.run("rm /etc/apt/sources.list.d/mixed.list")
    # Neither a comment, nor another folder of the same host, nor a link that leads nowhere is the repository.
    other = f"# deb file://{REPOSITORY} trixie stable\ndeb [trusted=yes] file://{REPOSITORY}-of-others ./\n"
    offered.run("cat >/etc/apt/sources.list.d/others.list", stdin=other)
    offered.run(f"mkdir {REPOSITORY}-of-others && touch {REPOSITORY}-of-others/Packages")
    offered.run("ln -s /nowhere /etc/apt/sources.list.d/gone.list")
    stanza = f"Types: deb\nURIs: file://{REPOSITORY}/\nSuites: trixie\nComponents: stable\nTrusted: yes\n"
    offered.run("cat >/etc/apt/sources.list.d/theirs.sources", stdin=stanza)
    offered.applied("docker", **UPSTREAM)
    assert other.strip() == offered.run("cat /etc/apt/sources.list.d/others.list")
    offered.run("! test -e /etc/apt/sources.list.d/theirs.sources")


def test_nothing_is_lost_on_the_way_up_and_down(upstream: Machine) -> None:
    """A container and its volume outlive an upgrade, a downgrade, a change of source, and a removal."""
    # A person does not start Docker more than three times a minute, which systemd takes for a failure.
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

    # A pin that Debian does not fulfil leaves the installed Docker alone.
    told = upstream.refused("docker", docker_version="99.9")
    assert "docker_version says 99.9" in told.partition("last messages of apt:")[2]
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

    # The installed Docker stays until its replacement is downloaded.
    assert "Version '5:99.9" in upstream.refused("docker", **UPSTREAM, docker_version="99.9")
    assert ">=99" in upstream.refused("docker", **UPSTREAM, docker_version=">=99").partition("last messages of apt:")[2]
    assert "+dfsg" in engine(upstream)
    assert "precious" == upstream.run(held)

    upstream.applied("docker", docker_state="absent")
    upstream.run("! command -v docker && ! pgrep dockerd && ! pgrep containerd && ! test -e /etc/docker")
    assert "precious" == upstream.run("cat /var/lib/docker/volumes/kept/_data/file")
    assert "changed=0" in upstream.applied("docker", docker_state="absent")

    upstream.applied("docker")
    assert "precious" == upstream.run(held)
