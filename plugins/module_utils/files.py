"""Small text files whose only writer is a role: compared, then written by renaming, or removed."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shlex
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class File:
    """The wanted state of a file. No content: the file is absent.

    follow: where the path is a link, its target is the file.
    needs_folder: False leaves the path alone where its folder is missing, instead of failing.
    validate: a command with %s for the new file's path, which must succeed before the file takes its place.
    """

    path: str
    content: str | None = None
    mode: str = "0644"
    owner: str = "root"
    group: str = "root"
    follow: bool = False
    needs_folder: bool = True
    validate: str = ""

    @property
    def place(self) -> Path:
        """The path to write to."""
        return Path(os.path.realpath(self.path)) if self.follow else Path(self.path)

    @property
    def bytes(self) -> bytes:
        """The content on disk."""
        return (self.content or "").encode(errors="surrogateescape")

    @property
    def access(self) -> tuple[int, int, int]:
        """The numbers of owner and group, and the mode. Raises ValueError for an unknown owner or group."""
        try:
            return pwd.getpwnam(self.owner).pw_uid, grp.getgrnam(self.group).gr_gid, int(self.mode, 8)
        except KeyError as error:
            raise ValueError(f"Unknown owner of {self.path}: {error.args[0]}.") from error


@dataclass(frozen=True)
class Difference:
    """A file that is not in its wanted state, with the texts for --diff."""

    file: File
    before: str
    after: str

    @property
    def diff(self) -> dict[str, str]:
        """In the form of Ansible's results."""
        header = f"{self.file.path} (mode {self.file.mode})"
        return {"before": self.before, "after": self.after, "before_header": self.file.path, "after_header": header}


def access(path: Path) -> tuple[int, int, int]:
    """Return the numbers of a path's owner and group, and its mode, not those of a link's target."""
    stat = path.lstat()
    return stat.st_uid, stat.st_gid, stat.st_mode & 0o7777


def difference(file: File) -> Difference | None:
    """Return how a file differs from its wanted state; None where it does not."""
    place = file.place
    exists = place.is_file() and not place.is_symlink()
    before = place.read_bytes() if exists else b""
    if file.content is None:
        is_equal = not os.path.lexists(place)
    else:
        is_equal = exists and before == file.bytes and access(place) == file.access
        if not place.parent.is_dir() and not file.needs_folder:
            is_equal = True
    return None if is_equal else Difference(file, before.decode(errors="replace"), file.content or "")


def apply(file: File) -> None:
    """Write or remove a file. Raises OSError, or ValueError where its validation fails."""
    place = file.place
    if file.content is None:
        place.unlink(missing_ok=True)
        return
    uid, gid, mode = file.access
    # A name that no folder of drop-ins (apt.conf.d, sysctl.d, sshd_config.d) reads.
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".new", dir=place.parent)
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(file.bytes)
        os.chown(new, uid, gid)
        new.chmod(mode)
        _validate(file, new)
        new.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise


def _validate(file: File, new: Path) -> None:
    if not file.validate:
        return
    command = [word.replace("%s", str(new)) for word in shlex.split(file.validate)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise ValueError(f"Invalid content for {file.path}: {(done.stderr or done.stdout).strip()}")


def differences(files: Iterable[File]) -> list[Difference]:
    """Return the differences of several files, in their order."""
    return [found for file in files if (found := difference(file))]


# The argument specification of a list of files.
OPTIONS = {
    "path": {"type": "path", "required": True},
    "content": {"type": "str"},
    "mode": {"type": "str", "default": "0644"},
    "owner": {"type": "str", "default": "root"},
    "group": {"type": "str", "default": "root"},
    "follow": {"type": "bool", "default": False},
    "needs_folder": {"type": "bool", "default": True},
    "validate": {"type": "str", "default": ""},
}
