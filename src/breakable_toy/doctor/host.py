"""The host: system, resources, and the versions of its tools with the needed ones."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from breakable_toy import checks, environment
from breakable_toy.doctor.section import Section, output
from breakable_toy.problem import Problem

# Command, and the least version that this project has run with.
TOOLS: Sequence[tuple[str, Sequence[str], tuple[int, ...]]] = (
    ("vagrant", ("vagrant", "--version"), (2, 3)),
    ("docker", ("docker", "--version"), (20,)),
    ("rsync", ("rsync", "--version"), (3, 1)),
    ("git", ("git", "--version"), (2,)),
    ("ansible-core", (str(checks.ROOT / ".venv/bin/ansible"), "--version"), (2, 19)),
)


def examine() -> Section:
    """Return the section."""
    section = Section("Host")
    release = platform.freedesktop_os_release() if hasattr(platform, "freedesktop_os_release") else {}
    section.facts["system"] = f"{release.get('PRETTY_NAME', platform.platform())}, {platform.machine()}"
    section.facts["processors"] = str(os.cpu_count())
    free = shutil.disk_usage(checks.ROOT).free / checks.GIB
    section.facts["disk free"] = f"{free:.1f} GiB of the clone's disk"
    section.facts["python"] = platform.python_version()
    if sys.version_info < (3, 11):
        section.check(_old("python3", platform.python_version(), (3, 11)))
    with ThreadPoolExecutor(len(TOOLS)) as pool:
        versions = list(pool.map(lambda tool: output(tool[1]), TOOLS))
    for (name, _, least), printed in zip(TOOLS, versions, strict=True):
        found = re.search(r"\d+(?:\.\d+)+", printed)
        section.facts[name] = f"{found[0]} (needed: {_text(least)})" if found else "not installed"
        if found and tuple(map(int, found[0].split("."))) < least:
            section.check(_old(name, found[0], least))
    for problem in environment.problems(os.environ):
        section.check(problem)
    section.check(checks.ansible())
    if section.facts["vagrant"] == "not installed":
        section.check(
            Problem("Vagrant is not installed.", "It makes the box.", "Run: ./scripts/setup   (it installs Vagrant)")
        )
    return section


def _text(version: Sequence[int]) -> str:
    return ".".join(map(str, version))


def _old(name: str, version: str, least: Sequence[int]) -> Problem:
    return Problem(
        f"{name} is {version}; {_text(least)} or newer is needed.",
        "Older versions have not run with this project.",
        f"Upgrade {name} with this system's package manager, then run: ./scripts/setup",
    )
