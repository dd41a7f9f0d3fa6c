"""Refusals, waits and reversals of the role base."""

import re
import subprocess
from pathlib import Path

from tests.refusals.machine import Machine, play

PROXY = "http://127.0.0.1:3142"
# An archive without packages, in the form that apt reads.
VENDOR = """
mkdir -p /srv/vendor/dists/trixie/vendor/7.0 && cd /srv/vendor/dists/trixie/vendor/7.0
index=main/binary-$(dpkg --print-architecture)/Packages
mkdir -p ${index%/*} && touch $index
printf 'Suite: trixie/vendor/7.0\\nCodename: trixie/vendor/7.0\\nComponents: main\\nSHA256:\\n %s 0 %s\\n' \\
  $(sha256sum $index | cut -d ' ' -f 1) $index >Release
"""


def test_interrupted_installation_is_finished(fresh: Machine) -> None:
    """A package that was unpacked when dpkg was killed is configured by the next run."""
    fresh.run("apt-get -q update && cd /tmp && apt-get -q download less && dpkg --unpack less_*.deb")
    fresh.applied("base")
    fresh.run("dpkg --status less | grep -x 'Status: install ok installed'")


def test_archive_that_fails_midway_is_told_and_the_next_run_repairs(fresh: Machine) -> None:
    """Downloads that break off stop the role with apt's words; later the same command succeeds, through the proxy."""
    # Files that another box has kept must not be found.
    fresh.run("rm -f /etc/apt/apt.conf.d/90keep /var/cache/apt/archives/*.deb; touch /tmp/broken")
    proxy = Path(__file__).with_name("proxy.py").read_text()
    fresh.run("cat >/tmp/proxy.py", stdin=proxy)
    subprocess.run(["docker", "exec", "--detach", fresh.name, "python3", "/tmp/proxy.py"], check=True)  # noqa: S108
    told = fresh.refused("base", base_apt_proxy=PROXY)
    assert "Failed to fetch" in told or "Unable to fetch" in told
    fresh.run("rm /tmp/broken")
    fresh.applied("base", base_apt_proxy=PROXY)
    assert ".deb" in fresh.run("cat /tmp/proxied")
    fresh.applied("base")
    fresh.run("! apt-config dump | grep 3142")


def test_mirrors_replace_the_machines_own_sources(ready: Machine) -> None:
    """Only the mirrors count while they are named; the machine's own sources come back when they are not."""
    own = ready.run("apt-get -q update >/dev/null; apt-get indextargets --format '$(REPO_URI)' | sort -u")
    uri = own.splitlines()[0]
    ready.applied("base", base_apt_mirrors=[{"uri": uri, "suites": ["trixie"]}])
    assert uri == ready.run("apt-get indextargets --format '$(REPO_URI)' | sort -u")
    assert "trixie" == ready.run("apt-get indextargets --format '$(CODENAME)' | sort -u")
    ready.applied("base")
    assert own == ready.run("apt-get indextargets --format '$(REPO_URI)' | sort -u")


def test_authority_is_trusted_as_long_as_it_is_named(ready: Machine, tmp_path: Path) -> None:
    """A certificate authority that only the controller knows is trusted until it is taken off the list."""
    certificate = tmp_path / "company.crt"
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=company -keyout /dev/null -out"
    subprocess.run([*make.split(), certificate], check=True, capture_output=True)
    verify = "openssl verify -no-CAfile -CApath /etc/ssl/certs /tmp/company.crt"
    ready.run("cat >/tmp/company.crt", stdin=certificate.read_text())
    ready.applied("base", base_ca_certificates=[str(certificate)])
    ready.run(verify)
    # As a run leaves it that is killed between the copy and the bundle.
    ready.run("rm /etc/ssl/certs/company.pem && touch --date=yesterday /etc/ssl/certs/ca-certificates.crt")
    ready.applied("base", base_ca_certificates=[str(certificate)])
    ready.run(verify)
    ready.applied("base")
    ready.run(f"! {verify}")


def test_hardening_and_greeting_are_taken_back(ready: Machine) -> None:
    """Settings go with their variable: SSH and the message of the day are as the machine had them."""
    before = ready.run("sshd -T; cat /etc/motd")
    ready.applied("base", base_login_message="Welcome.")
    assert "x11forwarding no" in ready.run("sshd -T")
    assert "Welcome." in ready.run("cat /etc/motd")
    ready.applied("base", base_ssh_keys_only=False)
    assert "x11forwarding no" in ready.run("sshd -T")
    ready.applied("base", base_ssh_keys_only=False, base_hardening_enabled=False, base_ssh_revoked_keys=[])
    assert before == ready.run("sshd -T; cat /etc/motd")
    ready.run("rm /etc/motd")
    ready.applied("base", base_login_message="Welcome.")
    assert "Welcome." in ready.run("cat /etc/motd")


