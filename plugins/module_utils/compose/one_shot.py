"""One-shot tasks: services that run to their end, and again only after a change of their inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .config import Config
from .docker import Docker


class OneShot(NamedTuple):
    """A task's service, the pattern of an output that reports a change, and the paths that the task reads."""

    service: str
    changed_pattern: str = ""
    watch: tuple[str, ...] = ()


def files(path: Path) -> Iterator[Path]:
    """Return the files in a folder, always in the same order; or the file itself."""
    yield from sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def content(path: Path) -> tuple[bytes, str]:
    """Return the names and digests of the files at a path, and the reason why one of them cannot be read."""
    found = b""
    try:
        for file in files(path):
            found += f"{file}\n".encode() + hashlib.sha256(file.read_bytes()).digest()
    except OSError as error:
        return found, str(error.strerror)
    return found, ""


def unreadable(task: OneShot, folder: Path) -> list[str]:
    """Return a message for each watched path that cannot be read."""
    reasons = {path: content(folder / path)[1] for path in task.watch}
    return [
        f"The task {task.service} watches {path}, which cannot be read: {reason}."
        for path, reason in reasons.items()
        if reason
    ]


def inputs(task: OneShot, folder: Path, config: Config, image: str) -> str:
    """Return a digest of a task's inputs: configuration, image, watched files. A task may create volumes itself."""
    watched = b"".join(content(folder / path)[0] for path in task.watch)
    return hashlib.sha256(config.text.encode() + image.encode() + watched).hexdigest()


def is_pending(record: str, new_inputs: str, volumes: str) -> bool:
    """Return whether a task has not run yet, or with other inputs, or if a volume of its run is gone since."""
    old_inputs, *old_volumes = record.splitlines() or [""]
    return old_inputs != new_inputs or not set(old_volumes) <= set(volumes.splitlines())


def volumes(docker: Docker, project: str) -> str:
    """Return a line with name and creation time for each volume of a project."""
    label = f"label=com.docker.compose.project={project}"
    listed = docker("volume", "ls", "--quiet", "--filter", label).stdout.split()
    inspect = ("volume", "inspect", "--format", "{{.Name}} {{.CreatedAt}}")
    return docker(*inspect, *listed).stdout if listed else ""
