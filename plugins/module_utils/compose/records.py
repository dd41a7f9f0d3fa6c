"""Records of a project's last start, stop and task runs: files that only root writes."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path

# No service can have these names.
STARTED = "@started"
STOPPED = "@stopped"


class Records:
    """A folder with one file for each record."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which may be missing."""
        self.folder = folder

    def read(self, name: str) -> str:
        """Return a record's text; "" where it is missing."""
        file = self.folder / name
        return file.read_text() if file.is_file() else ""

    def written_at(self, name: str) -> datetime:
        """Return the time of a record that exists."""
        return datetime.fromtimestamp((self.folder / name).stat().st_mtime, timezone.utc)

    def write(self, name: str, text: str) -> None:
        """Write a record as a whole, readable for all users."""
        self._create_folder()
        new = self.folder / f"{name}.{os.getpid()}.new"
        new.write_text(text)
        new.chmod(0o644)
        new.replace(self.folder / name)

    def _create_folder(self) -> None:
        missing = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        self.folder.chmod(0o755)
