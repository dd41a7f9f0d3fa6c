"""The promises of the role base, asked of the machine."""

import json
import os
import shlex
from pathlib import Path
from typing import Any

import pytest
from testinfra.host import Host

Variables = dict[str, Any]


@pytest.fixture
def authorities(variables: Variables) -> list[Path]:
    """The certificates of this very host that the machine is to trust."""
    return [path for pattern in variables["base_ca_certificates"] for path in Path("/").glob(pattern.strip("/"))]


@pytest.fixture
def is_container(host: Host) -> bool:
    """Whether the kernel is not the machine's own."""
    return bool(host.run("systemd-detect-virt --container").rc == 0)


@pytest.fixture
def sshd(host: Host) -> dict[str, str]:
    """The settings of the running machine's SSH server."""
    return dict(line.split(maxsplit=1) for line in host.check_output("sudo sshd -T").splitlines() if " " in line)


def test_only_the_named_authorities_are_there(host: Host, authorities: list[Path]) -> None:
    """Each authority that is named lies on the machine, and no other of the role's."""
    names = host.file("/usr/local/share/ca-certificates/base").listdir()
    assert sorted(path.name for path in authorities) == sorted(names)


def test_authorities_are_trusted(host: Host, authorities: list[Path]) -> None:
    """Each of them is in the bundle that programs read."""
    bundle = host.file("/etc/ssl/certs/ca-certificates.crt").content_string
    assert all(path.read_text().strip() in bundle for path in authorities)


def test_packages_are_installed(host: Host, variables: Variables) -> None:
    """The named packages are installed."""
    assert [] == [name for name in variables["base_packages"] if not host.package(name).is_installed]


def test_time_zone(host: Host, variables: Variables) -> None:
    """The clock shows the time of the zone that was asked for."""
    zone = variables["base_timezone"]
    assert host.check_output(f"TZ={zone} date +%z") == host.check_output("env --unset=TZ date +%z")


def test_locale(host: Host, variables: Variables) -> None:
    """A login shell speaks UTF-8 in the language that was asked for, and no program complains."""
    shell = host.run("bash -lc '. /etc/default/locale; export LANG; locale charmap; echo $LANG; perl -e 1'")
    assert ("UTF-8", variables["base_locale"], "") == (*shell.stdout.split(), shell.stderr)


def test_many_files_can_be_watched(host: Host, variables: Variables, is_container: bool) -> None:
    """An auto-reloader can watch a large project; a container has what its host has."""
    watches = int(host.check_output("cat /proc/sys/fs/inotify/max_user_watches"))
    assert watches >= (8192 if is_container else variables["base_inotify_watches"])


def test_swap(host: Host, variables: Variables, is_container: bool) -> None:
    """The machine swaps to a file of the size that was asked for; a container to none."""
    kib = host.check_output("awk '$1 == \"/var/swapfile\" {print $3}' /proc/swaps").split()
    mib = 0 if is_container else variables["base_swap_mib"]
    # Its first page is its label.
    assert [mib * 1024 - 4] * bool(mib) == [int(size) for size in kib]


def test_security_updates(host: Host, variables: Variables) -> None:
    """They are installed by themselves where that is asked for, and not where not."""
    settings = host.check_output("apt-config dump APT::Periodic::Unattended-Upgrade")
    wanted = variables["base_unattended_upgrades_enabled"]
    assert f'APT::Periodic::Unattended-Upgrade "{int(wanted)}";' == settings
    assert not wanted or host.service("apt-daily-upgrade.timer").is_running
    assert not wanted or "-security" in host.check_output(
        "unattended-upgrade --dry-run --debug 2>&1 | grep -i 'allowed origins'"
    )


def test_only_keys_open_ssh(sshd: dict[str, str], variables: Variables) -> None:
    """The running configuration of sshd lets in neither passwords nor root."""
    found = [sshd[name] for name in ("passwordauthentication", "kbdinteractiveauthentication", "permitrootlogin")]
    assert (["no"] * 3 == found) is variables["base_ssh_keys_only"], json.dumps(found)


def test_revoked_keys_open_no_account(host: Host, variables: Variables) -> None:
    """The key that everybody has opens a machine's account only where the role's variables leave it alone."""
    home = Path(os.environ.get("VAGRANT_HOME", Path.home() / ".vagrant.d"))
    key = shlex.quote((home / "insecure_private_key").read_text())
    options = "-F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i $folder/key"
    login = f"ssh {options} vagrant@localhost true 2>&1; echo $?"
    printed = host.check_output(f"umask 077; folder=$(mktemp -d); printf %s {key} >$folder/key; {login}; rm -r $folder")
    if variables["base_ssh_revoked_keys"]:
        assert "Permission denied" in printed
        assert access(host, "/etc/ssh/revoked_keys") == ("root", 0o644)
    else:
        assert printed.endswith("0")
        assert not host.file("/etc/ssh/revoked_keys").exists


