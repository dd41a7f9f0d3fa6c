"""The checkout as the collection breakable.toy, for programs that look plugins up by their full names."""

import contextlib
from pathlib import Path

from tests.project import ROOT


def collections_path() -> Path:
    """Return a folder in the form of ANSIBLE_COLLECTIONS_PATH whose collection is this checkout."""
    folder = ROOT / ".cache/checkout"
    link = folder / "ansible_collections/breakable/toy"
    link.parent.mkdir(parents=True, exist_ok=True)
    # Tests that run at the same time make the same link.
    with contextlib.suppress(FileExistsError):
        link.symlink_to(ROOT)
    return folder
