"""apt and dpkg: pending work, and the sources of packages."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.breakable.toy.plugins.module_utils.files import Difference, File, apply, differences

Run = Callable[[Sequence[str]], str]
LISTS = Path("/var/lib/apt/lists")
DPKG = Path("/var/lib/dpkg")


def missing_packages(wanted: Sequence[str], run: Run) -> list[str]:
    """Return the packages that are not installed. A name with a version, a pattern or an architecture always is one."""
    shown = run(["dpkg-query", "--show", "--showformat", "${db:Status-Abbrev}\t${Package}\n", *wanted])
    installed = {line.split("\t")[1] for line in shown.splitlines() if line[1:2] == "i"}
    return [name for name in wanted if name not in installed]


def is_interrupted(run: Run, dpkg: Path = DPKG) -> bool:
    """Return whether dpkg has to finish an installation."""
    updates = dpkg / "updates"
    return bool(run(["dpkg", "--audit"])) or (updates.is_dir() and any(updates.iterdir()))


def is_locked(lock: Path = DPKG / "lock-frontend") -> bool:
    """Return whether another program holds a lock."""
    if not lock.exists():
        return False
    with lock.open("a") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def lists_missing(run: Run, lists: Path = LISTS) -> bool:
    """Return whether apt has yet to read a source: without its Release file apt knows none of its packages."""
    names = re.findall(r"(?m) (\S+_dists_\S+_)InRelease \d", run(["apt-get", "--print-uris", "update"]))
    return not all((lists / f"{name}InRelease").exists() or (lists / f"{name}Release").exists() for name in names)


@dataclass(frozen=True)
class Sources:
    """The wanted sources of packages.

    files: apt's configuration and lists of sources whose only writer is the role.
    set_aside: lists of sources that apt shall not read: they are renamed, and nothing is lost.
    restore: lists of sources that apt shall read again.
    """

    files: Sequence[File]
    set_aside: Sequence[str] = ()
    restore: Sequence[str] = ()
    suffix: str = ".aside"
    lists: Path = LISTS

    def renames(self) -> Iterator[tuple[Path, Path]]:
        """Yield the files to rename, with their new names."""
        pairs = [(path, path + self.suffix) for path in self.set_aside]
        pairs += [(path + self.suffix, path) for path in self.restore]
        return ((Path(old), Path(new)) for old, new in pairs if Path(old).exists())

    def differences(self) -> list[Difference]:
        """Return the files that are not in their wanted state."""
        found: list[Difference] = differences(self.files)
        return found

    def apply(self, found: Iterable[Difference]) -> None:
        """Bring about the wanted state. Raises OSError."""
        # First: until apt has read the new sources, lists_missing() is true, also after an interruption.
        for path in self.lists.glob("*Release"):
            path.unlink()
        for old, new in list(self.renames()):
            old.rename(new)
        for difference in found:
            apply(difference.file)
