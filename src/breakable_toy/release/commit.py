"""Which commit is here, and whether the files are exactly its own."""

import subprocess

from breakable_toy.infra.deployment import ROOT
from breakable_toy.problem import Problem, ProblemError

SHOWN = 5


def head() -> str:
    """Return the full name of the commit that is checked out."""
    try:
        return _git("rev-parse", "--verify", "HEAD").strip()
    except subprocess.CalledProcessError as error:
        raise ProblemError(
            Problem(
                f"Git does not know a commit here: {error.stderr.strip()}",
                "A release is the image of one commit.",
                "Do this in a clone of the project that has a commit.",
            )
        ) from None


def clean_head() -> str:
    """Return the same, and refuse uncommitted files: the sources of such an image would be unknown."""
    commit = head()
    changed = _git("status", "--porcelain").splitlines()
    if changed:
        more = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
        raise ProblemError(
            Problem(
                f"There are changes that no commit has: {', '.join(line[3:] for line in changed[:SHOWN])}{more}.",
                "An image bears the name of its commit; made of other files, its content would be unknown.",
                "Commit them, or put them aside (git stash --include-untracked), then type: ./scripts/cibuild",
            )
        )
    return commit


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout
