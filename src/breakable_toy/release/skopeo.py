"""The program that copies images between archives, layouts and registries."""

import re
import subprocess
from pathlib import Path
from typing import BinaryIO

from breakable_toy.infra.deployment import ROOT
from breakable_toy.problem import Problem, ProblemError


class SkopeoError(Exception):
    """It has failed, for the reason that it gives."""


def run(*words: str, minutes: int, given: bytes = b"", archive: BinaryIO | None = None) -> bytes:
    """Run it in the project's folder, at most so long; return what it prints.

    It reads ``given``, or the open file ``archive``.
    """
    command = ["skopeo", f"--command-timeout={minutes}m", *words]
    try:
        # Without anything to read it must not wait for a terminal.
        done = subprocess.run(
            command, cwd=ROOT, stdin=archive, input=None if archive else given, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise ProblemError(
            Problem(
                "There is no skopeo on this machine.",
                "It copies images from archives to registries.",
                "Type: sudo apt-get install skopeo   (elsewhere: this system's package manager has it)",
            )
        ) from None
    if done.returncode:
        raise SkopeoError(_reason(done.stderr.decode(errors="replace")))
    return done.stdout


def shown(path: Path) -> str:
    """Return a path of the project's as skopeo takes it: a colon in it would end it, and only ours have none."""
    return str(path.relative_to(ROOT))


def _reason(errors: str) -> str:
    """Return the last line without its trimmings."""
    last = (errors.strip().splitlines() or ["it gives no reason"])[-1]
    found = re.search(r'msg="((?:[^"\\]|\\.)*)"', last)
    told = found[1].replace('\\"', '"') if found else last
    return re.sub(r'^Error parsing image name "[^"]*": ', "", told)
