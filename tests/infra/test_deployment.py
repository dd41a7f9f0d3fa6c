"""A deployment's life, as a team lives it: each test continues after the one before it."""

import json
import os
import re
import signal
from collections import Counter
from typing import Any

import pytest
from tests.infra.conftest import FIRST, REGION, REPOSITORY, SECOND, THIRD, Cloud
from tests.infra.seen import service
from tests.infra.terminal import watched


def changes(plan: str) -> set[str]:
    """Return the addresses that a plan would change."""
    return set(re.findall(r"^  # (\S+) (?:will|must) be", plan, re.MULTILINE))


def served(cloud: Cloud) -> str:
    """Return the image that the service's task definition names."""
    return str(container(cloud)["image"])


def container(cloud: Cloud) -> dict[str, Any]:
    """Return the web container of the service's task definition."""
    arn = service(cloud)["taskDefinition"]
    (found,) = cloud.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"][
        "containerDefinitions"
    ]
    return dict(found)


def test_bucket_comes_first(cloud: Cloud) -> None:
    """Without a place for the state nothing is planned; the message has the command that makes it."""
    assert "./scripts/infra init staging" in cloud.refused("plan", "staging", "--image", FIRST)
    for _ in range(2):
        assert "✓ States of us-east-1" in cloud.infra("init", "staging")
    s3, name = cloud.client("s3"), f"breakable-toy-123456789012-{REGION}"
    assert "Enabled" == s3.get_bucket_versioning(Bucket=name)["Status"]
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("apply", "staging"), "There is no plan for staging."),
        (("output", "production"), "There is no deployment production"),
        (("plan", "terraform/environments/staging.tfvars"), "is not the name of a deployment (there are: staging)."),
        (("recover", "staging"), "There is no state of staging that could not be saved."),
        (("output", "staging"), "staging is not at AWS."),
        (("logs", "staging", "--since", "soon"), "soon is not a length of time."),
        (("plan", "staging", "--image", f"{REPOSITORY}:latest"), "A tag may be another image tomorrow"),
    ],
)
def test_what_cannot_be_is_refused(cloud: Cloud, words: tuple[str, ...], told: str) -> None:
    """Each error has three beats."""
    said = cloud.refused(*words)
    assert told in " ".join(said.split())
    assert "→" in said


def test_first_apply(cloud: Cloud) -> None:
    """The plan is applied and migrated, and the address answers, as for a visitor."""
    assert FIRST in cloud.infra("plan", "staging", "--image", FIRST)
    told = cloud.infra("apply", "staging")
    assert f"serves {FIRST}" in told
    (url,) = re.findall(r"✓ (https://\S+\.cloudfront\.net) serves", told)
    assert [f"{url}/health-check/"] == cloud.front.asked
    assert "There is no plan for staging." in cloud.refused("apply", "staging")


def test_service_is_wired(cloud: Cloud) -> None:
    """Tasks, their probes, logs and secrets are as the image wants them."""
    seen = service(cloud)
    assert (1, "FARGATE") == (seen["desiredCount"], seen["launchType"])
    (group,) = cloud.client("elbv2").describe_target_groups()["TargetGroups"]
    assert ("/health-check/live/", "ip") == (group["HealthCheckPath"], group["TargetType"])
    (log,) = cloud.client("logs").describe_log_groups(logGroupNamePrefix="/toy-staging/web")["logGroups"]
    assert log["retentionInDays"] == 14
    assert log["kmsKeyId"]
    web = container(cloud)
    secrets = {secret["name"]: secret["valueFrom"] for secret in web["secrets"]}
    (database,) = cloud.client("rds").describe_db_instances()["DBInstances"]
    environment = {entry["name"]: entry["value"] for entry in web["environment"]}
    assert "toy" == database["MasterUsername"]
    assert "toy_web_0" == environment["POSTGRES_USER"]
    assert secrets["POSTGRES_PASSWORD"].endswith(":parameter/toy-staging/web-password-0")
    parameter = cloud.client("ssm").get_parameter(Name="/toy-staging/django-secret-key", WithDecryption=True)[
        "Parameter"
    ]
    assert parameter["ARN"] == secrets["DJANGO_SECRET_KEY"]
    assert len(parameter["Value"]) >= 50
    assert web["readonlyRootFilesystem"]
    assert "1000" == web["user"]


