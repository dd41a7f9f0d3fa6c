"""The values that Compose reads in a project's .env."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from .docker import ComposeError, run

# Compose's own message may quote the value, which may be a secret.
NO_PLACE = "a value has ${ without an end, or another mistake that Compose does not locate"


def values(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the values of these variables in .env, "" for those without one.

    Compose itself reads the file, and only that file: neither the project nor the environment of this process, which
    would override .env. Raises ComposeError with the place of a mistake, but not its line, which may hold a secret.
    """
    names = list(names)
    if not (folder / ".env").is_file():
        return dict.fromkeys(names, "")
    program = shutil.which("docker")
    if not program:
        raise ComposeError("There is no Docker on this machine, whose Compose reads the file.")
    project = {"services": {"of": {"image": "none", "environment": {name: f"${{{name}:-}}" for name in names}}}}
    options = ("--project-name", "of", "--project-directory", str(folder), "--file", "-")
    command = (program, "compose", *options, "config", "--format", "json")
    done = run(*command, stdin=json.dumps(project), env={})
    if done.returncode:
        place = re.search(r"failed to read \S+: (line \d+: [a-z ]+)", done.stderr)
        raise ComposeError(place[1].strip() if place else NO_PLACE)
    # Compose doubles a dollar sign, which the configuration would take for a variable.
    environment = json.loads(done.stdout)["services"]["of"].get("environment") or {}
    return {name: environment[name].replace("$$", "$") for name in names}
