"""Problems of a role that is compared with one of this project."""

import sys
from pathlib import Path

from breakable_toy.problem import Problem


def no_role(folder: Path) -> Problem | None:
    """Say what the folder lacks, if Ansible would find no role there."""
    if any((folder / "tasks" / name).is_file() for name in ("main.yml", "main.yaml", "main")):
        return None
    return Problem(
        f"{folder} is not a role: tasks/main.yml is missing.",
        "A figure by itself says little: it is compared with that of another role.",
        f"Run: {Path(sys.argv[0])} --peer FOLDER   with a role's folder, such as a clone of one of geerlingguy's",
    )


def not_applied(role: Path, output: str) -> Problem:
    """Say which role failed, and how."""
    return Problem(
        f"The role {role.name} failed on a fresh box. Ansible's last lines:\n{output[-2000:].rstrip()}",
        "Half a role would be measured.",
        f"Correct the cause (in {role}), then run the same command again.",
    )
