"""The environment of Terraform: that of all tools (ADR 28), and what only this project decides."""

import os
from collections.abc import Mapping
from pathlib import Path

from breakable_toy import environment
from breakable_toy.infra.deployment import ROOT
from breakable_toy.problem import Problem, ProblemError


def chosen(folder: Path, caller: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment for Terraform, whose own files are in ``folder``."""
    return {
        # In the output it would be taken for Terraform's own errors.
        "TF_LOG_PATH": str(folder / "terraform.log"),
        **environment.chosen(caller),
        # Terraform runs the migration: python3 -m breakable_toy.infra.task.
        "PYTHONPATH": str(ROOT / "src"),
        "TF_DATA_DIR": str(folder),
        # Stronger than a workspace that was selected in the folder.
        "TF_WORKSPACE": "default",
        "TF_IN_AUTOMATION": "yes",
        "TF_INPUT": "0",
        # It would ask its maker for news.
        "CHECKPOINT_DISABLE": "yes",
    }


def check_files(module: Path, command: str) -> None:
    """Refuse files of values that Terraform would read by default."""
    found = sorted({*module.glob("terraform.tfvars*"), *module.glob("*.auto.tfvars*")})
    if found:
        names = ", ".join(path.name for path in found)
        raise ProblemError(
            Problem(
                f"Files not supported in {module.name}/: {names}.",
                "Terraform would use their values for each deployment. Those of one belong in terraform/environments.",
                f"Move or remove them, then type: {command}",
            )
        )