def test_ssh_is_hardened(sshd: dict[str, str], variables: Variables) -> None:
    """Refused keys are logged, X11 stays out and silent clients are let go, or all is as Debian has it."""
    hardened = {"loglevel": "VERBOSE", "x11forwarding": "no", "tcpkeepalive": "no", "clientaliveinterval": "300"}
    debian = {"loglevel": "INFO", "x11forwarding": "yes", "tcpkeepalive": "yes", "clientaliveinterval": "0"}
    assert (hardened if variables["base_hardening_enabled"] else debian).items() <= sshd.items()


def test_ssh_serves_developers(sshd: dict[str, str]) -> None:
    """Ports and agents can be forwarded, and sessions share a connection, hardened or not."""
    needed = {"allowtcpforwarding": "yes", "allowagentforwarding": "yes", "maxsessions": "10", "maxauthtries": "6"}
    assert needed.items() <= sshd.items()


def test_kernel_is_hardened(host: Host, variables: Variables, is_container: bool) -> None:
    """The running kernel obeys no redirects and shows users no addresses; in a container nothing is written for it."""
    if is_container:
        assert not host.file("/etc/sysctl.d/99-roles-base.conf").exists
    elif variables["base_hardening_enabled"]:
        redirects = host.check_output(
            "cat /proc/sys/net/ipv[46]/conf/*/accept_redirects /proc/sys/net/ipv4/conf/*/send_redirects"
        )
        assert {"0"} == set(redirects.split())
        names = "fs.protected_fifos fs.protected_regular kernel.kptr_restrict dev.tty.ldisc_autoload"
        assert ["2", "2", "1", "0"] == host.check_output(f"sudo sysctl --values {names}").split()


def test_login_message(host: Host, variables: Variables) -> None:
    """A login shows the wanted message, and the machine's own."""
    motd = host.file("/etc/motd").content_string
    assert variables["base_login_message"] in motd
    assert bool(variables["base_login_message"]) is ("This machine" in motd)
    assert "Debian GNU/Linux" in motd


def test_no_package_is_half_installed(host: Host) -> None:
    """Dpkg has nothing left to configure."""
    assert "" == host.check_output("dpkg --audit")


def access(host: Host, path: str) -> tuple[str, int]:
    """Return who owns a file, and its mode."""
    file = host.file(path)
    return file.user, file.mode


def test_only_root_adds_authorities(host: Host, authorities: list[Path]) -> None:
    """Everybody may read which authorities there are, only root may add one."""
    folder = "/usr/local/share/ca-certificates/base"
    assert ("root", 0o755) == access(host, folder)
    found = [access(host, f"{folder}/{path.name}") for path in authorities]
    assert [("root", 0o644)] * len(authorities) == found


@pytest.mark.parametrize("path", ["/etc/default/locale", "/etc/apt/apt.conf.d/20auto-upgrades", "/etc/motd"])
def test_only_root_writes(host: Host, path: str) -> None:
    """Only root may change the files that every login and apt read."""
    assert ("root", 0o644) == access(host, host.check_output(f"readlink --canonicalize {path}"))


def test_locale_outlives_a_boot(host: Host, variables: Variables) -> None:
    """The file from which systemd creates the logins' file at each boot has the locale too."""
    if host.file("/etc/locale.conf").exists:
        assert f"LANG={variables['base_locale']}" == host.check_output("cat /etc/locale.conf")
        assert host.file("/etc/default/locale").is_symlink


def test_timers_start_at_boot(host: Host, variables: Variables) -> None:
    """The timers of security updates run after the next boot as well."""
    wanted = variables["base_unattended_upgrades_enabled"]
    timers = [host.service(f"{name}.timer") for name in ("apt-daily", "apt-daily-upgrade")]
    assert not wanted or all(timer.is_enabled and timer.is_running for timer in timers)


def test_only_root_writes_what_opens_ssh(host: Host, variables: Variables) -> None:
    """The role's part of sshd's configuration is for root alone, and absent where no variable needs it."""
    path = "/etc/ssh/sshd_config.d/00-base.conf"
    is_there = host.file(path).exists
    assert (variables["base_ssh_keys_only"] or variables["base_hardening_enabled"]) is is_there
    assert not is_there or ("root", 0o600) == access(host, path)


def test_running_ssh_has_its_configuration(host: Host, variables: Variables) -> None:
    """The daemon that answers, not only its file, offers a password exactly where that is allowed."""
    unknown = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o PreferredAuthentications=none"
    # Its status is that of a way in that failed: over SSH, testinfra would take it for its own.
    printed = host.run(f"ssh -o BatchMode=yes {unknown} nobody@localhost true; exit 0").stderr
    assert ("password" in printed) is not variables["base_ssh_keys_only"], printed


def test_apt_asks_whom_it_was_told_to(host: Host, variables: Variables) -> None:
    """A proxy and mirrors are there only while they are named, and the machine's own sources only while not."""
    assert bool(variables["base_apt_proxy"]) is host.file("/etc/apt/apt.conf.d/80base-proxy").exists
    assert bool(variables["base_apt_mirrors"]) is host.file("/etc/apt/sources.list.d/base-mirrors.sources").exists
    aside = host.run("ls /etc/apt/sources.list.aside /etc/apt/sources.list.d/debian.sources.aside").stdout
    assert bool(variables["base_apt_mirrors"]) is bool(aside)
