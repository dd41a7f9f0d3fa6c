"""A command of manage.py as a separate task. Terraform migrates by ``python3 -m breakable_toy.infra.task``.

The environment says where it runs: TASK_DEPLOYMENT, TASK_REGION, TASK_CLUSTER, TASK_DEFINITION, TASK_SUBNETS
and TASK_SECURITY_GROUPS (with commas), TASK_LOG_GROUP. TASK_IMAGE is what was planned.
"""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from breakable_toy.infra.aws import client, explained
from breakable_toy.problem import Problem, ProblemError, report

TIMEOUT_SECONDS = 30 * 60
PAUSE_SECONDS = 2
LAST_LINES = 30
# Why it matters that the command has failed, and what to do; `{}` is the deployment.
MIGRATION = (
    "The new version needs what this command does, so it was not started; an old one serves on.",
    "Correct the cause and commit, then type: ./scripts/cibuild && ./scripts/cipublish {0} && ./scripts/infra plan {0}",
)
TYPED = ("It has not done what you asked for.", "Correct that, then type it again.")


@dataclass(frozen=True)
class Place:
    """The place of a task."""

    deployment: str
    region: str
    cluster: str
    definition: str
    subnets: Sequence[str]
    security_groups: Sequence[str]
    log_group: str

    @classmethod
    def from_environment(cls) -> "Place":
        """Return what Terraform has written there."""
        return cls(
            os.environ["TASK_DEPLOYMENT"],
            os.environ["TASK_REGION"],
            os.environ["TASK_CLUSTER"],
            os.environ["TASK_DEFINITION"],
            os.environ["TASK_SUBNETS"].split(","),
            os.environ["TASK_SECURITY_GROUPS"].split(","),
            os.environ["TASK_LOG_GROUP"],
        )


def run(place: Place, command: Sequence[str] = ()) -> list[str]:
    """Run a task to its end, and return what it has logged; ``command`` is instead of the definition's own.

    Raises ProblemError, with its last lines, when it ends with another status than 0 or cannot start.
    """
    ecs = client("ecs", place.region)
    why, fix = TYPED if command else MIGRATION
    advice = why, fix.format(place.deployment)
    wait_for_others(ecs, place)
    override = {"containerOverrides": [{"name": "web", "command": list(command)}]} if command else {}
    network = {"subnets": place.subnets, "securityGroups": place.security_groups, "assignPublicIp": "DISABLED"}
    started = ecs.run_task(
        cluster=place.cluster,
        taskDefinition=place.definition,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
        overrides=override,
        startedBy="breakable-toy",
    )
    if not started["tasks"]:
        reasons = "; ".join(failure.get("reason", "") for failure in started["failures"])
        raise _failed(f"AWS could not start a task of {place.definition}: {reasons}", [], advice)
    arn = started["tasks"][0]["taskArn"]
    task = ended(ecs, place.cluster, arn)
    lines = logged(place, arn)
    (container,) = [container for container in task["containers"] if container["name"] == "web"]
    if container.get("exitCode") != 0:
        reason = container.get("reason") or task.get("stoppedReason") or "it gives no reason"
        status = f"with status {container['exitCode']}" if "exitCode" in container else "before it began"
        raise _failed(f"The task {arn.rpartition('/')[2]} ended {status}: {reason}", lines, advice)
    return lines


def wait_for_others(ecs: Any, place: Place) -> None:
    """Wait while another task of this family runs: two migrations at a time would be in each other's way."""
    family = place.definition.rpartition("/")[2].partition(":")[0]
    for arn in ecs.list_tasks(cluster=place.cluster, family=family, desiredStatus="RUNNING")["taskArns"]:
        print(f"Waiting for the task {arn.rpartition('/')[2]}, which was started before", flush=True)
        ended(ecs, place.cluster, arn)


def ended(ecs: Any, cluster: str, arn: str) -> dict[str, Any]:
    """Wait until a task has ended, and return what AWS reports of it."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        tasks = ecs.describe_tasks(cluster=cluster, tasks=[arn])["tasks"]
        if tasks and tasks[0]["lastStatus"] == "STOPPED":
            return dict(tasks[0])
        time.sleep(PAUSE_SECONDS)
    what = f"The task {arn.rpartition('/')[2]} has not ended within {TIMEOUT_SECONDS // 60} minutes; it still runs."
    raise _failed(
        what, [], ("What comes after it has to wait.", "Look at the log; the next run waits for this task first.")
    )


def logged(place: Place, arn: str) -> list[str]:
    """Return what a task has logged."""
    logs = client("logs", place.region)
    stream = f"ecs/web/{arn.rpartition('/')[2]}"
    try:
        found = logs.get_log_events(logGroupName=place.log_group, logStreamName=stream, startFromHead=False)
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [event["message"] for event in found["events"]]


def _failed(what: str, lines: Sequence[str], advice: tuple[str, str]) -> ProblemError:
    told = "".join(f"\n    {line}" for line in lines[-LAST_LINES:])
    return ProblemError(Problem(what + (f" Its last lines:{told}" if told else ""), *advice))


def main() -> int:
    """Run the command of the definition itself."""
    place = Place.from_environment()
    try:
        with explained(f"./scripts/infra plan {place.deployment} --image {os.environ['TASK_IMAGE']}"):
            for line in run(place):
                print(line)
    except ProblemError as failure:
        return report([failure.problem])
    return 0


if __name__ == "__main__":
    sys.exit(main())