def test_missing_authority_is_refused(lasting: Machine) -> None:
    """A path that leads nowhere is named before anything is changed; a pattern may match nothing."""
    told = lasting.refused("base", base_ca_certificates=["/nowhere/company.crt", "/nowhere/*.crt"])
    assert "are not files on the controller: /nowhere/company.crt. Without" in told
    assert "changed=0" in told


def test_authority_of_another_name_is_refused(lasting: Machine) -> None:
    """A file that update-ca-certificates would ignore is named before anything is changed."""
    told = lasting.refused("base", base_ca_certificates=["/nowhere/*.pem", "company.crt", "/nowhere/*.crt"])
    assert "not absolute paths ending in .crt: /nowhere/*.pem, company.crt. Debian" in told
    assert "changed=0" in told


def test_wrong_mirror_is_told_each_time(lasting: Machine) -> None:
    """A second run does not take the files it finds for a working apt; the first with right values is enough."""
    wrong = [{"uri": "http://127.0.0.1:9/debian", "suites": ["trixie"]}]
    for _ in range(2):
        assert "127.0.0.1:9" in lasting.refused("base", base_apt_mirrors=wrong)
    for _ in range(2):
        assert "127.0.0.1:9" in lasting.refused("base", base_apt_proxy="http://127.0.0.1:9")
    lasting.applied("base")
    lasting.run("apt-get update")


def test_suite_may_have_a_slash(lasting: Machine) -> None:
    """The lists of such a suite, which some vendors have, are read when they are new, and not in each run."""
    lasting.applied("base")
    lasting.run(VENDOR)
    line = "deb [trusted=yes] file:///srv/vendor trixie/vendor/7.0 main"
    lasting.run("cat >/etc/apt/sources.list.d/vendor.list", stdin=line)
    installed = r"packages \| Install packages\] \*+\s+(ok|changed): "
    assert re.search(installed, lasting.applied("base"))
    assert not re.search(installed, lasting.applied("base"))
    lasting.run("rm /etc/apt/sources.list.d/vendor.list && apt-get update")


def test_unknown_time_zone_is_refused(lasting: Machine) -> None:
    """An unknown zone is refused before anything is changed."""
    lasting.applied("base")
    told = lasting.refused("base", base_timezone="Europe/Atlantis")
    assert "no time zone Europe/Atlantis" in told
    assert "changed=0" in told


def test_nobody_is_locked_out(fresh: Machine, key: Path) -> None:
    """A login of root, or by password, is refused with its reason, and still possible later."""
    public = key.with_suffix(".pub").read_text()
    fresh.run("install -d -m 0700 /root/.ssh && cat >/root/.ssh/authorized_keys", stdin=public)
    fresh.run("useradd --create-home guest && echo guest:secret | chpasswd")
    fresh.run("cat >/etc/sudoers.d/guest", stdin="guest ALL=(ALL) NOPASSWD: ALL\n")
    fresh.run("install -d -m 0700 -o guest /home/guest/.ssh && cat >/home/guest/.ssh/authorized_keys", stdin=public)
    fresh.run("rm -f /etc/ssh/sshd_config.d/*; systemctl restart ssh")
    # Each play logs in for itself.
    options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ControlPath=none"
    root = f"{fresh.address} ansible_ssh_common_args='{options} -o User=root -o IdentityFile={key}'"
    guest = f"{fresh.address} ansible_user=guest ansible_password=secret ansible_ssh_common_args='{options}'"
    keyed = f"{guest[:-1]} -o IdentityFile={key}'"
    for way, told in (root, "would refuse root from now on"), (guest, "would accept keys only"):
        done = play(fresh.folder, "base", way, {})
        assert done.returncode != 0
        assert told in " ".join(done.stdout.split())
        assert play(fresh.folder, "base", way, {"base_ssh_keys_only": False}).returncode == 0
    # A key that shall open no account, and one that is none.
    for line, told in (public, "logged in with a key of base_ssh_revoked_keys"), ("secret", "not public keys: secret"):
        done = play(fresh.folder, "base", keyed, {"base_ssh_revoked_keys": [line]})
        assert done.returncode != 0
        assert told in " ".join(done.stdout.split())
    # A password that is set, and not used, is no obstacle.
    assert play(fresh.folder, "base", keyed, {}).returncode == 0
