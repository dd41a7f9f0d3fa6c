"""Wait until a new version serves, or say why it does not."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from breakable_toy.infra.aws import client
from breakable_toy.problem import Problem, ProblemError

TIMEOUT_SECONDS = 20 * 60
PAUSE_SECONDS = 5
# CloudFront has to learn of a new origin everywhere.
ANSWER_SECONDS = 10 * 60
REFUSED = "status 403 by CloudFront"


def wait(outputs: dict[str, Any], say: Callable[[str], None], command: Callable[[str], str]) -> None:
    """Wait until the service runs the task definition that was applied, and only that.

    ``command`` makes of a word such as ``logs`` what to type.
    Raises ProblemError with the reasons of the tasks that stopped, when AWS has rolled it back, or after 20 minutes.
    """
    ecs = client("ecs", outputs["region"])
    cluster, service = outputs["cluster"], outputs["service"]
    wanted = outputs["task_definitions"]["web"]
    deadline = time.monotonic() + TIMEOUT_SECONDS
    before = ""
    while True:
        (seen,) = ecs.describe_services(cluster=cluster, services=[service])["services"]
        primary = next(deployment for deployment in seen["deployments"] if deployment["status"] == "PRIMARY")
        told = f"{primary['runningCount']} of {primary['desiredCount']} tasks of the new version run"
        if told != before:
            say(told)
            before = told
        is_wanted = seen["taskDefinition"] == wanted
        reason = primary.get("rolloutStateReason", "its tasks did not become healthy")
        if not is_wanted:
            raise _failed(f"AWS has rolled the new version back: {reason}", ecs, cluster, wanted, command)
        if primary.get("rolloutState") == "FAILED":
            raise _failed(f"AWS has given the new version up: {reason}", ecs, cluster, wanted, command)
        is_whole = primary["runningCount"] >= primary["desiredCount"]
        if is_whole and len(seen["deployments"]) == 1 and primary.get("rolloutState", "COMPLETED") == "COMPLETED":
            return
        if time.monotonic() > deadline:
            minutes = TIMEOUT_SECONDS // 60
            raise _failed(f"The new version has not come up within {minutes} minutes.", ecs, cluster, wanted, command)
        time.sleep(PAUSE_SECONDS)


def answer(url: str, command: Callable[[str], str], again: str) -> None:
    """Wait until the address answers 200; visitors come that way. ``again`` is the command to repeat."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while last := _ask(url):
        if last.startswith(REFUSED):
            raise ProblemError(
                Problem(
                    f"CloudFront does not let this machine in: {url} answers 403.",
                    "The new version runs, its tasks are healthy. Whether visitors reach it cannot be seen from here.",
                    "Ask from one of the variable countries; the firewall's log shows whether it has refused you.",
                )
            )
        if time.monotonic() > deadline:
            raise ProblemError(
                Problem(
                    f"{url} does not answer as it should (last: {last}).",
                    "The tasks run, but what visitors ask does not reach them, or they cannot work.",
                    f"Look at the log: {command('logs')}   Then type: {command(again)}",
                )
            )
        time.sleep(PAUSE_SECONDS)


def _ask(url: str) -> str:
    """Return an empty string when the address answers 200, otherwise what went wrong."""
    try:
        with urllib.request.urlopen(url, timeout=10) as found:  # noqa: S310 - Terraform's output
            return "" if found.status == 200 else f"status {found.status}"  # noqa: PLR2004
    except urllib.error.HTTPError as error:
        by = " by CloudFront" if error.headers.get("Server") == "CloudFront" else ""
        return f"status {error.code}{by} {error.read(300).decode(errors='replace')}".strip()
    except OSError as error:
        return str(error)


def stopped(ecs: Any, cluster: str, definition: str) -> list[str]:
    """Return why the tasks of a definition have stopped, each reason once."""
    arns = ecs.list_tasks(cluster=cluster, desiredStatus="STOPPED")["taskArns"]
    reasons = []
    for task in ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []:
        if task["taskDefinitionArn"] != definition:
            continue
        containers = [
            f"{container['name']} {container.get('reason') or 'ended with status ' + str(container.get('exitCode'))}"
            for container in task["containers"]
        ]
        reasons.append("; ".join(filter(None, [task.get("stoppedReason"), *containers])))
    return sorted(set(reasons))


def _failed(what: str, ecs: Any, cluster: str, definition: str, command: Callable[[str], str]) -> ProblemError:
    reasons = "".join(f"\n    {reason}" for reason in stopped(ecs, cluster, definition))
    return ProblemError(
        Problem(
            what + (f" Why its tasks stopped:{reasons}" if reasons else ""),
            "Where there was an old version, it serves on. The state has the new one: a plan would try it again.",
            f"Read the log ({command('logs')}), correct the image, publish it, then type: {command('plan')}",
        )
    )
