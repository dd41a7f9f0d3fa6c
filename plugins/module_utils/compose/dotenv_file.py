"""A project's .env as a file: the variables that are missing there, its owner, its mode."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..dotenv import random_secret, with_value
from .docker import ComposeError, account
from .interpolation import values

MODE = 0o600


class DotenvFile:
    """The file .env in a folder, for a user."""

    def __init__(self, folder: Path, owner: str, requires_docker: bool = True) -> None:
        """Take the folder and the user's name. Raises ComposeError for a user who does not exist."""
        uid, gid = account(owner)
        if uid is None or gid is None:
            raise ComposeError(f"{owner} has no account on this machine.")
        self.folder, self.uid, self.gid, self.requires_docker = folder, uid, gid, requires_docker
        # A link stays a link.
        self.file = Path(os.path.realpath(folder / ".env"))

    def changes(self, wanted: Mapping[str, str], secrets: Iterable[str]) -> dict[str, str]:
        """Return the variables with other values than the wanted ones, and new secrets for those without a value."""
        secrets = list(secrets)
        found = self._values([*wanted, *secrets])
        different = {name: value for name, value in wanted.items() if found[name] != value}
        missing = {name: random_secret() for name in secrets if not found[name]}
        return {**different, **missing}

    def is_private(self) -> bool:
        """Return whether only its owner can read the file, if it exists."""
        if not self.file.exists():
            return True
        status = self.file.stat()
        return (status.st_uid, status.st_mode & 0o777) == (self.uid, MODE)

    def write(self, changes: Mapping[str, str]) -> None:
        """Set variables, and give the file its owner and mode; as a whole, so that no reader finds half of it."""
        text = self.file.read_bytes().decode(errors="surrogateescape") if self.file.exists() else ""
        for name, value in changes.items():
            text = with_value(text, name, value)
        new = self.file.with_name(f".env.{os.getpid()}.new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "wb") as opened:
            opened.write(text.encode(errors="surrogateescape"))
            os.fchown(opened.fileno(), self.uid, self.gid)
        new.replace(self.file)

    def _values(self, names: list[str]) -> dict[str, str]:
        # A check of a bare machine comes before there is any Docker.
        if not names or not (self.requires_docker or shutil.which("docker")):
            return dict.fromkeys(names, "")
        return values(self.folder, names)
