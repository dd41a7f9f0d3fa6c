"""See how a folder that is synced by rsync stands, at one look: an object of JSON on standard output.

usage: look.py FOLDER OWNER [EXCLUDED...] < LIST

LIST has the files of the other side, a line "seconds<tab>path" each, as list.py prints them. It may be blank.

type       the file system that the folder is on; "" where there is no folder
rsync      rsync's version; "" where there is none
gid        the number of the owner's group; null where nobody is called so
is_ready   whether the folder is there, its owner's and his group's, and for all to read
foreign    a file in it that is another user's or another group's; "" where there is none
newer      files that are newer here than on the other side
only_here  files that the other side does not have
"""

import json
import os
import pwd
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

# File systems round differently.
TOLERANCE_SECONDS = 2


def said(*command: str) -> str:
    """Return what a program prints; nothing where it is missing."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, errors="backslashreplace")
        return done.stdout.strip()
    except OSError:
        return ""


def account(name: str) -> tuple[int | None, int | None]:
    """Return the numbers of a user and of his group, of this machine or of its directory."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None, None
    return entry.pw_uid, entry.pw_gid


def shown(path: str) -> str:
    """Return a path, which may be any bytes, as text that JSON and Ansible can take along."""
    return os.fsencode(path).decode(errors="backslashreplace")


if os.geteuid() != 0:
    sys.exit("The role synced_folder needs root. Set become: true for the play or the role.")
folder, owner = Path(sys.argv[1]), sys.argv[2]
excluded = {Path(path.strip("/")) for path in sys.argv[3:]}
lines = (line.rstrip("\n").split("\t", 1) for line in sys.stdin if "\t" in line)
there = {Path(path): float(seconds) for seconds, path in lines}
# Folders that have nothing in common with the other side are somebody's exclusion (.venv, .cache), not a loss.
known = {path.parent for path in there}
newer, only_here = [], []
for path, folders, names in os.walk(folder) if there else []:
    folders.sort()
    inside = Path(shown(os.path.relpath(path, folder)))
    for name in sorted(names) if inside in known else []:
        file = inside / shown(name)
        if file in excluded:
            continue
        if file not in there:
            only_here.append(str(file))
            continue
        # Who works in the folder may have removed it since.
        with suppress(OSError):
            if Path(path, name).lstat().st_mtime > there[file] + TOLERANCE_SECONDS:
                newer.append(str(file))

uid, gid = account(owner)
others = ["(", "!", "-user", owner, "-o", "!", "-gid", str(gid), ")"]
stat = folder.stat() if folder.is_dir() else os.stat_result([0] * 10)
rsync = re.search(r"version v?(\S+)", said("rsync", "--version"))
json.dump(
    {
        "type": said("findmnt", "--noheadings", "--output", "FSTYPE", "--target", str(folder)),
        "rsync": rsync.group(1) if rsync else "",
        "gid": gid,
        "is_ready": (stat.st_uid, stat.st_gid, stat.st_mode & 0o7777) == (uid, gid, 0o755),
        "foreign": said("find", str(folder), "-xdev", *others, "-print", "-quit"),
        "newer": newer,
        "only_here": only_here,
    },
    sys.stdout,
)
