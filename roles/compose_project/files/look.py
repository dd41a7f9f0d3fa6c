"""See how a Compose project stands before anything is done to it, at one look: an object of JSON on standard output.

usage: look.py FOLDER OWNER UNIT < WANTED

WANTED is JSON: {"secrets": [names], "env": {name: value}, "files": [paths]}, what the project's .env shall have, and
which secret files there shall be beside it.

project  whether there is a Compose file
compose  Compose's version; "" where there is none
error    what was said instead
unread   where Compose cannot read .env, and why, without the line, which may hold a secret; "" otherwise
secrets  those of the wanted names that have no value in .env, as Compose reads it
env      those of the wanted names that have another value there, or none
is_private  whether .env, if it is there, is its owner's, who alone may read it
uid, gid  the numbers of the owner and of its group; null where nobody is called so
folders  those of the secret files that are missing, an outer one before its inner ones
images   a line "name id" for each image
unit     whether systemd has that unit
"""

import json
import os
import pwd
import re
import shutil
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


# Compose's own message may quote the value, which may be a secret.
UNREAD = "a value has ${ without an end, or another mistake that Compose does not locate"


def values(folder: Path, names: list[str]) -> tuple[dict[str, str], str]:
    """Return what Compose reads in .env for these variables, "" for those without a value; and where it cannot.

    There is one grammar of that file, and it is Compose's. Nothing but .env is read: neither the project nor the
    environment of this program, over which .env has no say.
    """
    program = shutil.which("docker")
    if not (names and program and (folder / ".env").is_file()):
        return dict.fromkeys(names, ""), ""
    project = {"services": {"of": {"image": "none", "environment": {name: f"${{{name}:-}}" for name in names}}}}
    ask = ("--project-name", "of", "--project-directory", str(folder), "--file", "-", "config", "--format", "json")
    command = (program, "compose", *ask)
    done = subprocess.run(command, input=json.dumps(project), env={}, check=False, capture_output=True, text=True)
    if done.returncode:
        place = re.search(r"failed to read \S+: (line \d+: [a-z ]+)", done.stderr)
        return dict.fromkeys(names, ""), (place[1].strip() if place else UNREAD)
    # What the configuration would take for a variable is doubled.
    read = json.loads(done.stdout)["services"]["of"]["environment"]
    return {name: read[name].replace("$$", "$") for name in names}, ""


if os.geteuid() != 0:
    sys.exit("The role compose_project needs root. Set become: true for the play or the role.")
folder, owner, unit = Path(sys.argv[1]), sys.argv[2], Path("/etc/systemd/system") / sys.argv[3]
wanted = json.load(sys.stdin)
uid, gid = account(owner)
folders = {parent for path in wanted["files"] for parent in Path(path).parents if not (folder / parent).exists()}
env = folder / ".env"
found, unread = values(folder, [*wanted["secrets"], *wanted["env"]])
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
        "unread": unread,
        "secrets": [name for name in wanted["secrets"] if not found[name]],
        "env": [name for name, value in wanted["env"].items() if found[name] != value],
        "is_private": not env.exists() or (env.stat().st_uid, env.stat().st_mode & 0o777) == (uid, PRIVATE),
        "uid": uid,
        "gid": gid,
        "folders": sorted(map(str, folders)),
        "images": listed.splitlines(),
        "unit": unit.exists(),
    },
    sys.stdout,
)
