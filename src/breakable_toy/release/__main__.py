"""``scripts/cibuild`` keeps what it has built and tested; ``scripts/cipublish`` pushes that to a registry."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from breakable_toy.problem import status
from breakable_toy.release.keep import keep
from breakable_toy.release.publish import publish, publishable
from breakable_toy.usage import Parser


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command says; return 0, or 1 after a problem was reported."""
    arguments = parser().parse_args(argv)
    # A job that is cancelled, or whose terminal is closed, leaves no password behind.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    if arguments.command == "keep":
        return status(lambda: print(keep(arguments.archive, arguments.tested).digest))
    if arguments.command == "check":
        return status(lambda: publishable(arguments.deployment))
    return status(lambda: print(publish(arguments.deployment)))


def parser() -> argparse.ArgumentParser:
    """Return what understands the command line."""
    whole = Parser(prog="release", description="Keeps and publishes the image of the commit here.")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    kept = commands.add_parser("keep", help="makes a release of an archive (docker save); prints its digest")
    kept.add_argument("archive", metavar="ARCHIVE", type=Path)
    kept.add_argument("--tested", nargs="+", default=[], metavar="SUITE", help="the suites that have tested it")
    published = commands.add_parser("publish", help="pushes it to $IMAGE_REGISTRY, or for a deployment to AWS's")
    published.add_argument("deployment", metavar="DEPLOYMENT", nargs="?")
    checked = commands.add_parser("check", help="refuses what publish would refuse without asking the registry")
    checked.add_argument("deployment", metavar="DEPLOYMENT", nargs="?")
    return whole


if __name__ == "__main__":
    sys.exit(main())
