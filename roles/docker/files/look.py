"""See how Docker stands on this machine, at one look: an object of JSON on standard output.

usage: look.py PACKAGE...

packages     those of the named ones that are installed
interrupted  whether dpkg has something left to finish
group, members  whether there is a group docker, and who is in it
daemon       what daemon.json holds, {} where there is none; null where it is no JSON
is_public    whether all may read daemon.json, and root only may write it
runs         whether Docker runs, and will at the next boot
registries   for whose registries an authority of ours is trusted
prune        whether there is a timer that cleans up
info         what `docker info` tells of versions; null without a daemon that answers
"""

import grp
import json
import os
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


daemon = Path("/etc/docker/daemon.json")
stat = daemon.stat() if daemon.is_file() else os.stat_result([0] * 10)
group = next((entry for entry in grp.getgrall() if entry.gr_name == "docker"), None)
listed = said("dpkg-query", "--show", "--showformat", "${db:Status-Abbrev}\t${Package}\n", *sys.argv[1:])
info = parsed(said("docker", "info", "--format", "{{json .}}")) or {}
json.dump(
    {
        "packages": [line.split("\t")[1] for line in listed.splitlines() if line[1:2] == "i"],
        "interrupted": bool(said("dpkg", "--audit") or any(Path("/var/lib/dpkg/updates").iterdir())),
        "group": group is not None,
        "members": group.gr_mem if group else [],
        "daemon": parsed(daemon.read_text(errors="replace")) if daemon.is_file() else {},
        "is_public": (stat.st_uid, stat.st_gid, stat.st_mode & 0o7777) == (0, 0, 0o644),
        "runs": said("systemctl", "is-active", "docker") + said("systemctl", "is-enabled", "docker")
        == "active\nenabled\n",
        "registries": [path.parent.name for path in Path("/etc/docker/certs.d").glob("*/ansible.crt")],
        "prune": Path("/etc/systemd/system/docker-prune.timer").exists(),
        "info": info if info.get("ServerVersion") else None,
    },
    sys.stdout,
)
