"""The form of this project's error messages."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True)
class Problem:
    """An error: its event, its consequence, and the next command."""

    what: str
    why: str
    fix: str

    def __str__(self) -> str:
        return f"✗ {self.what}\n  {self.why}\n  → {self.fix}"


class ProblemError(Exception):
    """A problem that ends what was asked for."""

    def __init__(self, problem: Problem) -> None:
        """Take the problem along."""
        super().__init__(str(problem))
        self.problem = problem


def report(problems: Iterable[Problem]) -> int:
    """Print every problem to standard error; return the exit status (0 none, 1 some)."""
    status = 0
    for problem in problems:
        print(problem, file=sys.stderr)
        status = 1
    return status


def status(work: Callable[[], object]) -> int:
    """Do it; return the exit status: 0, 1 after a problem was reported, 130 after Ctrl-C."""
    try:
        work()
    except ProblemError as failure:
        return report([failure.problem])
    except KeyboardInterrupt:
        return 130
    return 0


def uninterrupted(main: Callable[[], int]) -> int:
    """Return the exit status of a program; 130 after Ctrl-C, which is not an error of the program."""
    try:
        return main()
    except KeyboardInterrupt:
        return 130
