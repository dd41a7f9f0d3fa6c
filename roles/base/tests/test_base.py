"""What the role base promises, asked of the machine."""

from pathlib import Path

import pytest
from testinfra.host import Host

AUTHORITIES = sorted(Path("/usr/local/share/ca-certificates").glob("*.crt"))


def test_host_authorities_are_there(host: Host) -> None:
    """Each authority that the controller trusts locally lies on the machine."""
    assert all(host.file(str(path)).content == path.read_bytes() for path in AUTHORITIES)


def test_host_authorities_are_trusted(host: Host) -> None:
    """Each of them is in the bundle that programs read."""
    bundle = host.file("/etc/ssl/certs/ca-certificates.crt").content_string
    assert all(path.read_text().strip() in bundle for path in AUTHORITIES)


@pytest.mark.parametrize("program", ["curl", "git", "less", "rsync"])
def test_everyday_programs_are_there(host: Host, program: str) -> None:
    """What a person reaches for is installed."""
    assert host.exists(program)


def test_time_is_utc(host: Host) -> None:
    """Clocks of all boxes agree with their logs."""
    assert "+0000" == host.check_output("date +%z")


def test_locale_is_utf8(host: Host) -> None:
    """A login shell speaks UTF-8."""
    assert "UTF-8" == host.check_output("bash -lc '. /etc/default/locale; LANG=$LANG locale charmap'")


def test_no_package_is_half_installed(host: Host) -> None:
    """Dpkg has nothing left to configure."""
    assert "" == host.check_output("dpkg --audit")
