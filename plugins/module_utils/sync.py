"""Folders that are synced by rsync: lists of files, and the losses of the next sync."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import stat
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Run = Callable[[Sequence[str]], str]
# File systems round differently.
TOLERANCE_SECONDS = 2


def printable(path: str | Path) -> str:
    """Return a path, which may be any bytes, as text for JSON."""
    return os.fsencode(path).decode(errors="backslashreplace")


def source_files(folder: str, excludes: Iterable[str]) -> dict[str, float]:
    """Return the regular files of a folder, each with its time of change, in seconds since 1970.

    .git and the excluded paths are left out, and so is everything that this user may not read.
    """
    root = Path(folder)
    excluded = {root / path.strip("/") for path in excludes}

    def is_wanted(path: Path) -> bool:
        return path.name != ".git" and path not in excluded

    files: dict[str, float] = {}
    for path, folders, names in os.walk(root):
        folders[:] = [name for name in folders if is_wanted(Path(path, name))]
        for file in filter(is_wanted, (Path(path, name) for name in names)):
            # A file may vanish meanwhile, and its folder may be closed to this user.
            with contextlib.suppress(OSError):
                found = file.lstat()
                if stat.S_ISREG(found.st_mode):
                    files[printable(file.relative_to(root))] = found.st_mtime
    return files


@dataclass
class Losses:
    """Files that a sync would overwrite (newer), and those that a sync with --delete would delete (only_here)."""

    newer: list[str] = field(default_factory=list)
    only_here: list[str] = field(default_factory=list)


def losses(folder: str, source: Mapping[str, float], excludes: Iterable[str]) -> Losses:
    """Return what a sync from a source would lose in a folder. A source without files is not compared."""
    excluded = {Path(path.strip("/")) for path in excludes}
    # A folder without any file of the source is excluded from the sync (.venv, .cache), not a loss.
    known = {Path(path).parent for path in source}
    found = Losses()
    for path, folders, names in os.walk(folder) if source else []:
        folders.sort()
        inside = Path(printable(os.path.relpath(path, folder)))
        for name in sorted(names) if inside in known else []:
            file = inside / printable(name)
            if file in excluded:
                continue
            if str(file) not in source:
                found.only_here.append(str(file))
                continue
            # A file may vanish meanwhile.
            with contextlib.suppress(OSError):
                if Path(path, name).lstat().st_mtime > source[str(file)] + TOLERANCE_SECONDS:
                    found.newer.append(str(file))
    return found


def group_of(owner: str) -> int | None:
    """Return the number of a user's own group; None for an unknown user."""
    try:
        return pwd.getpwnam(owner).pw_gid
    except KeyError:
        return None


def foreign_file(folder: str, owner: str, gid: int, run: Run) -> str:
    """Return a path in a folder that belongs to another user or group; "" where there is none."""
    others = ["(", "!", "-user", owner, "-o", "!", "-gid", str(gid), ")"]
    return run(["find", folder, "-xdev", *others, "-print", "-quit"]).strip()


def filesystem(folder: str, run: Run) -> str:
    """Return the type of the file system that a folder is on; "" where the folder is missing."""
    return run(["findmnt", "--noheadings", "--output", "FSTYPE", "--target", folder]).strip()


def rsync_version(run: Run) -> str:
    """Return rsync's version; "" where it is not installed."""
    found = re.search(r"version v?(\S+)", run(["rsync", "--version"]))
    return found[1] if found else ""