def test_state_holds_no_secret(cloud: Cloud) -> None:
    """No password of the database's, nor Django's key, is in what all of the team can read."""
    body = cloud.client("s3").get_object(Bucket=f"breakable-toy-123456789012-{REGION}", Key="staging.tfstate")["Body"]
    state = body.read().decode()
    (database,) = cloud.client("rds").describe_db_instances()["DBInstances"]
    password = cloud.client("secretsmanager").get_secret_value(SecretId=database["MasterUserSecret"]["SecretArn"])
    names = [f"/toy-staging/{name}" for name in ("django-secret-key", "web-password-0", "web-password-1")]
    others = cloud.client("ssm").get_parameters(Names=names, WithDecryption=True)["Parameters"]
    secrets = {json.loads(password["SecretString"])["password"], *(other["Value"] for other in others)}
    assert 4 == len(secrets)
    assert not [secret for secret in secrets if secret in state]


def test_rollback_needs_another_image(cloud: Cloud) -> None:
    """The first one has none before it."""
    told = cloud.refused("rollback", "staging")
    assert f"staging has had no other image than {FIRST}." in told
    assert "./scripts/infra plan staging --image REPOSITORY@sha256:DIGEST" in told


def test_second_plan_is_empty(cloud: Cloud) -> None:
    """A second plan is empty."""
    assert "No changes." in cloud.infra("plan", "staging", "--image", FIRST)


def test_plan_that_is_used_up_is_not_asked_for_again(cloud: Cloud) -> None:
    """Where AWS refuses what comes after an apply, the way on begins with another plan."""
    expired = {"__type": "ExpiredTokenException", "message": "expired"}
    cloud.faults.before = lambda action: (400, expired) if action == "DescribeServices" else None
    told = cloud.refused("apply", "staging")
    assert "Wait until the new version serves" in told
    assert f"Log in again (aws sso login), then type: ./scripts/infra plan staging --image {FIRST}\n" in told


def test_another_image_changes_the_service_only(cloud: Cloud) -> None:
    """A new version is new task definitions, a migration, the service, and a password of the user who did not serve."""
    plan = cloud.infra("plan", "staging", "--image", SECOND)
    assert {
        'aws_ecs_task_definition.toy["manage"]',
        'aws_ecs_task_definition.toy["web"]',
        "aws_ecs_service.web",
        'aws_ssm_parameter.web_password["1"]',
        "terraform_data.migration",
    } == changes(plan)


def test_apply_ends_when_the_new_version_serves(cloud: Cloud) -> None:
    """Not while its tasks are too few, nor while AWS continues with it, nor while its address does not answer."""
    process = cloud.start("apply", "staging")
    asked: list[str] = []
    is_waiting = False

    def pending(action: str, answer: dict[str, Any]) -> dict[str, Any]:
        if action == "DescribeServices":
            (deployment,) = answer["services"][0]["deployments"]
            # Terraform has asked before.
            if is_waiting:
                asked.append(action)
            if len(asked) <= 1:
                deployment["runningCount"] = 0
            if len(asked) <= 2:
                deployment["rolloutState"] = "IN_PROGRESS"
        return answer

    cloud.faults.after = pending
    cloud.front.asked.clear()
    cloud.front.first = [(503, "gunicorn")]
    with watched(process) as until:
        until("▶ Wait until the new version serves\n")
        is_waiting = True
        told, _ = process.communicate()
    assert 0 == process.returncode, told
    assert [f"▶ {count} of 1 tasks of the new version run" for count in (0, 1)] == told.splitlines()[:2]
    assert 3 == len(asked)
    assert 2 == len(cloud.front.asked)
    assert f"serves {SECOND}" in told
    assert served(cloud) == SECOND
    assert {"name": "POSTGRES_USER", "value": "toy_web_1"} in container(cloud)["environment"]


