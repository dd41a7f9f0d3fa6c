"""The needs of a Compose project on a machine: Docker with Compose, a Compose file, its owner, a readable .env."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .docker import ComposeError, Docker, account, run
from .images import all_images
from .interpolation import values

COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


def dotenv_error(folder: Path) -> str:
    """Return the place of a mistake in a project's .env; "" where Compose can read it."""
    try:
        values(folder, ())
    except ComposeError as error:
        return str(error)
    return ""


def facts(folder: Path, owner: str) -> dict[str, Any]:
    """Return the facts of a machine about a project and its owner."""
    version = run("docker", "compose", "version", "--short")
    has_compose = version.returncode == 0
    uid, gid = account(owner)
    return {
        "version": version.stdout.strip() if has_compose else "",
        "error": "" if has_compose else version.stderr.strip(),
        "has_project": any((folder / name).exists() for name in COMPOSE_FILES),
        "dotenv_error": dotenv_error(folder) if has_compose else "",
        "owner_uid": uid,
        "owner_gid": gid,
        "images": all_images(Docker(Path("/"))) if has_compose else [],
    }
