"""The parts of a section of the page."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from breakable_toy.problem import Problem

# Of the five seconds that the page may take.
LIMIT_SECONDS = 4.0


@dataclass
class Section:
    """Facts by name, and the problems that are red lines at the top of the page."""

    title: str
    facts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def check(self, problem: Problem | None) -> None:
        """Take a check's answer."""
        if problem:
            self.problems.append(problem)


# Returns a section. One that raises, or takes longer than LIMIT_SECONDS, is reported as unknown.
Examine = Callable[[], Section]


def answer(command: Sequence[str]) -> str | None:
    """Return the standard output of a command, stripped; None where it is missing, fails or takes too long."""
    try:
        run = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=LIMIT_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.stdout.strip() if run.returncode == 0 else None


def output(command: Sequence[str]) -> str:
    """Return the same, but an empty string instead of None."""
    return answer(command) or ""