def test_password_is_renewed_of_the_user_who_does_not_serve(cloud: Cloud) -> None:
    """The image stays; what runs keeps its password until it is replaced."""
    plan = cloud.infra("plan", "staging", "--renew-password")
    assert f"▶ Plan {SECOND} for staging" in plan
    passwords = {address for address in changes(plan) if "ssm" in address}
    assert {'aws_ssm_parameter.web_password["0"]'} == passwords


def test_failed_migration_keeps_the_old_version(cloud: Cloud) -> None:
    """The message has the task's status and reason; the service is not touched."""

    def failed(action: str, answer: dict[str, Any]) -> dict[str, Any]:
        if action == "DescribeTasks":
            for task in answer["tasks"]:
                task["stoppedReason"] = "Essential container in task exited"
                task["containers"][0]["exitCode"] = 3
        return answer

    def logged(action: str) -> tuple[int, dict[str, Any]] | None:
        # Its own words: they say nothing about AWS.
        return (200, {"events": [{"message": "mail: Throttled"}]}) if action == "GetLogEvents" else None

    cloud.infra("plan", "staging", "--image", THIRD)
    cloud.faults.before, cloud.faults.after = logged, failed
    told = cloud.refused("apply", "staging")
    assert "ended with status 3: Essential container in task exited Its last lines:\n" in told
    assert "mail: Throttled" in told
    assert "then type: ./scripts/cibuild && ./scripts/cipublish staging && ./scripts/infra plan staging" in told
    assert f"Correct what it names, then type: ./scripts/infra plan staging --image {THIRD}\n" in told
    assert served(cloud) == SECOND


def test_throttling_is_waited_for(cloud: Cloud) -> None:
    """AWS refuses the first questions of each kind; asked again, they finish what a failed migration has left."""
    # The last is not Terraform's: boto by itself would ask three times.
    refused = {"DescribeClusters": 2, "DescribeServices": 2, "UpdateService": 2, "RunTask": 4}
    asked = Counter[str]()

    def throttled(action: str) -> tuple[int, dict[str, Any]] | None:
        asked[action] += 1
        if asked[action] <= refused.get(action, 0):
            return 400, {"__type": "ThrottlingException", "message": "Rate exceeded"}
        return None

    cloud.faults.before = throttled
    cloud.infra("plan", "staging", "--image", THIRD)
    cloud.infra("apply", "staging")
    assert served(cloud) == THIRD
    assert 5 == asked["RunTask"]
    for action, count in refused.items():
        assert asked[action] > count, action


def test_version_that_never_gets_healthy_is_told(cloud: Cloud) -> None:
    """When AWS has gone back to the old version, the exit code says so, and the reason is shown: its tasks' as well."""
    updated: list[str] = []

    def stopped(definition: str, reason: str) -> dict[str, Any]:
        containers = [{"name": "web", "reason": reason}]
        return {"taskDefinitionArn": definition, "stoppedReason": "Task failed to start", "containers": containers}

    def rolled_back(action: str, answer: dict[str, Any]) -> dict[str, Any]:
        if action == "UpdateService":
            updated.append(answer["service"]["taskDefinition"])
        # Before, it is about the migration's.
        if action == "ListTasks" and updated:
            answer["taskArns"] = ["arn:task/new", "arn:task/old"]
        if action == "DescribeTasks" and updated:
            answer["tasks"] = [
                stopped(updated[0], "CannotPullContainerError: not found"),
                stopped("arn:old:1", "OutOfMemoryError"),
            ]
        if action == "DescribeServices":
            (seen,) = answer["services"]
            seen["taskDefinition"] = "arn:old:1"
            seen["deployments"][0]["rolloutStateReason"] = "ECS deployment circuit breaker: tasks failed to start."
        return answer

    cloud.infra("plan", "staging", "--image", FIRST)
    cloud.faults.after = rolled_back
    told = cloud.refused("apply", "staging")
    assert "AWS has rolled the new version back: ECS deployment circuit breaker: tasks failed to start." in told
    assert "Why its tasks stopped:\n    Task failed to start; web CannotPullContainerError: not found\n" in told
    assert "OutOfMemoryError" not in told
    assert "Read the log (./scripts/infra logs staging)" in told


