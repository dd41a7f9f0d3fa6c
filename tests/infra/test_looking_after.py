"""The commands for a deployment that is there."""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.infra.conftest import FIRST, REGION, Cloud
from tests.infra.seen import service
from tests.infra.terminal import destroyed, watched

from breakable_toy.infra.deployment import Deployment
from breakable_toy.infra.terraform import Terraform

pytestmark = pytest.mark.usefixtures("deployment")

HOUR_SECONDS = 3600


def log(cloud: Cloud, task: str, *lines: str, ago: float = 0) -> None:
    """Have a task of the web container log these lines, so many seconds ago."""
    logs = cloud.client("logs")
    place = {"logGroupName": "/toy-staging/web", "logStreamName": f"ecs/web/{task}"}
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_stream(**place)
    when = int((time.time() - ago) * 1000)
    logs.put_log_events(**place, logEvents=[{"timestamp": when, "message": line} for line in lines])


def without_credentials(cloud: Cloud, **others: str) -> Cloud:
    """Return the message of an anonymous user."""
    known = {
        name: value
        for name, value in cloud.environment.items()
        if name not in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    }
    nothing = {"AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "BOTO_CONFIG": "/dev/null"}
    return replace(cloud, environment={**known, **nothing, "AWS_EC2_METADATA_DISABLED": "true", **others})


def printed(cloud: Cloud, *words: str) -> str:
    """Run scripts/infra; return what another program would read of it."""
    command = [str(cloud.folder / "scripts/infra"), *words]
    return subprocess.run(command, env=cloud.environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def test_outputs_are_printed(cloud: Cloud) -> None:
    """All by their names, or one and nothing else; of one that there is not, what there is."""
    shown = dict(line.split(": ", 1) for line in printed(cloud, "output", "staging").splitlines())
    assert {"url", "readiness", "image", "region", "cluster", "service", "log_group"} < shown.keys()
    assert ("toy-staging", "web") == (shown["cluster"], shown["service"])
    assert f"{shown['url']}\n" == printed(cloud, "output", "staging", "url")
    told = cloud.refused("output", "staging", "address")
    assert "staging has no output address." in told
    assert f"It has: {', '.join(shown)}." in told


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ((), ["python", "manage.py", "migrate", "--no-input"]),
        (("--", "showmigrations", "--plan"), ["python", "manage.py", "showmigrations", "--plan"]),
    ],
)
def test_command_runs_in_a_task_of_its_own(cloud: Cloud, words: tuple[str, ...], command: list[str]) -> None:
    """It is instead of the one that the task's definition has; what it logs is printed when it has ended."""
    started = []

    def logged(action: str, answer: dict[str, Any]) -> dict[str, Any]:
        if action == "RunTask":
            started.extend(answer["tasks"])
            log(cloud, started[0]["taskArn"].rpartition("/")[2], "All of it is done.")
        return answer

    cloud.faults.after = logged
    told = cloud.infra("migrate", "staging", *words)
    (task,) = started
    assert [{"name": "web", "command": command}] == task["overrides"]["containerOverrides"]
    assert "task-definition/toy-staging-manage:" in task["taskDefinitionArn"]
    assert "FARGATE" == task["launchType"]
    assert told.endswith("\nAll of it is done.\n")


def test_refusal_is_told(cloud: Cloud) -> None:
    """In AWS's own words, with the command for afterwards."""
    message = "User ada is not authorized to perform ecs:RunTask"
    cloud.faults.before = lambda action: (
        (400, {"__type": "AccessDeniedException", "message": message}) if action == "RunTask" else None
    )
    told = cloud.refused("migrate", "staging", "--", "check", "--deploy")
    assert f"AWS has refused RunTask: {message}" in told
    assert "Correct that, then type: ./scripts/infra migrate staging -- check --deploy" in told


def test_command_that_fails_is_told(cloud: Cloud) -> None:
    """With its status, its last lines, and without a word of a new version."""

    def failed(action: str, answer: dict[str, Any]) -> dict[str, Any]:
        for task in answer["tasks"] if action in ("RunTask", "DescribeTasks") else []:
            if action == "RunTask":
                log(cloud, task["taskArn"].rpartition("/")[2], *(f"Line {number}." for number in range(40)))
            task |= {"lastStatus": "STOPPED", "stoppedReason": "Essential container in task exited"}
            task["containers"][0]["exitCode"] = 2
        return answer

    cloud.faults.after = failed
    told = cloud.refused("migrate", "staging", "--", "check", "--deploy")
    assert "▶ Run python manage.py check --deploy" in told
    assert "ended with status 2: Essential container in task exited Its last lines:" in told
    assert [f"Line {number}." for number in range(10, 40)] == [
        line.strip() for line in told.splitlines() if "Line" in line
    ]
    assert "It has not done what you asked for." in told


