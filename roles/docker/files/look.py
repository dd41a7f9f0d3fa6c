"""See how Docker stands on this machine, at one look: an object of JSON on standard output.

usage: look.py URL OURS PACKAGE... -- [USER...]

URL is that of Docker's own repository, which the role describes in OURS.

packages     those of the named ones that are installed
remains      whether one of them was here once, and was removed but for its configuration
interrupted  whether dpkg has something left to finish
group, members  whether there is a group docker, and who is in it
strangers    those of the named users who have no account
sources      files that tell apt of the repository and of nothing else; and ours, whatever it tells
is_moved     whether ours tells of another one
mixed        files that tell apt of it, and of others
lists        whether apt has yet to read what one of its sources has
daemon       what daemon.json holds, {} where there is none; null where it is no JSON
daemon_text  its text; null where there is no such file
is_public    whether all may read daemon.json, and root only may write it, or another one in its place
runs         whether Docker runs, and will at the next boot
registries   for whose registries an authority of ours is trusted
prune        whether there is a timer that cleans up
info         what `docker info` tells of versions; null without a daemon that answers
"""

import grp
import json
import os
import pwd
import re
import subprocess
import sys
from pathlib import Path
from typing import Any


def said(*command: str) -> str:
    """Return what a program prints; nothing where it is missing or hangs."""
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def parsed(text: str) -> Any:
    """Return an object of JSON, or None."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def access(path: Path) -> tuple[int, int, int]:
    """Return who owns a path, and its rights; zeros where there is none."""
    stat = path.stat() if path.exists() else os.stat_result([0] * 10)
    return stat.st_uid, stat.st_gid, stat.st_mode & 0o7777


def uris(path: Path) -> set[str]:
    """Return where a file of apt's sources leads, without slashes at the ends."""
    text = path.read_text(errors="replace")
    if path.suffix == ".list":
        found = re.findall(r"(?m)^\s*deb(?:-src)?\s+(?:\[[^]]*\]\s+)?(\S+)", text)
    else:
        found = " ".join(re.findall(r"(?mi)^URIs:(.*(?:\n[ \t].*)*)", text)).split()
    return {uri.rstrip("/") for uri in found}


def has_unread() -> bool:
    """Whether a suite of apt's sources has never answered: without its Release file apt knows nothing of it."""
    lists = Path("/var/lib/apt/lists")
    names = re.findall(r"(?m) (\S+_dists_\S+_)InRelease \d", said("apt-get", "--print-uris", "update"))
    return not all((lists / f"{name}InRelease").exists() or (lists / f"{name}Release").exists() for name in names)


def has_account(user: str) -> bool:
    """Whether somebody is called so, on this machine or in its directory."""
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False


if os.geteuid() != 0:
    sys.exit("The role docker needs root. Set become: true for the play or the role.")
end = sys.argv.index("--")
url, ours, packages, users = sys.argv[1], Path(sys.argv[2]), sys.argv[3:end], sys.argv[end + 1 :]
paths = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
repositories = {path: uris(path) for path in paths if path.suffix in (".list", ".sources") and path.is_file()}
described = {path: found for path, found in repositories.items() if path != ours and url.rstrip("/") in found}
daemon = Path("/etc/docker/daemon.json")
text = daemon.read_text(errors="replace") if daemon.is_file() else None
group = next((entry for entry in grp.getgrall() if entry.gr_name == "docker"), None)
listed = said("dpkg-query", "--show", "--showformat", "${db:Status-Abbrev}\t${Package}\n", *packages)
info = parsed(said("docker", "info", "--format", "{{json .}}")) or {}
json.dump(
    {
        "packages": [line.split("\t")[1] for line in listed.splitlines() if line[1:2] == "i"],
        "remains": any(line[1:2] == "c" for line in listed.splitlines()),
        "interrupted": bool(said("dpkg", "--audit") or any(Path("/var/lib/dpkg/updates").iterdir())),
        "group": group is not None,
        "members": group.gr_mem if group else [],
        "strangers": [user for user in users if not has_account(user)],
        "sources": [str(path) for path, found in described.items() if len(found) == 1] + [str(ours)] * ours.exists(),
        "is_moved": ours.exists() and repositories.get(ours) != {url.rstrip("/")},
        "mixed": [str(path) for path, found in described.items() if len(found) > 1],
        "lists": ours.exists() and has_unread(),
        "daemon": {} if text is None else parsed(text),
        "daemon_text": text,
        "is_public": (access(daemon), access(daemon.parent)) == ((0, 0, 0o644), (0, 0, 0o755)),
        "runs": said("systemctl", "is-active", "docker") + said("systemctl", "is-enabled", "docker")
        == "active\nenabled\n",
        "registries": [path.parent.name for path in Path("/etc/docker/certs.d").glob("*/ansible.crt")],
        "prune": Path("/etc/systemd/system/docker-prune.timer").exists(),
        "info": info if info.get("ServerVersion") else None,
    },
    sys.stdout,
)
