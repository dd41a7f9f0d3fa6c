"""Certificate authorities that a Debian machine trusts besides its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.breakable.toy.plugins.module_utils.files import File, access, apply, difference

BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
FOLDER_MODE = 0o755


@dataclass(frozen=True)
class Authorities:
    """The wanted content of a folder of certificates: each file's name with its text. Other files are removed."""

    folder: Path
    certificates: Mapping[str, str]
    bundle: Path = BUNDLE
    owner: str = "root"
    group: str = "root"

    def files(self) -> list[File]:
        """Return the wanted files."""
        return [
            File(path=str(self.folder / name), content=text, owner=self.owner, group=self.group)
            for name, text in sorted(self.certificates.items())
        ]

    def unlisted(self) -> list[Path]:
        """Return the paths in the folder that are not wanted."""
        return sorted(path for path in self.folder.glob("*") if path.name not in self.certificates)

    def is_folder_ready(self) -> bool:
        """Return whether the folder exists with the right access."""
        uid, gid, _ = File(path=str(self.folder), owner=self.owner, group=self.group).access
        return self.folder.is_dir() and access(self.folder) == (uid, gid, FOLDER_MODE)

    def is_bundle_old(self) -> bool:
        """Return whether the folder has changed since the bundle was made, as after an interruption."""
        if not self.folder.is_dir():
            return False
        return not self.bundle.is_file() or self.bundle.stat().st_mtime_ns < self.folder.stat().st_mtime_ns

    def changes(self) -> list[str]:
        """Return the paths that have to change, the bundle included; none where all is in its wanted state."""
        found = [] if self.is_folder_ready() else [str(self.folder)]
        found += [str(path) for path in self.unlisted()]
        found += [file.path for file in self.files() if difference(file)]
        return [*found, str(self.bundle)] if found or self.is_bundle_old() else []

    def apply(self, update: Callable[[], None]) -> None:
        """Bring about the wanted state, then call update, which makes the bundle. Raises OSError."""
        uid, gid, _ = File(path=str(self.folder), owner=self.owner, group=self.group).access
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.chown(self.folder, uid, gid)
        self.folder.chmod(FOLDER_MODE)
        for path in self.unlisted():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        for file in self.files():
            if difference(file):
                apply(file)
        update()
