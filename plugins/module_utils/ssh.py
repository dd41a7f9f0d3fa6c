"""The SSH session that a program runs in, and public keys."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Run = Callable[[Sequence[str]], str]


@dataclass(frozen=True)
class Session:
    """A login by SSH.

    uid: the number of the logged-in user; None without SSH.
    method: sshd's word for it, such as publickey or password; "" where the journal has no entry.
    fingerprint: of the key, as in SHA256:...; "" for other methods.
    """

    uid: int | None = None
    method: str = ""
    fingerprint: str = ""


def servers(process: int, proc: Path = Path("/proc")) -> list[tuple[int, int]]:
    """Return the SSH servers above a process, nearest first, each by process number and user number."""
    found = []
    while process > 1:
        status = (proc / str(process) / "status").read_text(errors="replace")
        name, parent, uid = re.findall(r"(?m)^(?:Name|PPid|Uid):\t(\S+)", status)
        if name.startswith("sshd"):
            found.append((process, int(uid)))
        process = int(parent)
    return found


def accepted(journal: str) -> tuple[str, str]:
    """Return the method and the key's fingerprint of the last login in a journal of sshd's."""
    # An earlier process may have had the same number.
    found = re.findall(r"(?m)^Accepted (\S+) for .*?(SHA256:\S+)?$", journal)
    return found[-1] if found else ("", "")


def session(process: int, run: Run, proc: Path = Path("/proc")) -> Session:
    """Return the session that a process belongs to."""
    found = servers(process, proc)
    if not found:
        return Session()
    entries = [f"_PID={number}" for number, _ in found]
    method, key = accepted(run(["journalctl", "--boot", "--quiet", "--output", "cat", *entries]))
    return Session(found[0][1], method, key)


def fingerprint(key: str) -> str:
    """Return the fingerprint of a public key's line, as sshd writes it.

    Raises ValueError where the line has no key.
    """
    fields = key.split()
    if len(fields) < 2:  # noqa: PLR2004 - type and key
        raise ValueError(f"Invalid public key: {key!r} (expected: type, then the key).")
    digest = hashlib.sha256(base64.b64decode(fields[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"
