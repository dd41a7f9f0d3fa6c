"""The owner of the clone and of the files made in it: what root has made, a user cannot change later."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from breakable_toy.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
MADE = (".venv", ".cache", ".vagrant")
# Down to .vagrant/machines/default/docker/id, and to each package of .venv.
DEPTH = 5


def invoking_user() -> int | None:
    """Return the user behind sudo where the clone is theirs: root would leave files there that they cannot change."""
    user = int(os.environ.get("SUDO_UID") or 0)
    return user if os.geteuid() == 0 and user and ROOT.stat().st_uid == user else None


def problems() -> Iterator[Problem]:
    """Yield what keeps this user from writing into the clone, or would keep its owner from that later."""
    if invoking_user():
        yield Problem(
            "This runs as root, through sudo, in a user's clone.",
            "What root writes here, that user can neither update nor remove later.",
            "Type the same command without sudo. Vagrant may have been here: sudo chown -R --reference=. .vagrant",
        )
        return
    again = 'sudo chown -R "$(id -un):$(id -gn)"'
    if not os.access(ROOT, os.W_OK | os.X_OK):
        yield Problem(
            f"The project's folder is not writable: {ROOT}",
            "The box, the Python environment and the logs are kept there.",
            f"On a read-only disk, clone it elsewhere. If it belongs to another user: {again} '{ROOT}'",
        )
        return
    foreign = [name for name in MADE if _has_foreign_file(ROOT / name)]
    if foreign and os.geteuid() != 0:
        yield Problem(
            f"Another user (root, after a sudo?) owns files in {', '.join(foreign)}.",
            "They can be neither updated nor removed by this user.",
            f"Type: {again} {' '.join(foreign)}   in {ROOT}, then this again, without sudo.",
        )


def _has_foreign_file(path: Path, depth: int = DEPTH) -> bool:
    """Return whether this user does not own it, or something in it."""
    try:
        if path.lstat().st_uid != os.geteuid():
            return True
        if depth == 0 or path.is_symlink() or not path.is_dir():
            return False
        return any(_has_foreign_file(inner, depth - 1) for inner in path.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        # Another run removes or replaces its own files at this moment.
        return False
    except PermissionError:
        # A folder without permissions is as unusable as another user's.
        return True
