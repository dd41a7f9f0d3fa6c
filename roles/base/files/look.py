"""See what of a machine is not as the role base would have it, at one look: an object of JSON on standard output.

usage: look.py < WANTED

WANTED is JSON, as roles/base/vars/main.yml writes it (__base_wanted).

packages        those that are not installed
is_interrupted  whether dpkg has something left to finish
is_locked       whether another program holds dpkg's lock
files           the paths of those that differ; one whose folder is missing has nobody who would read it
lists           whether apt has yet to read what one of its sources has
authorities     whether those in the folder differ, or have changed since the bundle that programs read was made
greeting        whether the message of the day lacks the greeting, or has another one
locale, zone    whether they are to be made, and set
has_zone        whether the machine's list of time zones, if there is one, has the wanted one
swap            whether the wanted swap file is not there or is another; where none is wanted, whether one is ours
units           those that do not run, or would not at the next boot
there           which of some paths exist
ssh_uid         the number of the user that has come by SSH to ask this; null for another way
ssh_method      how he was let in, in sshd's words (publickey, password); "" where its journal does not tell
ssh_is_revoked  whether his key is one of those that shall open no account
"""

import base64
import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any


def said(*command: str) -> str:
    """Return what a program prints; nothing where it is missing."""
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True, errors="surrogateescape").stdout
    except OSError:
        return ""


def read(path: Path) -> str:
    """Return a file's text as it stands, line ends and foreign bytes included."""
    return path.read_bytes().decode(errors="surrogateescape")


def access(path: Path) -> tuple[int, int, str]:
    """Return who owns a path, and its rights."""
    stat = path.stat()
    return stat.st_uid, stat.st_gid, f"{stat.st_mode & 0o7777:04o}"


def differs(path: Path, file: Any) -> bool:
    """Whether a file has another content, another owner or other rights."""
    if file is None or not path.is_file():
        return path.exists() if file is None else path.parent.is_dir()
    content, mode = file
    return read(path) != content or access(path) != (0, 0, mode)


def is_locked(lock: Path) -> bool:
    """Whether another program holds it."""
    if not lock.exists():
        return False
    with lock.open("a") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def plain(name: str) -> str:
    """Return a locale's name as `locale -a` writes it, or as nearly as it takes to compare them."""
    return name.lower().replace("-", "")


def runs(unit: str) -> bool:
    """Whether systemd has started it, and will at the next boot."""
    return said("systemctl", "is-active", unit) + said("systemctl", "is-enabled", unit) == "active\nenabled\n"


def swaps(file: str, size: int, unit: str) -> bool:
    """Whether the machine swaps to a file of that size, for root only; or, where it is 0, to none with our unit."""
    path = Path(file)
    if not size:
        return not Path(unit).exists()
    if not path.is_file() or file not in Path("/proc/swaps").read_text():
        return False
    stat = path.stat()
    return (stat.st_size, stat.st_uid, stat.st_mode & 0o7777) == (size, 0, 0o600)


def has_unread() -> bool:
    """Whether a suite of apt's sources has never answered: without its Release file apt knows nothing of it."""
    lists = Path("/var/lib/apt/lists")
    names = re.findall(r"(?m) (\S+_dists_\S+_)InRelease \d", said("apt-get", "--print-uris", "update"))
    return not all((lists / f"{name}InRelease").exists() or (lists / f"{name}Release").exists() for name in names)


def ssh() -> list[tuple[int, int]]:
    """Return the SSH servers above this program, the nearest first: each by its number and that of whom it serves."""
    found = []
    process = os.getppid()
    while process > 1:
        status = Path(f"/proc/{process}/status").read_text()
        name, parent, uid = re.findall(r"(?m)^(?:Name|PPid|Uid):\t(\S+)", status)
        if name.startswith("sshd"):
            found.append((process, int(uid)))
        process = int(parent)
    return found


def ssh_accepted(processes: list[int]) -> tuple[str, str]:
    """Return how these SSH servers have let their user in, and his key's fingerprint; "" where nothing tells."""
    entries = [f"_PID={process}" for process in processes]
    journal = said("journalctl", "--boot", "--quiet", "--output", "cat", *entries) if entries else ""
    # A number may have been another process's before.
    found = re.findall(r"(?m)^Accepted (\S+) for .*?(SHA256:\S+)?$", journal)
    return found[-1] if found else ("", "")


def fingerprint(key: str) -> str:
    """Return a public key's fingerprint, as sshd writes it."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


if os.geteuid() != 0:
    sys.exit("The role base needs root. Set become: true for the play or the role.")
wanted = json.load(sys.stdin)
installed = said("dpkg-query", "--show", "--showformat", "${db:Status-Abbrev}\t${Package}\n", *wanted["packages"])
packages = {line.split("\t")[1] for line in installed.splitlines() if line[1:2] == "i"}
folder = Path(wanted["folder"])
authorities = {str(folder / name): [content, "0644"] for name, content in wanted["authorities"].items()}
bundle = Path("/etc/ssl/certs/ca-certificates.crt")
is_old = folder.is_dir() and not (bundle.is_file() and bundle.stat().st_mtime_ns >= folder.stat().st_mtime_ns)
sessions = ssh()
method, key = ssh_accepted([process for process, _ in sessions])
zones = Path("/usr/share/zoneinfo")
motd = Path("/etc/motd")
greets = read(motd) if motd.is_file() else ""
begin, greeting, end = wanted["greeting"]
greeting = greeting.removesuffix("\n") + "\n" if greeting else ""
is_greeted = f"{begin}\n{greeting}{end}\n" in greets if greeting else begin not in greets
json.dump(
    {
        "packages": [name for name in wanted["packages"] if name not in packages],
        "is_interrupted": bool(said("dpkg", "--audit") or any(Path("/var/lib/dpkg/updates").iterdir())),
        "is_locked": is_locked(Path("/var/lib/dpkg/lock-frontend")),
        "files": [path for path, file in wanted["files"].items() if differs(Path(path), file)],
        "lists": has_unread(),
        "authorities": {str(path) for path in folder.glob("*")} != set(authorities)
        or is_old
        or (folder.is_dir() and access(folder) != (0, 0, "0755"))
        or any(differs(Path(path), file) for path, file in authorities.items()),
        "greeting": not is_greeted or differs(motd, [greets, "0644"]),
        "locale": plain(wanted["locale"]) not in map(plain, said("locale", "-a").split()),
        "zone": os.path.realpath("/etc/localtime") != os.path.realpath(zones / wanted["zone"]),
        "has_zone": not zones.is_dir() or (zones / wanted["zone"]).is_file(),
        "swap": bool(wanted["swap"]) and not swaps(*wanted["swap"]),
        "units": [unit for unit in wanted["units"] if not runs(unit)],
        "there": [path for path in wanted["paths"] if Path(path).exists()],
        "ssh_uid": next((uid for _, uid in sessions), None),
        "ssh_method": method,
        "ssh_is_revoked": key in map(fingerprint, wanted["revoked"]),
    },
    sys.stdout,
)
