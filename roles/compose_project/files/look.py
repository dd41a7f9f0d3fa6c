"""See how a Compose project stands before anything is done to it, at one look: an object of JSON on standard output.

usage: look.py FOLDER OWNER UNIT < WANTED

WANTED is JSON: {"secrets": [names], "env": {name: line}, "files": [paths]}, what the project's .env shall have, and
which secret files there shall be beside it.

project  whether there is a Compose file
compose  Compose's version; "" where there is none
error    what was said instead
secrets  those of the wanted names that have no value in .env
env      those of the wanted names that have another line, or none
is_private  whether .env, if it is there, is its owner's, who alone may read it
gid      the number of the owner's group; null where nobody is called so
folders  those of the secret files that are missing, an outer one before its inner ones
images   a line "name id" for each image
unit     whether systemd has that unit
"""

import json
import os
import pwd
import re
import subprocess
import sys
from pathlib import Path

PRIVATE = 0o600


def run(*command: str) -> tuple[str, str]:
    """Return what a program prints, and what it says where it fails."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except OSError as error:
        return "", str(error)
    return (done.stdout.strip(), "") if done.returncode == 0 else ("", done.stderr.strip())


def account(name: str) -> tuple[int | None, int | None]:
    """Return the numbers of a user and of his group, of this machine or of its directory."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None, None
    return entry.pw_uid, entry.pw_gid


if os.geteuid() != 0:
    sys.exit("The role compose_project needs root. Set become: true for the play or the role.")
folder, owner, unit = Path(sys.argv[1]), sys.argv[2], Path("/etc/systemd/system") / sys.argv[3]
wanted = json.load(sys.stdin)
uid, gid = account(owner)
folders = {parent for path in wanted["files"] for parent in Path(path).parents if not (folder / parent).exists()}
env = folder / ".env"
text = env.read_text(errors="surrogateescape") if env.is_file() else ""
lines = {name: (line, value) for line, name, value in re.findall(r"(?m)^((?:export\s+)?(\w+)=(.*))$", text)}
compose, error = run("docker", "compose", "version", "--short")
listed, _ = run(
    "docker", "image", "ls", "--no-trunc", "--filter", "dangling=false", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"
)
names = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
json.dump(
    {
        "project": any((folder / name).exists() for name in names),
        "compose": compose,
        "error": error,
        "secrets": [name for name in wanted["secrets"] if lines.get(name, ("", ""))[1].strip("'\" ") == ""],
        "env": [name for name, line in wanted["env"].items() if lines.get(name, ("", ""))[0] != line],
        "is_private": not env.exists() or (env.stat().st_uid, env.stat().st_mode & 0o777) == (uid, PRIVATE),
        "gid": gid,
        "folders": sorted(map(str, folders)),
        "images": listed.splitlines(),
        "unit": unit.exists(),
    },
    sys.stdout,
)
