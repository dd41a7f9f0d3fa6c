"""Whether this folder and its box belong together: ``python3 -m breakable_toy.clone COMMAND`` for ``vagrant COMMAND``.

Vagrant keeps a box by the folder's own notes (.vagrant), which go along when the folder is moved or copied. A moved
folder takes its box over. A copied one is refused, with status 1: each command would change the original's box. Status
10 means that the host is to be prepared first: nothing is there yet, or Ansible is missing.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from breakable_toy import checks, project_path
from breakable_toy.checks import ROOT
from breakable_toy.ports import free_port
from breakable_toy.problem import Problem, report

# A host that lacks what a box needs gets it before these. What takes a box away works with any path.
MAKES_A_BOX = ("up", "provision", "reload")
LEAVES_A_BOX = ("destroy", "halt", "status", "global-status")
TO_PREPARE = 10


def origins(root: Path = ROOT) -> Iterator[tuple[Path, Path, bool]]:
    """Yield each box made in another folder: its notes here, that folder, and whether that still has it."""
    for identity in root.glob(".vagrant/machines/*/*/id"):
        before = _synced_folder(identity.parent)
        if before is not None and not _is_same(before, root):
            yield identity.parent, before, _has_box(before / identity.relative_to(root), identity.read_text())


def copied(root: Path = ROOT) -> Problem | None:
    """The folder must not be a copy of the one that has the box."""
    return next((_copied(before) for _, before, has_box in origins(root) if has_box), None)


def box(root: Path = ROOT) -> Problem | None:
    """The box must have been made in this folder, or in one that was moved here; that is noted."""
    if problem := copied(root):
        return problem
    for machine, before, _ in origins(root):
        _take_over(machine, root)
        print(f"This project was moved here from {before}. Its box comes along.", file=sys.stderr)
    return None


def _synced_folder(machine: Path) -> Path | None:
    """Return the folder that Vagrant syncs into the box: where the project was when the box was made."""
    with suppress(OSError, ValueError, KeyError):
        return Path(json.loads((machine / "synced_folders").read_text())["rsync"]["/vagrant"]["hostpath"])
    return None


def _is_same(before: Path, root: Path) -> bool:
    with suppress(OSError):
        return before.samefile(root)
    return False


def _has_box(identity: Path, box_id: str) -> bool:
    with suppress(OSError):
        return identity.read_text() == box_id
    return False


def _copied(original: Path) -> Problem:
    return Problem(
        f"This folder is a copy of {original}, and its box is still that folder's.",
        "A command here would change the box there: a sync, for example, would overwrite its files.",
        f"For a box of this folder's own, type: rm -r .vagrant && TOY_PORT={free_port()} ./scripts/setup",
    )


def _take_over(machine: Path, root: Path) -> None:
    """Replace the old path in Vagrant's notes, from which it syncs."""
    # It has the path of the key; `learn_way` in scripts/lib/box.sh writes it again.
    (machine / "ssh-config").unlink(missing_ok=True)
    cwd = machine / "vagrant_cwd"
    if cwd.is_file():
        cwd.write_text(str(root))
    folders = machine / "synced_folders"
    content = json.loads(folders.read_text())
    content["rsync"]["/vagrant"]["hostpath"] = str(root)
    # Last, and whole or not at all: without it, the next command does this again.
    partial = folders.with_suffix(".partial")
    partial.write_text(json.dumps(content))
    partial.replace(folders)


def main(argv: Sequence[str]) -> int:
    """Check folder and box for that ``vagrant`` command; return the status."""
    command = next((word for word in argv if not word.startswith("-")), "")
    has_box = any(ROOT.glob(".vagrant/machines/*/*/id"))
    refusal = box() or (project_path.problem() if has_box and command not in LEAVES_A_BOX else None)
    if refusal:
        return report([refusal])
    asks_for_help = {"-h", "--help"} & set(argv)
    if command in MAKES_A_BOX and not asks_for_help and (checks.ansible() if has_box else command == "up"):
        return TO_PREPARE
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
