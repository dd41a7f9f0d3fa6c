"""SSH sessions and public keys."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.breakable.toy.plugins.module_utils.ssh import Session, accepted, fingerprint, servers, session

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN1YdxBpNlzxDqfJyw/QKow1F+wvG9hXGoqiysfJOn5Y vagrant insecure public key"
PRINT = "SHA256:8nPNcDJjdgJWbCPkQrOvA1PHmwEnOnBOTjGlc7Wt27E"
KEY_LOGIN = f"Accepted publickey for vagrant from 192.0.2.1 port 50000 ssh2: ED25519 {PRINT}"
OTHER_LOGIN = "Accepted password for guest from 192.0.2.1 port 50001 ssh2"


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """Processes: systemd, the listening sshd, root's sshd, the user's sshd, a shell, Python; and one without SSH."""
    processes = {
        10: ("sshd", 1, 0),
        11: ("sshd-session", 10, 0),
        12: ("sshd-session", 11, 1000),
        13: ("sh", 12, 0),
        14: ("python3", 13, 0),
        20: ("python3", 1, 0),
    }
    for number, (name, parent, uid) in processes.items():
        (tmp_path / str(number)).mkdir()
        status = f"Name:\t{name}\nUmask:\t0022\nPid:\t{number}\nPPid:\t{parent}\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\n"
        (tmp_path / str(number) / "status").write_text(status)
    return tmp_path


def test_servers_come_nearest_first(proc: Path) -> None:
    assert [(12, 1000), (11, 0), (10, 0)] == servers(14, proc)


@pytest.mark.parametrize(
    ("journal", "expected"),
    [
        (KEY_LOGIN, ("publickey", PRINT)),
        (OTHER_LOGIN, ("password", "")),
        ("Connection closed\n", ("", "")),
        ("", ("", "")),
        # An earlier process with the same number.
        (f"{OTHER_LOGIN}\nSession opened\n{KEY_LOGIN}\n", ("publickey", PRINT)),
    ],
)
def test_journal_has_the_last_login(journal: str, expected: tuple[str, str]) -> None:
    assert expected == accepted(journal)


def test_session_asks_the_journal_of_its_servers(proc: Path) -> None:
    asked: list[str] = []

    def run(command: Sequence[str]) -> str:
        asked.extend(command)
        return KEY_LOGIN

    assert Session(1000, "publickey", PRINT) == session(14, run, proc)
    assert ["_PID=12", "_PID=11", "_PID=10"] == asked[-3:]


def test_session_without_ssh_is_empty(proc: Path) -> None:
    def run(command: Sequence[str]) -> str:
        raise AssertionError(command)

    assert Session(None, "", "") == session(20, run, proc)


@pytest.mark.parametrize("key", ["", "ssh-ed25519", "ssh-ed25519 AAA"])
def test_fingerprint_refuses_a_line_without_key(key: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid public key|padding|Incorrect"):
        fingerprint(key)


def test_fingerprint_has_the_form_of_sshd() -> None:
    assert len(PRINT) == len(fingerprint(KEY))
    assert fingerprint(KEY) == fingerprint(" ".join(KEY.split()[:2]))