def test_rollback_plans_the_image_before(cloud: Cloud) -> None:
    """The last image but one comes back through a plan, like any other."""
    told = cloud.infra("rollback", "staging")
    assert f"Before {FIRST} there was {THIRD}, of " in told
    cloud.infra("apply", "staging")
    assert served(cloud) == THIRD


def test_expired_credentials_are_told(cloud: Cloud) -> None:
    """Not as a page of the provider's words, but as what to do."""
    cloud.faults.before = lambda _: (
        400,
        {"__type": "ExpiredTokenException", "message": "The security token included in the request is expired"},
    )
    told = cloud.refused("plan", "staging", "--image", THIRD)
    assert "they have expired" in told
    assert "aws sso login" in told


def test_locked_state_is_told(cloud: Cloud) -> None:
    """The message has the lock's holder, its time, and the command for a killed run."""
    lock = {
        "ID": "6f6d8d5f-0000-4000-8000-000000000000",
        "Operation": "OperationTypeApply",
        "Who": "ada@elsewhere",
        "Version": "1.11.4",
        "Created": "2026-11-26T10:00:00Z",
        "Path": "staging.tfstate",
    }
    bucket, key = f"breakable-toy-123456789012-{REGION}", "staging.tfstate.tflock"
    cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(lock).encode())
    told = cloud.refused("plan", "staging", "--image", THIRD)
    assert "locked by ada@elsewhere since 2026-11-26 10:00:00" in told
    assert f"./scripts/infra unlock staging {lock['ID']}" in told
    cloud.infra("unlock", "staging", lock["ID"])
    assert "No changes." in cloud.infra("plan", "staging", "--image", THIRD)


def test_state_that_was_not_saved_comes_first(cloud: Cloud) -> None:
    """What Terraform has kept on this machine, because its credentials had expired, is saved before anything else."""
    bucket, key = f"breakable-toy-123456789012-{REGION}", "staging.tfstate"
    state = json.loads(cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    kept = cloud.folder / "terraform/errored.tfstate"
    kept.write_text(json.dumps({**state, "serial": state["serial"] + 1}))
    told = cloud.refused("plan", "staging", "--image", THIRD)
    assert "./scripts/infra recover staging" in told
    cloud.infra("recover", "staging")
    assert not kept.exists()
    assert "No changes." in cloud.infra("plan", "staging", "--image", THIRD)
    saved = json.loads(cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
    assert saved["serial"] > state["serial"]


def test_interrupted_apply_goes_on_later(cloud: Cloud) -> None:
    """Ctrl-C while the migration runs gives the lock back; the next plan and apply finish the work."""

    def endless(action: str, answer: dict[str, Any]) -> dict[str, Any]:
        if action == "DescribeTasks":
            for task in answer["tasks"]:
                task["lastStatus"] = "RUNNING"
        return answer

    cloud.infra("plan", "staging", "--image", SECOND)
    cloud.faults.after = endless
    process = cloud.start("apply", "staging")
    with watched(process) as until:
        until("local-exec")
        os.killpg(process.pid, signal.SIGINT)
        process.communicate()
    assert process.returncode not in (0, None)
    cloud.faults.none()
    listed = cloud.client("s3").list_objects_v2(Bucket=f"breakable-toy-123456789012-{REGION}", Prefix="staging")
    assert ["staging.tfstate"] == [entry["Key"] for entry in listed["Contents"]]
    assert served(cloud) == THIRD
    cloud.infra("plan", "staging", "--image", SECOND)
    cloud.infra("apply", "staging")
    assert served(cloud) == SECOND


def test_destroy_asks_first(cloud: Cloud) -> None:
    """Without the typed name, nothing is destroyed."""
    told = cloud.refused("destroy", "staging")
    assert "staging stays: its name was not typed." in told
    assert "Without a terminal, type: ./scripts/infra destroy staging --yes" in told
    assert service(cloud)["status"] == "ACTIVE"
