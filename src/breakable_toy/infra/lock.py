"""Terraform's lock of its providers, made from terraform/providers.json, which is committed in its place (ADR 31).

Terraform's own form has the address of a registry in it, which is the user's choice and nothing of this project's.
``python3 -m breakable_toy.infra.lock`` writes it for both modules.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from breakable_toy.infra.deployment import MODULE
from breakable_toy.infra.environment import chosen
from breakable_toy.problem import Problem, ProblemError, status

COMMITTED = "providers.json"
WRITTEN = ".terraform.lock.hcl"
# The one for which Terraform is asked where it comes from.
ASKED = "hashicorp/aws"


def write(module: Path = MODULE) -> None:
    """Write the locks of a module and its registry, unless they are there as they should be."""
    providers = json.loads((module / COMMITTED).read_text())
    host = ""
    for path in (module / WRITTEN, module / "registry" / WRITTEN):
        before = path.read_text() if path.is_file() else ""
        if before and before == text(providers, known_host(before)):
            continue
        host = host or default_host()
        path.write_text(text(providers, host))


def text(providers: dict[str, Any], host: str) -> str:
    """Return the lock, as Terraform writes it."""
    blocks = ["# Made from providers.json by breakable_toy.infra.lock.\n"]
    for name, provider in sorted(providers.items()):
        lines = "".join(f'    "{found}",\n' for found in sorted(provider["hashes"]))
        blocks.append(
            f'provider "{host}/{name}" {{\n  version = "{provider["version"]}"\n  hashes = [\n{lines}  ]\n}}\n'
        )
    return "\n".join(blocks)


def known_host(lock: str) -> str:
    """Return the host that a lock names."""
    found = re.search(rf'^provider "([^"/]+)/{ASKED}"', lock, re.MULTILINE)
    return found[1] if found else ""


def default_host() -> str:
    """Return where Terraform looks for a provider that is named without a host."""
    with tempfile.TemporaryDirectory() as folder:
        source = f'terraform {{\n  required_providers {{\n    aws = {{ source = "{ASKED}" }}\n  }}\n}}\n'
        Path(folder, "main.tf").write_text(source)
        done = subprocess.run(
            ["terraform", f"-chdir={folder}", "providers"],
            env=chosen(Path(folder, "data")),
            capture_output=True,
            text=True,
            check=False,
        )
    if found := re.search(rf"provider\[([^/\]]+)/{ASKED}\]", done.stdout):
        return found[1]
    raise ProblemError(
        Problem(
            f"Terraform failed: {done.stderr.strip() or done.stdout.strip()}",
            "It was asked where providers come from, before anything else.",
            "Correct its settings (~/.terraformrc, or the file that TF_CLI_CONFIG_FILE names), then run this again.",
        )
    )


if __name__ == "__main__":
    sys.exit(status(write))
