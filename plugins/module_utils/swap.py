"""A swap file and its systemd unit."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.breakable.toy.plugins.module_utils.files import File, apply, difference

MIB = 1024 * 1024
UNIT = """\
[Swap]
What={path}

[Install]
WantedBy=swap.target
"""


def unit_name(path: str) -> str:
    """Return the name of a swap file's unit, which systemd derives from the path (systemd.unit(5))."""

    def escaped(match: re.Match[str]) -> str:
        return "".join(f"\\x{byte:02x}" for byte in match[0].encode())

    parts = [re.sub(r"[^A-Za-z0-9:_.]|^\.", escaped, part) for part in path.strip("/").split("/")]
    return "-".join(parts) + ".swap"


@dataclass(frozen=True)
class Programs:
    """The programs that act on swap: each takes a command; query returns its standard output."""

    run: Callable[[Sequence[str]], None]
    query: Callable[[Sequence[str]], str]


@dataclass(frozen=True)
class SwapFile:
    """The wanted swap file. With size 0, none: a file without a unit belongs to another program, and remains."""

    path: str
    size_mib: int
    programs: Programs
    units: Path = Path("/etc/systemd/system")
    swaps: Path = Path("/proc/swaps")
    owner: str = "root"
    group: str = "root"

    @property
    def unit(self) -> str:
        """The unit's name."""
        return unit_name(self.path)

    @property
    def unit_file(self) -> File:
        """The unit's file; absent where no swap is wanted."""
        content = UNIT.format(path=self.path) if self.size_mib else None
        return File(path=str(self.units / self.unit), content=content, owner=self.owner, group=self.group)

    def is_used(self) -> bool:
        """Return whether the kernel swaps to the file."""
        return self.path in [line.split(" ")[0] for line in self.swaps.read_text().splitlines()]

    def has_size(self) -> bool:
        """Return whether the file exists in the wanted size."""
        path = Path(self.path)
        return path.is_file() and path.stat().st_size == self.size_mib * MIB

    def has_access(self) -> bool:
        """Return whether only its owner can read and write the file."""
        uid, gid, _ = self.unit_file.access
        stat = Path(self.path).stat()
        return (stat.st_uid, stat.st_gid, stat.st_mode & 0o7777) == (uid, gid, 0o600)

    def is_enabled(self) -> bool:
        """Return whether systemd has started the unit, and will at the next boot."""
        query = self.programs.query
        return [query(["systemctl", verb, self.unit]).strip() for verb in ("is-active", "is-enabled")] == [
            "active",
            "enabled",
        ]

    def changes(self) -> list[str]:
        """Return the steps to the wanted state; none where the machine is in it."""
        if not self.size_mib:
            return ["remove"] if difference(self.unit_file) else []
        found = ["unit"] if difference(self.unit_file) else []
        if not self.has_size():
            found.append("file")
        elif not self.has_access():
            found.append("access")
        if found or not (self.is_used() and self.is_enabled()):
            found.append("enable")
        return found

    def apply(self, steps: Sequence[str]) -> None:
        """Take these steps. Raises RuntimeError or OSError."""
        for step in steps:
            {
                "remove": self._remove,
                # Before the file: by its unit the file is known to be managed, also after an interruption.
                "unit": lambda: apply(self.unit_file),
                "file": self._create,
                "access": self._restrict,
                "enable": self._enable,
            }[step]()

    def _release(self) -> None:
        """Stop to use the file, whose pages come back to memory, and remove it."""
        if self.is_used():
            self.programs.run(["swapoff", self.path])
        Path(self.path).unlink(missing_ok=True)

    def _remove(self) -> None:
        self._release()
        self.programs.run(["systemctl", "disable", self.unit])
        apply(self.unit_file)
        self.programs.run(["systemctl", "daemon-reload"])

    def _create(self) -> None:
        self._release()
        # Renamed when whole: an interrupted run leaves nothing that looks like a swap file.
        new = f"{self.path}.new"
        Path(new).unlink(missing_ok=True)
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self.programs.run(["fallocate", "--length", f"{self.size_mib}MiB", new])
        self.programs.run(["mkswap", new])
        Path(new).rename(self.path)
        self._restrict()

    def _restrict(self) -> None:
        uid, gid, _ = self.unit_file.access
        os.chown(self.path, uid, gid)
        Path(self.path).chmod(0o600)

    def _enable(self) -> None:
        run = self.programs.run
        run(["systemctl", "daemon-reload"])
        run(["systemctl", "enable", self.unit])
        # systemd may not have noticed yet that swapoff has ended the unit.
        run(["systemctl", "start" if self.is_used() else "restart", self.unit])
