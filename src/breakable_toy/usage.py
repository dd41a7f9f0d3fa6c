"""A mistake in a command line: the error first, one line of usage, and where to find more.

For the scripts, ``python3 -m breakable_toy.usage SCRIPT WORD [MESSAGE]`` reads the script's usage from standard input
and looks there for what the word may have meant; for the Python programs there is ``Parser``.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WRONG_USAGE = 2


def meant(word: str, known: Iterable[str]) -> str:
    """Return a question that names what is nearest to the word, or nothing."""
    near = difflib.get_close_matches(word.partition("=")[0], list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def explained(program: str, error: str, usage: str) -> str:
    """Return the message. ``program`` is ``scripts/NAME``, or a module of this package."""
    line = " ".join(usage.split("\n\n", maxsplit=1)[0].split())
    typed = f"./{program}" if program.startswith("scripts/") else f"python3 -m breakable_toy.{program}"
    return f"✗ {program.rpartition('/')[2]}: {error}\n  {line}\n  → Type: {typed} --help"


def words(usage: str) -> set[str]:
    """Return the options and commands of a usage: what begins a line of its list, or is a choice in the first line."""
    listed = re.findall(r"^  (--?[\w-]+|[a-z]\w+)(?=[ =,]|$)", usage, re.MULTILINE)
    first = usage.partition("\n")[0].partition(" ")[2]
    return {*listed, *re.findall(r"--[\w-]+", first), *re.findall(r"(?<![\w/-])[a-z]+(?![\w/])", first)}


class Parser(argparse.ArgumentParser):
    """argparse, with this project's words for a mistake."""

    def error(self, message: str) -> NoReturn:
        """Print it; exit with 2."""
        found = re.search(r"(?:unrecognized arguments: |invalid choice: ')([^\s']+)", message)
        choices = re.search(r"\(choose from (.*)\)", message)
        known = re.findall(r"[\w-]+", choices[1]) if choices else self._option_string_actions
        question = meant(found[1], known) if found else ""
        print(explained(self.prog, f"{message}.{question}", self.format_usage()), file=sys.stderr)
        sys.exit(WRONG_USAGE)


def main(argv: Sequence[str]) -> int:
    """Explain a script's mistake; return 2."""
    script, word, *message = argv
    usage = sys.stdin.read()
    error = message[0] if message else f"unknown argument '{word}'."
    name = f"scripts/{script.rpartition('/')[2]}"
    print(explained(name, error + ("" if message else meant(word, words(usage))), usage), file=sys.stderr)
    return WRONG_USAGE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
