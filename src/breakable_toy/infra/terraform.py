"""Terraform, with its errors in the three beats of this project."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from breakable_toy.checks import INSTALL_TERRAFORM
from breakable_toy.infra import lock
from breakable_toy.infra.aws import THROTTLED
from breakable_toy.infra.deployment import Deployment, Registry
from breakable_toy.infra.environment import chosen
from breakable_toy.infra.state import Bucket
from breakable_toy.problem import Problem, ProblemError

# What Terraform or its provider says, and what that means for a deployment. `{}` is the command to continue with.
MEANINGS = (
    (
        r"No valid credential sources found|failed to refresh cached credentials|no EC2 IMDS role found",
        "AWS does not know who you are: there are no credentials on this machine.",
        "Terraform asks AWS for all that it does.",
        "Log in (aws sso login, or aws configure), then type: {}",
    ),
    (
        r"ExpiredToken|token included in the request is (expired|invalid)|InvalidClientTokenId|RequestExpired",
        "AWS does not accept your credentials any more: they have expired.",
        "What was changed until then is in the state; nothing is lost.",
        "Log in again (aws sso login), then type: {}",
    ),
    (
        r"AccessDenied|UnauthorizedOperation|is not authorized to perform",
        "Your credentials do not allow this (see above for the action that AWS has refused).",
        "What was changed until then is in the state; nothing is lost.",
        "Have that action allowed, or take another profile (AWS_PROFILE), then type: {}",
    ),
    (
        r"Saved plan is stale|saved plan file can no longer be applied",
        "The plan is out of date: the deployment has changed since it was made.",
        "Applied as it is it would undo what you have not seen.",
        "Make a new one and read it: {}",
    ),
    (
        "|".join(["Rate exceeded", *THROTTLED]),
        "AWS asks for more patience than Terraform has: it limits how often it may be asked.",
        "What was changed until then is in the state; nothing is lost.",
        "Wait for a minute, then type: {}",
    ),
    (
        r"Failed to query available provider packages|provider registry\.",
        "Terraform cannot get the AWS provider.",
        "It is the part of Terraform that speaks with AWS.",
        "Look at the network, or name a folder of providers (TF_CLI_ARGS_init=-plugin-dir=FOLDER), then type: {}",
    ),
    (
        r"doesn't match any of the\s+checksums",
        "Provider refused: its checksum is not one of those in terraform/providers.json.",
        "A changed provider could do anything with your credentials.",
        "Take the provider from its maker's registry. For another system's, add its checksum (docs/deployment.md). "
        "Then type: {}",
    ),
    (
        r"NoSuchBucket|S3 bucket .* does not exist",
        "The bucket for the state is not there.",
        "The state is what Terraform knows of the deployment; it lies where all can reach it.",
        "Make it, once for each region of an account: ./scripts/infra init {name}. Then type: {}",
    ),
)
# At a terminal, an error is in colours and has a bar before each line.
DRAWN = re.compile(r"(?m)^(?:\x1b\[[0-9;]*m)*[│╷╵](?:\x1b\[[0-9;]*m)* ?|\x1b\[[0-9;]*m")
LOCKED = re.compile(r"Lock Info:\s+ID:\s+(\S+).*?Who:\s+(\S+).*?Created:\s+(\S+ \S+)", re.DOTALL)


class Terraform:
    """Terraform for one deployment, or for the registry."""

    def __init__(self, deployment: Deployment | Registry) -> None:
        """Take the folder that is its own."""
        self.deployment = deployment

    def run(self, *arguments: str, retry: str, quiet: bool = False) -> str:
        """Run a command; show what it says, unless ``quiet``; return its standard output.

        ``retry`` is the command to type after an error was corrected, as words after ``scripts/infra``.
        """
        # Options come after the command, which may be of two words.
        words = 2 if arguments[0] == "state" else 1
        # It would colour what goes into a file, too.
        plain = [] if sys.stdout.isatty() else ["-no-color"]
        command = ["terraform", f"-chdir={self.deployment.module}", *arguments[:words], *plain, *arguments[words:]]
        environment = chosen(self.deployment.folder)
        with self._installed(retry):
            process = subprocess.Popen(
                command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        said, errors = _listened(process, quiet)
        if process.returncode:
            raise self.failure(errors, retry)
        return said

    @contextmanager
    def _installed(self, retry: str) -> Iterator[None]:
        """Raise ProblemError where Terraform is not installed."""
        try:
            yield
        except FileNotFoundError:
            raise ProblemError(
                Problem(
                    "There is no Terraform on this machine.",
                    "It makes and changes what is at AWS.",
                    f"{INSTALL_TERRAFORM}   Then type: {self.deployment.command(retry)}",
                )
            ) from None

    def init(self, bucket: Bucket, retry: str) -> None:
        """Prepare the folder: the provider, and the state in that bucket."""
        settings = {
            "bucket": bucket.name,
            "key": self.deployment.key,
            "region": bucket.region,
            # Terraform may find other credentials than boto.
            "allowed_account_ids": [bucket.account],
        }
        self.deployment.folder.mkdir(parents=True, exist_ok=True)
        backend = self.deployment.folder / "backend.json"
        backend.write_text(json.dumps(settings))
        with self._installed(retry):
            lock.write()
        self.run("init", "-reconfigure", "-lockfile=readonly", f"-backend-config={backend}", retry=retry, quiet=True)

    def outputs(self, retry: str) -> dict[str, Any]:
        """Return the deployment's outputs by their names; nothing where nothing was applied."""
        outputs = json.loads(self.run("output", "-json", retry=retry, quiet=True))
        return {name: output["value"] for name, output in outputs.items()}

    def planned_image(self, plan: Path) -> str:
        """Return the image that a plan is of."""
        shown = json.loads(self.run("show", "-json", str(plan), retry="plan", quiet=True))
        return str(shown["variables"]["image"]["value"])

    @property
    def rescued(self) -> Path:
        """Where Terraform writes a state that it cannot bring to the bucket."""
        return self.deployment.module / "errored.tfstate"

    def not_saved(self) -> ProblemError:
        """Return what to say while such a state is there: without it, everything would be made a second time."""
        return ProblemError(
            Problem(
                f"The last state of {self.deployment.name} could not be saved; it is in {self.rescued}.",
                "Without it Terraform does not know what it has made: that would be made again, and paid for for ever.",
                f"Log in again, then type: {self.deployment.command('recover')}",
            )
        )

    def failure(self, errors: str, retry: str) -> ProblemError:
        """Return what Terraform's errors mean for a deployment."""
        go_on = self.deployment.command(retry)
        if self.rescued.is_file() and retry != "recover":
            return self.not_saved()
        # The text after it is a program's log, which may have any word in it.
        own, _, _ = DRAWN.sub("", errors).partition("local-exec provisioner error")
        if "Error acquiring the state lock" in own:
            identifier, who, since = (
                found.groups() if (found := LOCKED.search(own)) else ("ID", "somebody", "an unknown time")
            )
            return ProblemError(
                Problem(
                    f"The state of {self.deployment.name} is locked by {who} since {since} UTC.",
                    "Another run is changing the deployment; two at a time would undo each other's work.",
                    f"Wait, then type: {go_on}. If that run was killed: "
                    + self.deployment.command(f"unlock {identifier}"),
                )
            )
        for pattern, what, why, fix in MEANINGS:
            if re.search(pattern, own):
                return ProblemError(Problem(what, why, fix.format(go_on, name=self.deployment.name)))
        return ProblemError(
            Problem(
                "Terraform has failed; its last words are above.",
                "What was changed until then is in the state; nothing is lost.",
                f"Correct what it names, then type: {go_on}",
            )
        )


def _listened(process: "subprocess.Popen[str]", quiet: bool) -> tuple[str, str]:
    """Return what a process prints and what it says of errors, and show both as they come."""
    said: list[str] = []
    errors: list[str] = []

    def listen(stream: Any, kept: list[str], shown: Any) -> None:
        for line in stream:
            kept.append(line)
            if shown:
                shown.write(line)
                shown.flush()

    # Two pipes, and neither may fill up while the other one is read.
    threads = [
        Thread(target=listen, args=(process.stdout, said, None if quiet else sys.stdout)),
        Thread(target=listen, args=(process.stderr, errors, sys.stderr)),
    ]
    for thread in threads:
        thread.start()
    while True:
        try:
            process.wait()
            break
        except KeyboardInterrupt:
            # Terraform has heard it as well, and ends in order: it gives the state's lock back.
            continue
    for thread in threads:
        thread.join()
    return "".join(said), "".join(errors)
