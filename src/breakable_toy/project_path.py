"""Whether the project's path is one that all tools read in the same way. Runs before the check of Python's version."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from breakable_toy.problem import Problem

ROOT = Path(__file__).resolve().parents[2]
# Tried with rsync, ssh, Ansible and Python's environments; others end a path, or begin a pattern, in one of them.
USABLE = frozenset(" /.,_-+@=~()!^#&;")


def problem(root: Path = ROOT) -> Problem | None:
    """Return what is wrong with the path, or None."""
    refused = sorted({character for character in str(root) if not _is_usable(character)})
    if not refused:
        return None
    # A path may be any bytes.
    shown = str(root).encode(errors="backslashreplace").decode()
    return Problem(
        f"The project's path has characters that are not usable: {' '.join(map(_shown, refused))}",
        f"ssh, rsync or Ansible would read another path than {shown!r}, and fail after the box was made.",
        "Move the project to a path of letters, digits, spaces and hyphens, such as ~/toy, then run this again there.",
    )


def _is_usable(character: str) -> bool:
    # Letters of any script, their accents, digits.
    return character in USABLE or unicodedata.category(character)[0] in "LMN"


def _shown(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"
