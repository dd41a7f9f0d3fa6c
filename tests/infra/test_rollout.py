"""The wait for a new version, with a minimal service at moto."""

import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.config import Config
from tests.infra.conftest import FIRST, REGION, Cloud

from breakable_toy.infra import aws, rollout, task
from breakable_toy.problem import ProblemError

CLUSTER = "rollout"
COMPLETED = "1 of 1 tasks of the new version run"


def command(words: str) -> str:
    """Return the command to type."""
    return f"type {words}"


@pytest.fixture(autouse=True)
def _here(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS and the address are found as scripts/infra finds them, and asked again at once."""
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    # It keeps the proxy that there was when it was used for the first time.
    monkeypatch.setattr(urllib.request, "_opener", None)
    monkeypatch.setattr(rollout, "PAUSE_SECONDS", 0.01)


@pytest.fixture(scope="module")
def outputs(cloud: Cloud) -> Iterator[dict[str, Any]]:
    """Terraform's, of a service that runs its second version; two tasks of it have stopped, and one of the first."""
    ecs = cloud.client("ecs")
    ecs.create_cluster(clusterName=CLUSTER)
    definitions = []
    for image, reasons in (("first", ["Scaling activity"]), ("second", 2 * ["Task failed ELB health checks"])):
        web = {"name": "web", "image": image, "memory": 512}
        registered = ecs.register_task_definition(family=CLUSTER, containerDefinitions=[web])["taskDefinition"]
        definitions.append(registered["taskDefinitionArn"])
        for reason in reasons:
            (task,) = ecs.run_task(cluster=CLUSTER, taskDefinition=definitions[-1], launchType="FARGATE")["tasks"]
            ecs.stop_task(cluster=CLUSTER, task=task["taskArn"], reason=reason)
    ecs.create_service(cluster=CLUSTER, serviceName="web", taskDefinition=definitions[-1], desiredCount=1)
    yield {
        "region": REGION,
        "cluster": CLUSTER,
        "service": "web",
        "task_definitions": {"web": definitions[-1]},
        "readiness": "https://rollout.cloudfront.net/health-check/",
    }
    ecs.delete_service(cluster=CLUSTER, service="web", force=True)
    ecs.delete_cluster(cluster=CLUSTER)


def in_progress(service: dict[str, Any]) -> None:
    """Its load balancer does not know yet whether the task is well."""
    service["deployments"][0]["rolloutState"] = "IN_PROGRESS"


def too_few(service: dict[str, Any]) -> None:
    """Its task has not begun."""
    service["deployments"][0]["runningCount"] = 0


def beside_the_old(service: dict[str, Any]) -> None:
    """A task of the old version still ends its requests."""
    service["deployments"].append({**service["deployments"][0], "status": "ACTIVE"})


def rolled_back(service: dict[str, Any]) -> None:
    """The circuit breaker has brought the old version back."""
    service["taskDefinition"] = service["taskDefinition"].replace(":2", ":1")
    service["deployments"][0]["rolloutStateReason"] = "tasks failed to start."


def given_up(service: dict[str, Any]) -> None:
    """There was no old version."""
    service["deployments"][0] |= {"rolloutState": "FAILED", "rolloutStateReason": "tasks failed to start."}


@pytest.mark.parametrize("pending", [in_progress, too_few, beside_the_old])
def test_rollout_is_waited_for(cloud: Cloud, outputs: dict[str, Any], pending: Callable[[Any], None]) -> None:
    """AWS is asked until the new version is whole, alone and said to be completed."""
    asked: list[str] = []
    said: list[str] = []

    def at_first(action: str, answer: dict[str, Any]) -> dict[str, Any]:
        asked.append(action)
        if len(asked) <= 2:
            pending(answer["services"][0])
        return answer

    cloud.faults.after = at_first
    rollout.wait(outputs, said.append, command)
    assert 3 * ["DescribeServices"] == asked
    assert (["0 of 1 tasks of the new version run"] if pending is too_few else []) + [COMPLETED] == said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (rolled_back, "AWS has rolled the new version back: tasks failed to start."),
        (given_up, "AWS has given the new version up: tasks failed to start."),
        (in_progress, "The new version has not come up within 0 minutes."),
    ],
)
def test_failure_tells_why_its_tasks_stopped(
    cloud: Cloud,
    outputs: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Any], None],
    told: str,
) -> None:
    """Each reason once, and none of another version's; then where the log is, and how to try again."""

    def changed(action: str, answer: dict[str, Any]) -> dict[str, Any]:
        if action == "DescribeServices":
            change(answer["services"][0])
        return answer

    cloud.faults.after = changed
    monkeypatch.setattr(rollout, "TIMEOUT_SECONDS", 0)
    with pytest.raises(ProblemError) as failure:
        rollout.wait(outputs, lambda _: None, command)
    reason = "Task failed ELB health checks; web ended with status 0"
    assert f"{told} Why its tasks stopped:\n    {reason}" == failure.value.problem.what
    assert "Read the log (type logs), correct the image, publish it, then type: type plan" == failure.value.problem.fix


