"""Build images, and report which ones changed: neither bake nor Compose does, but the images' ids do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .docker import ComposeError, Docker, Done
from .images import all_images

LAST_LINES = 25
# A second build does not correct these.
MISTAKES = re.compile(
    r"(?i)dockerfile parse error|unknown instruction|fail(ed to (find target|parse|read dockerfile|calculate checksum))"
)
ERROR = re.compile(r"(?m)^(?:ERROR: |failed to solve: |target .*?: )(.*)$")
UNRESOLVED = re.compile(r"failed to resolve source metadata for ([^ ]+):")
# YAML writes a text with these in one line, with \n: colours, tabs, and spaces at the end of lines.
UNPRINTABLE = re.compile(r"(?m)\x1b\[[0-9;]*[A-Za-z]|[ \t\r]+$|[\t\r]")


class Build(NamedTuple):
    """The names of images that a build changed, and all images with their ids after it."""

    changed_images: list[str]
    images: list[str]


def changes(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the names of images that are new, or have another id."""
    return sorted(line.partition(" ")[0] for line in {*after} - {*before})


def failure(done: Done) -> ComposeError:
    """Return an exception with a build's error, the image that no registry gave, and the last lines."""
    output = UNPRINTABLE.sub("", done.stderr)
    errors, unresolved = ERROR.findall(output), UNRESOLVED.search(output)
    return ComposeError(
        errors[-1] if errors else f"The build failed with status {done.returncode}.",
        error=errors[-1] if errors else "",
        unresolved_image=unresolved[1] if unresolved else "",
        last_lines=output.splitlines()[-LAST_LINES:],
    )


def build(docker: Docker, command: Sequence[str], retries: int, sleep: Callable[[], None]) -> Build:
    """Run a build, again after a failure that may be the network's. Raises ComposeError where it fails."""
    before = all_images(docker)
    for attempt in range(retries + 1):
        done = docker(*command)
        if done.returncode == 0:
            after = all_images(docker)
            return Build(changes(before, after), after)
        if MISTAKES.search(done.stderr):
            break
        if attempt < retries:
            sleep()
    raise failure(done)


def bake_targets(docker: Docker, targets: Sequence[str]) -> list[dict[str, Any]]:
    """Return name and tags of the targets that bake would build for these targets and groups."""
    done = docker("buildx", "bake", "--print", *targets)
    if done.returncode:
        raise failure(done)
    found = json.loads(done.stdout)["target"]
    return [{"name": name, "tags": target.get("tags", [])} for name, target in found.items()]


def without_image(docker: Docker, tags: Sequence[str]) -> list[str]:
    """Return the images of these names that are missing."""
    known = {line.partition(" ")[0] for line in all_images(docker)}
    return [tag for tag in tags if (tag if ":" in tag.rpartition("/")[2] else f"{tag}:latest") not in known]
