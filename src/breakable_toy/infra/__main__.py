"""``scripts/infra``: plan, apply and destroy a deployment, and look after it."""

import argparse
import shlex
import sys
from collections.abc import Sequence

from breakable_toy.infra import environment
from breakable_toy.infra.deployment import Deployment
from breakable_toy.problem import status
from breakable_toy.usage import Parser


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command says; return 0, or 1 after a problem was reported. After ``--check``, only parse."""
    words = list(sys.argv[1:] if argv is None else argv)
    is_check = words[:1] == ["--check"]
    words = words[is_check:]
    arguments, unknown = parser().parse_known_args(words)
    if unknown:
        arguments.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    command, *rest = words
    rest.remove(arguments.deployment)
    # Without its arguments, a command to type again may be another one.
    arguments.retry = shlex.join([command, *rest])

    def work() -> None:
        deployment = Deployment(arguments.deployment)
        if is_check:
            return
        # They need what scripts/bootstrap --with-deploy installs.
        from breakable_toy.infra import commands  # noqa: PLC0415
        from breakable_toy.infra.aws import explained  # noqa: PLC0415

        environment.check_files(deployment.module, deployment.command(arguments.retry))
        with explained(deployment.command(arguments.retry)):
            getattr(commands, arguments.function)(deployment, arguments)

    return status(work)


def parser() -> argparse.ArgumentParser:
    """Return what understands the command line."""
    whole = Parser(
        prog="scripts/infra",
        usage="scripts/infra COMMAND DEPLOYMENT [OPTION...]",
        description="Plans, applies and destroys a deployment at AWS: one of terraform/environments, such as staging.",
    )
    subparsers = whole.add_subparsers(prog="scripts/infra", dest="command", metavar="COMMAND", required=True)

    def add(name: str, function: str, text: str) -> argparse.ArgumentParser:
        command = subparsers.add_parser(name, help=text, description=text)
        command.add_argument("deployment", metavar="DEPLOYMENT")
        command.set_defaults(function=function, parser=command)
        return command

    add(
        "init",
        "init",
        "once for each region of an account: makes the bucket for the states, and the registry for the images",
    )
    planned = add("plan", "plan", "shows what would change, and keeps it for apply")
    planned.add_argument(
        "--image",
        metavar="REPOSITORY@sha256:DIGEST",
        help="the web image; without it, that of this commit as scripts/cipublish has pushed it",
    )
    planned.add_argument(
        "--renew-password", action="store_true", help="with a new password for requests; the image stays unless named"
    )
    add(
        "apply",
        "apply",
        "makes exactly the changes of the plan: migrates, starts the new version, waits until it serves",
    )
    destroyed = add("destroy", "destroy", "removes all of it, data included")
    destroyed.add_argument("--yes", action="store_true", help="do not ask")
    shown = add("output", "output", "prints an output of Terraform's, or all")
    shown.add_argument("name", nargs="?", metavar="NAME")
    migrated = add("migrate", "migrate", "runs manage.py in a separate task: migrate, or the arguments after --")
    migrated.usage = "scripts/infra migrate DEPLOYMENT [-- ARGUMENT...]"
    migrated.add_argument("arguments", nargs="*", metavar="ARGUMENT")
    add("rollback", "rollback", "plans the image that was there before the one of now")
    read = add("logs", "show_logs", "prints what the tasks have logged")
    read.add_argument("--since", default="10m", metavar="TIME", help="from when on: 30s, 10m (default), 2h, 1d")
    read.add_argument("--follow", action="store_true", help="and follow new lines")
    add("recover", "recover", "saves the state that an apply could not save, because its credentials had expired")
    unlocked = add("unlock", "unlock", "takes the lock from a run that was killed")
    unlocked.add_argument("lock", metavar="ID")
    return whole


if __name__ == "__main__":
    sys.exit(main())
