"""Docker's command line, called in a project's folder as the user who owns the project."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT_NEEDED = "This task needs root. Set become: true for the play or the role."
MESSAGE_LINES = 10
PROGRESS = re.compile(r"\s*(Container|Network|Volume|Image|Service) \S+ +\w+$")
Done = subprocess.CompletedProcess[str]


class ComposeError(Exception):
    """A project cannot be read, started, stopped or built; details go to the module's result."""

    def __init__(self, message: str, **details: Any) -> None:
        """Take the message, and what else the module returns."""
        super().__init__(message)
        self.details = details


def account(name: str) -> tuple[int | None, int | None]:
    """Return the numbers of a user and of the user's group; None where the user does not exist."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None, None
    return entry.pw_uid, entry.pw_gid


def identity(name: str) -> dict[str, Any]:
    """Return the arguments of `subprocess.run` by which a program runs as a user, with the user's home and groups."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError as error:
        raise ComposeError(f"{name} has no account on this machine.") from error
    if entry.pw_uid == os.geteuid():
        return {}
    if os.geteuid() != 0:
        raise ComposeError(ROOT_NEEDED)
    environment = {**os.environ, "HOME": entry.pw_dir, "USER": name, "LOGNAME": name}
    groups = os.getgrouplist(name, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups, "env": environment}


class Docker:
    """Runs Docker in a folder, as a user; as the current user where none is named."""

    def __init__(self, folder: Path, owner: str = "") -> None:
        """Take the folder and the user's name."""
        self.folder = folder
        self._identity = identity(owner) if owner else {}

    def __call__(self, *arguments: str) -> Done:
        """Run Docker with these arguments; its status is in the result."""
        return run("docker", *arguments, cwd=self.folder, **self._identity)

    def compose(self, *arguments: str) -> Done:
        """Run Docker Compose without colours and moving lines."""
        return self("compose", "--ansi", "never", "--progress", "plain", *arguments)


def run(
    *command: str, cwd: Path | None = None, stdin: str = "", env: Mapping[str, str] | None = None, **identity: Any
) -> Done:
    """Run a program; one that is missing ends with status 127."""
    options: dict[str, Any] = {"capture_output": True, "text": True, "errors": "backslashreplace"}
    try:
        return subprocess.run(command, check=False, cwd=cwd, input=stdin, env=env, **options, **identity)
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(command, 127, "", f"{error.strerror}: {error.filename}")


def message(done: Done) -> str:
    """Return the last lines of Docker's messages, without those of Compose's progress."""
    lines = [line.rstrip() for line in (done.stderr or done.stdout).splitlines()]
    return "\n".join([line for line in lines if line and not PROGRESS.match(line)][-MESSAGE_LINES:])


def output(done: Done) -> str:
    """Return the output of a command. Raises ComposeError with its last messages where it failed."""
    if done.returncode:
        raise ComposeError(message(done))
    return done.stdout