def test_throttling_without_end_is_told(cloud: Cloud, outputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to correct then."""
    cloud.faults.before = lambda _: (400, {"__type": "ThrottlingException", "message": "Rate exceeded"})
    # Ten more questions, each later than the one before it, would take minutes.
    monkeypatch.setattr(aws, "PATIENT", Config(retries={"max_attempts": 0}))
    with pytest.raises(ProblemError) as failure, aws.explained(command("plan")):
        rollout.wait(outputs, lambda _: None, command)
    assert "AWS limits how often it may be asked, and it was asked too often." == failure.value.problem.what
    assert "Wait for a minute, then type: type plan" == failure.value.problem.fix


def test_what_migrates_names_the_deployment(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Terraform shows its command's output: the user has nothing else."""
    place = {"REGION": REGION, "CLUSTER": CLUSTER, "DEFINITION": "manage", "SUBNETS": "", "SECURITY_GROUPS": ""}
    for name, value in {**place, "LOG_GROUP": "web", "DEPLOYMENT": "staging", "IMAGE": FIRST}.items():
        monkeypatch.setenv(f"TASK_{name}", value)
    cloud.faults.before = lambda _: (400, {"__type": "ExpiredTokenException", "message": "expired"})
    assert 1 == task.main()
    assert (
        f"Log in again (aws sso login), then type: ./scripts/infra plan staging --image {FIRST}\n"
        in capsys.readouterr().err
    )


def test_address_is_asked_until_it_answers(cloud: Cloud, outputs: dict[str, Any]) -> None:
    """The toy may not be ready or refuse, and CloudFront not have found it: none of that is the last word."""
    cloud.front.asked.clear()
    cloud.front.first = [(503, "gunicorn"), (403, "gunicorn"), (502, "CloudFront")]
    rollout.answer(outputs["readiness"], command, "plan")
    assert 4 * [outputs["readiness"]] == cloud.front.asked


def test_cloudfront_lets_nobody_in_from_elsewhere(cloud: Cloud, outputs: dict[str, Any]) -> None:
    """Its refusal is not a fault of the new version, and will not change."""
    cloud.front.asked.clear()
    cloud.front.first = [(403, "CloudFront")]
    with pytest.raises(ProblemError) as failure:
        rollout.answer(outputs["readiness"], command, "plan")
    assert [outputs["readiness"]] == cloud.front.asked
    assert f"CloudFront does not let this machine in: {outputs['readiness']} answers 403." == failure.value.problem.what
    assert "Ask from one of the variable countries" in failure.value.problem.fix


def test_address_that_does_not_answer_is_told(
    cloud: Cloud, outputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its last answer, and where the log is."""
    cloud.front.status = 503
    monkeypatch.setattr(rollout, "ANSWER_SECONDS", 0)
    with pytest.raises(ProblemError) as failure:
        rollout.answer(outputs["readiness"], command, "plan")
    assert f"{outputs['readiness']} does not answer as it should (last: status 503 status 503)." == (
        failure.value.problem.what
    )
    assert "Look at the log: type logs   Then type: type plan" == failure.value.problem.fix