def test_logs_are_printed(cloud: Cloud) -> None:
    """Those of the last ten minutes, or from the time on that was named: when, which task, and what."""
    log(cloud, "0123456789abcdef", "Older than an hour", ago=1.5 * HOUR_SECONDS)
    entry = {"level": "WARNING", "message": "Not Found: /x", "status": 404}
    log(cloud, "0123456789abcdef", "Younger than that", json.dumps(entry), ago=0.5 * HOUR_SECONDS)
    log(cloud, "fedcba9876543210", "Of this minute", ago=30)
    told = cloud.infra("logs", "staging", "--since", "1h")
    assert "Older than an hour" not in told
    for line in (" 01234567 Younger than that\n", " 01234567 WARNING Not Found: /x status=404\n"):
        assert line in told
    assert " fedcba98 Of this minute\n" in told
    told = cloud.infra("logs", "staging")
    assert "Younger than that" not in told
    assert " fedcba98 Of this minute\n" in told


def test_logs_are_followed(cloud: Cloud) -> None:
    """New lines are printed, each once, until Ctrl-C."""
    log(cloud, "abcdef0123456789", "Of now")
    process = cloud.start("logs", "staging", "--since", "10m", "--follow")
    with watched(process) as until:
        said = until("Of now\n")
        log(cloud, "abcdef0123456789", "That comes later")
        said += until("That comes later\n")
        os.killpg(process.pid, signal.SIGINT)
        rest, _ = process.communicate()
    assert 130 == process.returncode, rest
    assert 1 == (said + rest).count("Of now")


def test_missing_credentials_are_told(cloud: Cloud) -> None:
    """Before anything is asked."""
    told = without_credentials(cloud).refused("plan", "staging", "--image", FIRST)
    assert "there are no credentials on this machine" in told
    assert f"Log in (aws sso login, or aws configure), then type: ./scripts/infra plan staging --image {FIRST}" in told


def test_credentials_that_terraform_does_not_find_are_told(cloud: Cloud, tmp_path: Path) -> None:
    """It does not look for them where boto once had its own."""
    boto = tmp_path / "boto"
    boto.write_text("[Credentials]\naws_access_key_id = test\naws_secret_access_key = test\n")
    told = without_credentials(cloud, BOTO_CONFIG=str(boto)).refused("plan", "staging", "--image", FIRST)
    assert "there are no credentials on this machine" in told
    assert "Terraform asks AWS for all that it does." in told
    assert f"Log in (aws sso login, or aws configure), then type: ./scripts/infra plan staging --image {FIRST}" in told


def test_throttling_without_end_is_told(cloud: Cloud) -> None:
    """Terraform gives up at last: there is nothing to correct, and the message has the command."""
    cloud.faults.before = lambda action: (
        (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
        if action == "DescribeManagedPrefixLists"
        else None
    )
    # Otherwise it asks 25 times, each later than the one before it.
    hasty = cloud.folder / "terraform/hasty_override.tf"
    hasty.write_text('provider "aws" {\n  max_retries = 2\n}\n')
    try:
        told = cloud.refused("plan", "staging", "--image", FIRST)
    finally:
        hasty.unlink()
    assert "AWS asks for more patience than Terraform has" in told
    assert f"Wait for a minute, then type: ./scripts/infra plan staging --image {FIRST}" in told


def test_unknown_option_is_answered_with_its_commands_usage(cloud: Cloud) -> None:
    """The message shows the forgotten --."""
    status, told = cloud.told("migrate", "staging", "showmigrations", "--plan")
    assert 2 == status
    assert "usage: scripts/infra migrate DEPLOYMENT [-- ARGUMENT...]" in told
    assert "unrecognized arguments: --plan" in told


def test_lock_is_told_as_terraform_draws_it() -> None:
    """At a terminal, with colours and bars."""
    words = ["Error: Error acquiring the state lock", "Lock Info:", "  ID:      of-a-test", "  Who:     ada@elsewhere"]
    words += ["  Created: 2026-11-26 10:00:00 +0000 UTC"]
    drawn = "\n".join(f"\x1b[31m│\x1b[0m \x1b[0m{line}" for line in words)
    problem = Terraform(Deployment("staging")).failure(drawn, "plan").problem
    assert "locked by ada@elsewhere since 2026-11-26 10:00:00 UTC." in problem.what
    assert problem.fix.endswith("./scripts/infra unlock staging of-a-test")


@pytest.mark.parametrize(
    ("typed", "line"), [("stagin\n", ""), ("\x04", "\n")], ids=["another name", "Ctrl-D, which ends no line"]
)
def test_destroy_wants_the_name(cloud: Cloud, typed: str, line: str) -> None:
    """Another name, or none, keeps everything."""
    status, told = destroyed(cloud, typed)
    assert 1 == status, told
    assert "This removes staging with its database and backups." in told
    assert f"Type its name to continue: {line}✗ staging stays: its name was not typed." in told
    assert "ACTIVE" == service(cloud)["status"]


def test_destroy_begins_with_the_name(cloud: Cloud) -> None:
    """With the right name it starts: here another run's lock keeps everything."""
    lock = {"ID": "of-a-test", "Who": "ada@elsewhere", "Created": "2026-11-26T10:00:00Z"}
    place = {"Bucket": f"breakable-toy-123456789012-{REGION}", "Key": "staging.tfstate.tflock"}
    cloud.client("s3").put_object(**place, Body=json.dumps(lock).encode())
    try:
        status, told = destroyed(cloud, "staging\n")
    finally:
        cloud.client("s3").delete_object(**place)
    assert 1 == status, told
    assert "locked by ada@elsewhere since 2026-11-26 10:00:00" in told
